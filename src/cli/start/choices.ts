import { indent, wrapText } from "../screen/lines.ts";

/** What a learner can choose at a step. Each is a key and a word: the same choices with and without a terminal. */
export interface Choice {
  readonly name: ChoiceName;
  readonly key: string;
  readonly summary: string;
}

export type ChoiceName =
  | "run"
  | "done"
  | "type"
  | "edit"
  | "watch"
  | "next"
  | "hint"
  | "solve"
  | "check"
  | "skip"
  | "back"
  | "goto"
  | "reset"
  | "accept"
  | "hand"
  | "follow"
  | "list"
  | "help"
  | "quit";

/** Every choice, in the order in which they are shown. */
export const CHOICES: readonly Choice[] = [
  { name: "run", key: "x", summary: "run the command" },
  { name: "done", key: "d", summary: "you have done it" },
  { name: "type", key: "t", summary: "type a command yourself" },
  { name: "edit", key: "e", summary: "change the command, then run it" },
  { name: "watch", key: "w", summary: "work in a shell of your own, watched from here" },
  { name: "next", key: "n", summary: "next step" },
  { name: "accept", key: "a", summary: "accept what an earlier run did, as done" },
  { name: "follow", key: "f", summary: "catch up with the class" },
  { name: "hint", key: "h", summary: "the next hint" },
  { name: "solve", key: "s", summary: "show the solution and run it, as solved by us" },
  { name: "check", key: "c", summary: "check again, run nothing" },
  { name: "skip", key: "k", summary: "skip this step" },
  { name: "back", key: "b", summary: "read the step before again; nothing is undone" },
  { name: "goto", key: "g", summary: "go to a step, by its number or id; nothing is undone" },
  { name: "hand", key: "!", summary: "raise your hand for the instructor, or lower it" },
  { name: "reset", key: "r", summary: "undo this lesson and begin it anew" },
  { name: "list", key: "l", summary: "the steps of this lesson" },
  { name: "help", key: "?", summary: "all that can be chosen" },
  { name: "quit", key: "q", summary: "leave; the way back is told" },
];

/** A typed word or key as a choice, among those that are open now; Enter (or an empty line) is the first of them. */
export function choiceOf(typed: string, open: readonly ChoiceName[]): ChoiceName | undefined {
  const word = typed.trim().toLowerCase();
  if (word === "") return open[0];
  return CHOICES.find((choice) => open.includes(choice.name) && (choice.name === word || choice.key === word))?.name;
}

/** What the choices are called where they stand: a command that has passed is run *again*. */
export interface Wording {
  /** Keys of a terminal, or words of the plain form. */
  readonly keys: boolean;
  readonly again: boolean;
  /** A goal without a command: where to work on it has to be seen. */
  readonly goal?: boolean;
  /** The learner's hand is up. */
  readonly handUp?: boolean;
}

/** Choices that are told only behind `?`: the line under each step stays one line. They work all the same. */
const QUIET: readonly ChoiceName[] = ["edit", "watch", "back", "goto", "reset", "list"];

/** The open choices, each as one part of a line: keys for a terminal, words for the plain form. */
export function nameChoices(open: readonly ChoiceName[], wording: Wording): string[] {
  const shown = open.filter((name) => !QUIET.includes(name) || (name === "watch" && wording.goal === true));
  return shown.map((name) => {
    if (!wording.keys) return name;
    const key = name === open[0] ? "Enter" : CHOICES.find((choice) => choice.name === name)?.key;
    return `${key} ${labelOf(name, wording, open[0])}`;
  });
}

/** Where typing comes first, the lesson asks for it. */
function labelOf(name: ChoiceName, { again, handUp }: Wording, first: ChoiceName | undefined): string {
  if (name === "help") return "more";
  if (name === "watch") return "own shell";
  if (name === "hand") return handUp === true ? "lower hand" : "raise hand";
  if (name === "follow") return "catch up";
  if (name === "run" && again) return "run again";
  if (first === "type" && name === "run") return "run it for me";
  return first === "type" && name === "type" ? "type it" : name;
}

/** The text behind `?`: each open choice, in the order in which it is offered. */
export function renderHelp(
  open: readonly ChoiceName[],
  { keys, again }: Pick<Wording, "keys" | "again">,
  width = 80,
): string {
  const rows = open.flatMap((name, index) => {
    const choice = CHOICES.find((one) => one.name === name);
    if (choice === undefined) return [];
    const key = index === 0 ? "Enter" : choice.key;
    const summary = again && name === "run" ? "run the command again" : choice.summary;
    return [behind(`  ${key.padEnd(6)} ${name.padEnd(7)} `, summary, width)];
  });
  const end = keys
    ? "Ctrl-C ends the command that runs; twice leaves."
    : "Type a word or its key, then Enter. An empty line is the first choice.";
  return [...rows, behind("  ", end, width)].join("\n");
}

/** A text to the right of its lead, wrapped there. */
function behind(lead: string, text: string, width: number): string {
  return lead + indent(wrapText(text, width - lead.length), " ".repeat(lead.length)).slice(lead.length);
}
