import type { Context, Script } from "./commands.ts";
import type { Outline, StepDraft } from "./drafts.ts";
import type { Prose } from "./prose.ts";
import type { Part, Section } from "./sections.ts";
import type { Range } from "./source.ts";

export type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** A file while it is read: what was found so far, and whom the next thing belongs to. */
export interface Reading {
  readonly context: Context;
  readonly prose: Prose;
  readonly outline: Mutable<Outline>;
  readonly title: string;
  part: Part;
  section: Section;
  /** The step of this section that outputs, checks and hints belong to. */
  step: StepDraft | undefined;
  /** The command that an output belongs to; undefined after a cleanup. */
  script: Script | undefined;
}

/** A new step, of the section at hand; the Markdown before `start` that nobody has yet is its lead. */
export function beginStep(
  reading: Reading,
  range: Range,
  start: number,
  { id, scripts, manual }: Pick<StepDraft, "id" | "scripts"> & Partial<Pick<StepDraft, "manual">>,
): StepDraft {
  const { outline, section, prose, title } = reading;
  if (outline.steps.length === 0) outline.opening.push(prose.takeUntil(openingEnd(section, start)));
  const step: StepDraft = {
    id,
    section: section.heading?.text ?? title,
    range,
    lead: prose.takeUntil(start),
    tail: [],
    scripts,
    checks: [],
    hints: [],
    solution: undefined,
    manual,
    solutionText: [],
  };
  outline.steps.push(step);
  reading.step = step;
  return step;
}

/** The opening ends where the first step's section begins; a title of the whole file belongs to the opening. */
function openingEnd({ heading }: Section, start: number): number {
  if (heading === undefined) return 0;
  return Math.min(start, heading.depth === 1 ? heading.range.end : heading.range.start);
}

/** Markdown goes to whoever reads it last: the step, the checkpoint, or nobody, which is opening and closing. */
export function placeProse({ outline, part, step }: Reading, text: string, isEnd: boolean): void {
  if (part === "checkpoint") outline.checkpoint?.lead.push(text);
  else if (part !== "steps") outline.closing.push(text);
  else if (outline.steps.length === 0) outline.opening.push(text);
  else if (isEnd) outline.closing.push(text);
  else (step ?? outline.steps.at(-1))?.tail.push(text);
}

/** A block that is no step by itself: the Markdown above it goes where it belongs, its own text to nobody. */
export function own(reading: Reading, block: Range): void {
  placeProse(reading, reading.prose.takeUntil(block.start), false);
  reading.prose.skip(block);
}

/** Something that only a part with steps may hold stands behind the checkpoint, or in it. */
export function reportMisplaced({ context, part }: Reading, range: Range, what: string): void {
  if (part === "checkpoint") {
    const message = `${what} stands in the checkpoint, expected only prose and checks`;
    context.findings.add("LI023", range, message, "write a check, or move it above `## Checkpoint`");
    return;
  }
  const expected = part === "cleanup" ? "only blocks with the flag `cleanup`" : "only prose";
  const message = `${what} stands after the checkpoint, expected ${expected}`;
  context.findings.add("LI024", range, message, part === "cleanup" ? "write `bash {cleanup}`" : "move it up");
}
