/** What a learner can choose at a step. Each is a key and a word: the same choices with and without a terminal. */
export interface Choice {
  readonly name: ChoiceName;
  readonly key: string;
  readonly summary: string;
}

export type ChoiceName =
  | "run"
  | "next"
  | "hint"
  | "solve"
  | "check"
  | "skip"
  | "back"
  | "reset"
  | "accept"
  | "list"
  | "help"
  | "quit";

/** Every choice, in the order in which they are shown. */
export const CHOICES: readonly Choice[] = [
  { name: "run", key: "x", summary: "run the command" },
  { name: "next", key: "n", summary: "next step" },
  { name: "accept", key: "a", summary: "accept what an earlier run did, as done" },
  { name: "hint", key: "h", summary: "a hint" },
  { name: "solve", key: "s", summary: "show the solution and run it" },
  { name: "check", key: "c", summary: "check again, run nothing" },
  { name: "skip", key: "k", summary: "skip this step" },
  { name: "back", key: "b", summary: "read the step before again; nothing is undone" },
  { name: "reset", key: "r", summary: "undo this lesson and begin it anew" },
  { name: "list", key: "l", summary: "the steps of this lesson" },
  { name: "help", key: "?", summary: "all keys" },
  { name: "quit", key: "q", summary: "leave; the way back is told" },
];

/** What Enter does is the first of the open choices; each has a key of its own too. A typed word or key as a choice, among those that are open now; Enter (or an empty line) is the first of them. */
export function choiceOf(typed: string, open: readonly ChoiceName[]): ChoiceName | undefined {
  const word = typed.trim().toLowerCase();
  if (word === "") return open[0];
  return CHOICES.find((choice) => open.includes(choice.name) && (choice.name === word || choice.key === word))?.name;
}

/** One line for the choices that are open: keys for a terminal, words for the plain form. */
export function renderChoices(open: readonly ChoiceName[], keys: boolean): string {
  const shown = open.map((name, index) => {
    if (!keys) return name;
    const key = index === 0 ? "Enter" : CHOICES.find((choice) => choice.name === name)?.key;
    return `${key} ${name === "help" ? "keys" : name}`;
  });
  return shown.join(keys ? "   " : ", ");
}

/** The text behind `?`. */
export function renderHelp(open: readonly ChoiceName[]): string {
  return CHOICES.filter((choice) => open.includes(choice.name))
    .map(
      (choice) =>
        `  ${(choice.name === open[0] ? "Enter" : choice.key).padEnd(6)} ${choice.name.padEnd(7)} ${choice.summary}`,
    )
    .concat("  Ctrl-C ends the command that runs; twice leaves.")
    .join("\n");
}
