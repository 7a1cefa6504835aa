import { UsageError } from "../../diagnostics/index.ts";
import { codePointName, plural, showHidden, suggest } from "../../text/index.ts";
import { type Action, type Board, type BoardRow, handleKey, LIMITS } from "../../workshop/index.ts";

/** What the instructor asked for, in the terminal of `class host` or as a command of its own. */
export type Wanted =
  | { readonly kind: "action"; readonly action: Action }
  | { readonly kind: "close"; readonly sure: boolean }
  | { readonly kind: "view"; readonly view: View; readonly names: boolean };

export type View = "board" | "debrief" | "hands" | "help" | "invitation" | "steps" | "who";

interface Word {
  /** What follows the word. */
  readonly takes: string;
  readonly about: string;
  read(rest: string, board: Board): Wanted;
}

/** Every word of the instructor's. */
export const WORDS: Readonly<Record<string, Word>> = {
  announce: {
    takes: "TEXT",
    about: "say something to everybody",
    read: (rest) => act({ type: "announce", text: readText(rest) }),
  },
  nudge: {
    takes: "WHO [hint N | TEXT]",
    about: "their next hint, that hint, or your words, to one learner",
    read: (rest, board) => act(readNudge(rest, board)),
  },
  gate: {
    takes: "STEP",
    about: "nobody goes on to this step until you `ungate` it",
    read: (rest, board) => act({ type: "gate", step: readStep(rest, board) }),
  },
  ungate: {
    takes: "STEP",
    about: "the step is open again",
    read: (rest, board) => act({ type: "ungate", step: readStep(rest, board) }),
  },
  "catch-up": {
    takes: "STEP",
    about: "the class is here: who is behind is asked to catch up",
    read: (rest, board) => act({ type: "catch-up", step: readStep(rest, board) }),
  },
  who: { takes: "", about: "who is where, the stuck first", read: view("who") },
  steps: { takes: "", about: "the steps: who is there, done, usual time, what goes wrong", read: view("steps") },
  hands: { takes: "", about: "who asks for help, in their order", read: view("hands") },
  helped: {
    takes: "WHO",
    about: "this learner was helped: the hand is down",
    read: (rest, board) => {
      const { row, rest: more } = readWho(rest, board.rows);
      nothingMore(more);
      return act({ type: "helped", learner: row.number });
    },
  },
  debrief: {
    takes: "[names]",
    about: "which steps cost most, and what went wrong there",
    read: (rest) => ({ kind: "view", view: "debrief", names: readOne(rest, "names") }),
  },
  board: { takes: "", about: "the board as a page", read: view("board") },
  invitation: { takes: "", about: "what learners join by", read: view("invitation") },
  close: {
    takes: "[yes]",
    about: "the class ends",
    read: (rest) => ({ kind: "close", sure: readOne(rest, "yes") }),
  },
  "?": { takes: "", about: "these words", read: view("help") },
};

/** A line of the instructor's: what is wanted. Throws a UsageError that says what was found and what may stand there. */
export function readWords(line: string, board: Board): Wanted {
  const [, name = "", rest = ""] = /^\s*(\S*)\s*(.*)$/s.exec(line) ?? [];
  const word = name.toLowerCase() === "help" ? "?" : name.toLowerCase();
  const found = Object.hasOwn(WORDS, word) ? WORDS[word] : undefined;
  if (found !== undefined) return found.read(rest.replaceAll(/\s+/g, " ").trim(), board);
  throw new UsageError(
    `\`${shown(name)}\` is none of the words here.`,
    didYouMean(word, Object.keys(WORDS), "`?` tells them."),
  );
}

function act(action: Action): Wanted {
  return { kind: "action", action };
}

function view(name: View): Word["read"] {
  return (rest) => {
    nothingMore(rest);
    return { kind: "view", view: name, names: false };
  };
}

function readText(text: string): string {
  if (text === "") throw new UsageError("There is no text.", "Write it behind the word; it needs no quotes.");
  if (text.length > LIMITS.text) {
    const hint = `At most ${LIMITS.text}; a longer text belongs into a lesson or a chat.`;
    throw new UsageError(`The text has ${text.length} characters.`, hint);
  }
  const control = /\p{Cc}/u.exec(text)?.[0];
  if (control !== undefined)
    throw new UsageError(`The text has a control character (${codePointName(control)}).`, "Write it without.");
  return text;
}

function readNudge(words: string, { rows, steps }: Board): Action {
  const { row, rest } = readWho(words, rows);
  const given = /^hint(?: (\d{1,4}))?$/i.exec(rest);
  if (rest !== "" && given === null) return { type: "nudge", learner: row.number, text: readText(rest) };
  const step = steps.find((one) => one.step === row.step);
  const name = shown(row.handle);
  if (step === undefined) throw new UsageError(`\`${name}\` is at no step of the course.`, "Say something instead.");
  const hint = given?.[1] === undefined ? row.hints + 1 : Number(given[1]);
  if (hint >= 1 && hint <= step.hints) return { type: "nudge", learner: row.number, hint };
  const has = step.hints === 0 ? "no hint" : plural(step.hints, "hint");
  const read =
    given?.[1] === undefined && step.hints > 0 ? ` and \`${name}\` has read ${step.hints === 1 ? "it" : "all"}` : "";
  throw new UsageError(`\`${shown(step.step)}\` has ${has}${read}.`, `\`nudge ${name} TEXT\` says something instead.`);
}

/** Who is meant: by exact name (the longest that fits), by number, or by the beginning of one name alone. */
function readWho(words: string, rows: readonly BoardRow[]): { readonly row: BoardRow; readonly rest: string } {
  if (words === "")
    throw new UsageError("Who is missing.", "A handle or its beginning, or the number that `who` shows.");
  const parts = words.split(" ");
  for (let count = parts.length; count > 0; count -= 1) {
    const key = handleKey(parts.slice(0, count).join(" "));
    const row = rows.find((one) => handleKey(one.handle) === key);
    if (row !== undefined) return { row, rest: parts.slice(count).join(" ") };
  }
  const [first = "", ...more] = parts;
  const rest = more.join(" ");
  const byNumber = /^#?\d{1,9}$/.test(first)
    ? rows.find(({ number }) => number === Number(first.replace("#", "")))
    : undefined;
  if (byNumber !== undefined) return { row: byNumber, rest };
  const near = rows.filter(({ handle }) => handleKey(handle).startsWith(handleKey(first)));
  if (near.length === 1 && near[0] !== undefined) return { row: near[0], rest };
  if (near.length > 1) {
    const names = near.slice(0, 5).map(({ number, handle }) => `${number} \`${shown(handle)}\``);
    const others = near.length > 5 ? ` and ${near.length - 5} more` : "";
    throw new UsageError(`\`${shown(first)}\` could be several: ${names.join(", ")}${others}.`, "Take the number.");
  }
  const handles = rows.map(({ handle }) => handle);
  throw new UsageError(
    `Nobody in the class is called \`${shown(first)}\`.`,
    didYouMean(first, handles, rows.length === 0 ? "Nobody is in the class yet." : "`who` shows all."),
  );
}

/** `lesson-03#id`; a lesson alone is its first step. */
function readStep(words: string, { steps }: Board): string {
  const [name = "", ...more] = words.split(" ");
  if (name === "")
    throw new UsageError("The step is missing.", "`lesson-03#id`, or `lesson-03` for its first; `steps` shows all.");
  nothingMore(more.join(" "));
  const names = steps.map(({ step }) => step);
  const found = names.find((one) => one === name) ?? names.find((one) => one.startsWith(`${name}#`));
  if (found !== undefined) return found;
  const within = names.filter((one) => one.slice(one.indexOf("#") + 1) === name.replace(/^#/, ""));
  const near = within.length === 1 ? within[0] : suggest(name, names);
  throw new UsageError(
    `The course has no step \`${shown(name)}\`.`,
    near === undefined ? "`steps` shows all." : `did you mean \`${shown(near)}\`?`,
  );
}

/** Whether the one word that may follow does. */
function readOne(rest: string, word: string): boolean {
  if (rest !== "" && rest !== word)
    throw new UsageError(`\`${shown(rest)}\` is too much.`, `Only \`${word}\` may stand there.`);
  return rest === word;
}

function nothingMore(rest: string): void {
  if (rest !== "") throw new UsageError(`\`${shown(rest)}\` is too much.`, "Nothing may stand there.");
}

function didYouMean(word: string, candidates: readonly string[], otherwise: string): string {
  const near = suggest(word, candidates);
  return near === undefined ? otherwise : `did you mean \`${shown(near)}\`?`;
}

function shown(text: string): string {
  return showHidden(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
