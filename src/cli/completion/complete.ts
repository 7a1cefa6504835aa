/** What completion knows of a command, as data: `program.ts` makes it of its table. */
export interface CommandWords {
  readonly name: string;
  readonly summary: string;
  /** The names of its arguments, in order; the last one of a variadic command repeats. */
  readonly args: readonly { readonly name: string; readonly variadic: boolean }[];
  readonly options: readonly OptionWords[];
}

export interface OptionWords {
  /** With its dashes. */
  readonly name: string;
  readonly summary: string;
  /** What stands after it: nothing, one of these words, or something of this name (`dir`, `step`). */
  readonly value: undefined | string | readonly string[];
  readonly repeats: boolean;
}

/** All that can be said: the options that stand before a command, and the commands. */
export interface Vocabulary {
  readonly root: readonly OptionWords[];
  readonly commands: readonly CommandWords[];
}

export interface Candidate {
  readonly word: string;
  readonly summary: string;
}

/** What is not in the vocabulary and has to be looked up. */
export type Source = "lessons" | "lessons-and-steps" | "lessons-and-files" | "folders";

/** What may stand at the cursor. `prefix` (`--target=`) belongs before whatever comes from `source`. */
export interface Wanted {
  readonly candidates: readonly Candidate[];
  readonly source: Source | undefined;
  readonly prefix: string;
  /** `--lessons`, where the line names it. */
  readonly lessons: string | undefined;
}

/** What an argument or a value of that name may be; of one command alone, where its name stands before. */
const MEANINGS: Readonly<Record<string, readonly string[] | Source>> = {
  "class what": ["host", "join", "hand", "leave", "log", "check", "bundle"],
  dir: "folders",
  lesson: "lessons",
  paths: "lessons-and-files",
  "present lesson": "lessons-and-steps",
  "sandbox what": ["start", "stop", "status", "reset", "open"],
  shell: ["bash", "zsh", "fish"],
  "start lesson": "lessons-and-steps",
  step: "lessons-and-steps",
  what: ["lesson"],
};

const HELP: OptionWords = { name: "--help", summary: "print this text", value: undefined, repeats: false };
const VERSION: OptionWords = { name: "--version", summary: "print the version", value: undefined, repeats: false };

/** What may stand at the last of `words`: the line without the program's name, its last word the one at the cursor. */
export function complete(words: readonly string[], { root, commands }: Vocabulary): Wanted {
  const current = words.at(-1) ?? "";
  const line = readLine(words.slice(0, -1), root, commands);
  const { command, lessons } = line;
  const give = (meaning: OptionWords["value"], prefix = ""): Wanted => {
    const known =
      typeof meaning === "string" ? (MEANINGS[`${command?.name} ${meaning}`] ?? MEANINGS[meaning]) : meaning;
    const words = typeof known === "string" || known === undefined ? [] : known;
    const candidates = words.map((word) => ({ word: `${prefix}${word}`, summary: "" }));
    return {
      candidates: matching(candidates, current),
      source: typeof known === "string" ? known : undefined,
      prefix,
      lessons,
    };
  };
  if (line.open !== undefined) return give(line.open.value);
  const options = command === undefined ? [...root, VERSION, HELP] : [...command.options, HELP];
  if (current.startsWith("-") && !line.ended) {
    const name = current.split("=")[0] ?? "";
    if (name !== current) return give(options.find((option) => option.name === name)?.value, `${name}=`);
    const free = options.filter((option) => option.repeats || !line.used.has(option.name));
    return { ...give(undefined), candidates: matching(named(free), current) };
  }
  if (command === undefined) return { ...give(undefined), candidates: matching(named(commands), current) };
  const last = command.args.at(-1);
  return give((command.args[line.args] ?? (last?.variadic ? last : undefined))?.name);
}

interface Line {
  readonly command: CommandWords | undefined;
  /** An option that still waits for its value. */
  readonly open: OptionWords | undefined;
  readonly used: ReadonlySet<string>;
  readonly args: number;
  readonly lessons: string | undefined;
  /** `--` stood there: what follows are arguments. */
  readonly ended: boolean;
}

/** The words before the cursor, as the program would read them. */
function readLine(words: readonly string[], root: readonly OptionWords[], commands: readonly CommandWords[]): Line {
  const line = { command: undefined as CommandWords | undefined, open: undefined as OptionWords | undefined, args: 0 };
  const used = new Set<string>();
  let lessons: string | undefined;
  let ended = false;
  for (const word of words) {
    if (line.open !== undefined) {
      if (line.open.name === "--lessons") lessons = word;
      line.open = undefined;
    } else if (word === "--") ended = true;
    else if (word.startsWith("-") && !ended) {
      const [name = "", ...value] = word.split("=");
      used.add(name);
      const option = [...(line.command?.options ?? []), ...root].find((one) => one.name === name);
      if (value.length > 0 && name === "--lessons") lessons = value.join("=");
      else if (value.length === 0 && option?.value !== undefined) line.open = option;
    } else if (line.command === undefined) line.command = commands.find((command) => command.name === word);
    else line.args++;
  }
  return { ...line, used, lessons, ended };
}

/** Those that go on from what is there. */
export function matching(candidates: readonly Candidate[], current: string): readonly Candidate[] {
  return candidates.filter(({ word }) => word.startsWith(current));
}

function named(things: readonly { readonly name: string; readonly summary: string }[]): Candidate[] {
  return things.map(({ name, summary }) => ({ word: name, summary }));
}
