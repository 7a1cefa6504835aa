import { BadOption } from "../process.ts";

/** What a program was called with. */
export interface Options {
  readonly flags: ReadonlyMap<string, string>;
  readonly all: ReadonlyMap<string, readonly string[]>;
  readonly rest: readonly string[];
  has(...names: readonly string[]): boolean;
}

/**
 * Reads options as getopt does. `valued` names the letters that take a value; `long` the long names, with `=` after those
 * that take one, and `:x` where the name is another for that letter. An option that is in no list fails the program.
 */
export function readOptions(
  args: readonly string[],
  flags: string,
  valued = "",
  long: readonly string[] = [],
): Options {
  const found = new Map<string, string[]>();
  const rest: string[] = [];
  const note = (name: string, value: string): void => void found.set(name, [...(found.get(name) ?? []), value]);
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? "";
    if (arg === "--") {
      rest.push(...args.slice(at + 1));
      break;
    }
    if (arg.startsWith("--")) {
      const [name = "", value] = arg.slice(2).split(/=(.*)/s);
      const known = long.find((one) => one.replace(/=?(:.)?$/, "") === name);
      if (known === undefined) throw new BadOption(`--${name}`);
      const [, takesValue, letter = name] = /(=?)(?::(.))?$/.exec(known) ?? [];
      note(letter, takesValue ? (value ?? args[++at] ?? "") : (value ?? ""));
    } else if (/^-./.test(arg)) {
      for (let index = 1; index < arg.length; index += 1) {
        const letter = arg[index] ?? "";
        if (valued.includes(letter)) {
          const value = arg.slice(index + 1) || args[++at];
          if (value === undefined) throw new BadOption(letter, true);
          note(letter, value);
          break;
        }
        if (!flags.includes(letter)) throw new BadOption(letter);
        note(letter, "");
      }
    } else rest.push(arg);
  }
  return {
    flags: new Map([...found].map(([name, values]) => [name, values.at(-1) ?? ""])),
    all: found,
    rest,
    has: (...names) => names.some((name) => found.has(name)),
  };
}
