import { indent, wrapText } from "../screen/lines.ts";

/** What a presenter can choose. Each is a key and a word: the same with and without a terminal. */
export type KeyName =
  | "next"
  | "back"
  | "recorded"
  | "again"
  | "shell"
  | "check"
  | "solve"
  | "goto"
  | "list"
  | "help"
  | "quit";

interface Key {
  readonly name: KeyName;
  /** As terminals send it. */
  readonly keys: readonly string[];
  /** As it is shown. */
  readonly shown: string;
  readonly summary: string;
}

/** Every key, in the order of the help. Backspace is sent as either of two. */
const KEYS: readonly Key[] = [
  {
    name: "next",
    keys: ["", " ", "n"],
    shown: "Enter",
    summary: "what comes next; also space, n, Page Down, a clicker",
  },
  {
    name: "back",
    keys: ["b", "\x7f", "\b"],
    shown: "b",
    summary: "what was shown before; also Page Up; nothing is undone",
  },
  { name: "recorded", keys: ["o"], shown: "o", summary: "the output of an earlier good run, or the page's" },
  { name: "again", keys: ["x"], shown: "x", summary: "run this step again" },
  { name: "shell", keys: ["t"], shown: "t", summary: "a shell in the middle of the lesson; `exit` leads back" },
  { name: "check", keys: ["c"], shown: "c", summary: "look at the checks of this step" },
  { name: "solve", keys: ["s"], shown: "s", summary: "show the solution and run it" },
  { name: "goto", keys: ["g"], shown: "g", summary: "go to a step, by its number or id; nothing is undone" },
  { name: "list", keys: ["l"], shown: "l", summary: "the steps of this lesson" },
  { name: "help", keys: ["?"], shown: "?", summary: "all keys" },
  { name: "quit", keys: ["q"], shown: "q", summary: "leave; the way back is told" },
];

/** A clicker sends pages, some send arrows; a terminal sends those in one of two forms. */
export const CLICKER: Readonly<Record<string, string>> = {
  "\x1b[6~": "n",
  "\x1b[5~": "b",
  "\x1b[C": "n",
  "\x1b[D": "b",
  "\x1bOC": "n",
  "\x1bOD": "b",
};

/** A key that was pressed, or a word that was typed. */
export function keyNamed(typed: string): KeyName | undefined {
  const word = typed.toLowerCase();
  return KEYS.find(({ name, keys }) => name === word || keys.includes(word))?.name;
}

/** A choice of the line of keys: `Enter run`, or in the plain form the word alone. */
export function keyLabel(name: KeyName, isKeys: boolean, label: string = name): string {
  if (isKeys) return `${KEYS.find((key) => key.name === name)?.shown} ${label}`;
  return label === name ? name : `${name} (${label})`;
}

/** The text behind `?`. */
export function renderKeys(isKeys: boolean, width: number): string {
  const rows = KEYS.map(({ name, shown, summary }) => {
    const lead = isKeys ? `${shown.padEnd(7)}` : `${name.padEnd(10)}`;
    return lead + indent(wrapText(summary, width - lead.length), " ".repeat(lead.length)).slice(lead.length);
  });
  const end = isKeys
    ? "Ctrl-C ends the command that runs; twice leaves."
    : "Type a word or its key, then Enter. An empty line is `next`.";
  return [...rows, "", wrapText(end, width)].join("\n");
}
