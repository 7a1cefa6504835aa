import { readFileSync } from "node:fs";
import path from "node:path";
import { EnvironmentError } from "../../diagnostics/index.ts";
import type { Lesson } from "../../lesson/index.ts";
import { stepsOf } from "../../run/index.ts";
import type { Course } from "../course.ts";
import { blocksIn } from "../screen/markdown.ts";

/**
 * What an author says to who presents a lesson: `<lesson>.notes.md` beside it, Markdown. Before the first heading for the
 * whole lesson; below `## #step` for that step.
 */
export interface AuthorNotes {
  readonly whole: string;
  readonly steps: ReadonlyMap<string, string>;
  /** Headings that name no step. */
  readonly unknown: readonly string[];
}

/** The notes of a lesson; empty where the course has none. Errors: a file that cannot be read. */
export function readAuthorNotes({ folder }: Course, lesson: Lesson): AuthorNotes {
  const file = path.join(folder, `${lesson.id}.notes.md`);
  try {
    return notesIn(readFileSync(file, "utf8"), lesson);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return { whole: "", steps: new Map(), unknown: [] };
    throw new EnvironmentError(`The notes \`${file}\` cannot be read.`, { hint: "Correct or remove them.", cause });
  }
}

/** Pure: the notes' Markdown by the step that each part is for. */
export function notesIn(markdown: string, lesson: Lesson): AuthorNotes {
  const ids = new Set(stepsOf(lesson).map(({ id }) => id));
  const parts = new Map<string, string[]>();
  const unknown: string[] = [];
  const whole: string[] = [];
  let part = whole;
  for (const block of blocksIn(markdown)) {
    const id = block.type === "heading" ? /^#(\S+)$/.exec(block.text.trim())?.[1] : undefined;
    if (id === undefined) {
      part.push(block.markdown);
      continue;
    }
    if (!ids.has(id)) unknown.push(id);
    part = parts.get(id) ?? [];
    parts.set(id, part);
  }
  const steps = new Map([...parts].map(([id, blocks]): [string, string] => [id, blocks.join("\n\n")]));
  return { whole: whole.join("\n\n"), steps, unknown };
}
