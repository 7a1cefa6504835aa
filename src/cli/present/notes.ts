import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { requireFolder } from "../../target/index.ts";
import type { PlaceOfWork } from "../place-of-work.ts";
import type { AuthorNotes } from "./author-notes.ts";
import type { Idea } from "./deck.ts";
import { stepAt } from "./screens.ts";
import type { Showing } from "./showing.ts";

/**
 * What the presenter's second terminal is told: `<state>/<course>.present/notes.jsonl`, a line each, begun anew by each
 * presentation. Mode 0600: no one else follows.
 */
export type NotesLine =
  | {
      readonly type: "begin";
      readonly version: typeof VERSION;
      readonly at: number;
      /** Whose end is the presentation's, told or not. */
      readonly pid: number;
      readonly lesson: string;
      readonly title: string;
      readonly minutes: number | undefined;
      readonly target: string;
      /** The author's notes for the whole lesson. */
      readonly notes: string;
    }
  | {
      readonly type: "idea";
      readonly at: number;
      readonly number: number;
      readonly of: number;
      readonly step: string;
      readonly stepNumber: number;
      readonly steps: number;
      /** Markdown each: what is shown, what comes next, and what the author says besides. */
      readonly now: string;
      readonly next: string;
      readonly notes: string;
      readonly checks: readonly string[];
      readonly hints: readonly { readonly title: string; readonly markdown: string }[];
    }
  | { readonly type: "end"; readonly at: number };

export const VERSION = 1;

export function notesFile({ courseDir }: Pick<PlaceOfWork, "courseDir">): string {
  return path.join(courseDir, "notes.jsonl");
}

/** Tells a second terminal what is shown. */
export class NotesWriter {
  readonly #file: string;
  readonly #notes: AuthorNotes;
  #last = "";

  constructor(presenter: PlaceOfWork, notes: AuthorNotes) {
    requireFolder(presenter.courseDir);
    this.#file = notesFile(presenter);
    this.#notes = notes;
  }

  begin({ lesson }: Showing, target: string, at: number): void {
    const { id, title, front } = lesson;
    const about = { lesson: id, title, minutes: front.minutes, target, notes: this.#notes.whole };
    const line: NotesLine = { type: "begin", version: VERSION, at, pid: process.pid, ...about };
    // A file of its own: who follows the one before sees that it was cut, and begins anew.
    writeFileSync(this.#file, `${JSON.stringify(line)}\n`, { mode: 0o600 });
  }

  tell(showing: Showing): void {
    const { deck, at, step, lesson, idea } = showing;
    const isAct = idea.kind === "act";
    const about = {
      number: at + 1,
      of: deck.length,
      step: step.id,
      stepNumber: idea.step + 1,
      steps: lesson.steps.length + (lesson.checkpoint === undefined ? 0 : 1),
      now: markdownOf(showing, idea),
      next: deck[at + 1] === undefined ? "" : markdownOf(showing, deck[at + 1] as Idea),
      notes: this.#notes.steps.get(step.id) ?? "",
      checks: isAct ? step.checks.map(({ title }) => title) : [],
      hints: isAct ? step.hints.map(({ title, markdown }) => ({ title, markdown })) : [],
    };
    const key = JSON.stringify(about);
    if (key === this.#last) return;
    this.#last = key;
    this.#append({ type: "idea", at: Date.now(), ...about });
  }

  end(): void {
    // What never began has not followed anything.
    if (this.#last !== "") this.#append({ type: "end", at: Date.now() });
  }

  #append(line: NotesLine): void {
    appendFileSync(this.#file, `${JSON.stringify(line)}\n`, { mode: 0o600 });
  }
}

/** An idea in full, as the lesson has it. */
function markdownOf({ lesson }: Showing, idea: Idea): string {
  switch (idea.kind) {
    case "title":
      return `# ${lesson.title}`;
    case "prose":
      return [headingOf(idea.heading), ...idea.blocks.map(({ markdown }) => markdown)].join("\n\n").trim();
    case "file":
      return [
        headingOf(idea.heading),
        ...idea.caption.map(({ markdown }) => markdown),
        `The file \`${idea.file.file?.path}\`.`,
      ]
        .join("\n\n")
        .trim();
    case "act": {
      const { commands, manual } = stepAt(lesson, idea.step);
      const sources = commands.filter(({ file }) => file === undefined).map(({ source }) => fenced(source.trimEnd()));
      const caption = idea.caption.map(({ markdown }) => markdown);
      const what = manual?.markdown ?? (sources.length > 0 ? sources.join("\n\n") : NOTHING_RUNS[idea.way]);
      return [headingOf(idea.heading), ...caption, what].join("\n\n").trim();
    }
    case "end":
      return "The end.";
  }
}

const NOTHING_RUNS = {
  run: "Its files are written.",
  goal: "The room's turn.",
  manual: "",
  look: "The checkpoint is looked at.",
} as const;

function headingOf(heading: string | undefined): string {
  return heading === undefined ? "" : `## ${heading}`;
}

function fenced(source: string): string {
  const longest = Math.max(2, ...[...source.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}bash\n${source}\n${fence}`;
}

/** The lines of the file so far; a line that is still being written is left for the next time. Undefined: no file. */
export function readNotes(file: string): readonly NotesLine[] | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
  return text
    .split("\n")
    .slice(0, -1)
    .flatMap((line) => {
      try {
        return [JSON.parse(line) as NotesLine];
      } catch {
        return [];
      }
    });
}
