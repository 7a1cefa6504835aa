/** A flag that a command knows: with a value or without. */
export interface Flag {
  readonly long: string;
  readonly short?: string;
  readonly takesValue: boolean;
}

export interface ParsedFlags {
  /** The last value of each flag. */
  readonly values: ReadonlyMap<string, string>;
  /** All values of each flag, in order. */
  readonly all: ReadonlyMap<string, readonly string[]>;
  readonly rest: readonly string[];
  /** The first thing that is wrong, in the words of the Go libraries that docker and kind are built with. */
  readonly error: string | undefined;
}

/** Parse `--name x`, `--name=x`, `-n x`, `-nx`, `-q`; everything after `--` is an argument. */
export function parseFlags(args: readonly string[], flags: readonly Flag[]): ParsedFlags {
  const values = new Map<string, string>();
  const all = new Map<string, readonly string[]>();
  const rest: string[] = [];
  const queue = [...args];
  for (let word = queue.shift(); word !== undefined; word = queue.shift()) {
    if (word === "--") return { values, all, rest: [...rest, ...queue], error: undefined };
    if (!word.startsWith("-") || word === "-") {
      rest.push(word);
      continue;
    }
    const { name, inline } = split(word);
    const flag = flags.find((one) => name === `--${one.long}` || name === `-${one.short}`);
    if (flag === undefined) return { values, all, rest, error: unknown(word, name) };
    const value = inline ?? (flag.takesValue ? queue.shift() : "true");
    if (value === undefined) return { values, all, rest, error: `flag needs an argument: ${name}` };
    values.set(flag.long, value);
    all.set(flag.long, [...(all.get(flag.long) ?? []), value]);
  }
  return { values, all, rest, error: undefined };
}

function split(word: string): { readonly name: string; readonly inline: string | undefined } {
  const at = word.indexOf("=");
  if (word.startsWith("--"))
    return at < 0 ? { name: word, inline: undefined } : { name: word.slice(0, at), inline: word.slice(at + 1) };
  const inline = word.length > 2 ? word.slice(2).replace(/^=/, "") : undefined;
  return { name: word.slice(0, 2), inline };
}

/** Whether that is wrong is a flag that the real program may have, and this one has not. */
export function isUnknownFlag(error: string | undefined): boolean {
  return error?.startsWith("unknown ") === true;
}

function unknown(word: string, name: string): string {
  return word.startsWith("--") ? `unknown flag: ${name}` : `unknown shorthand flag: '${word[1]}' in ${word}`;
}
