import { readEvidence } from "../../progress/index.ts";
import type { Io } from "../io.ts";
import { shownPath } from "../lesson-files.ts";
import type { Options } from "../options.ts";
import { standingOf } from "../standing.ts";
import { findHere, type Here } from "../start/here.ts";

/** Where you are. Completed is history; in force is what held when it was last looked at, and nothing undid since. */
export async function run(io: Io, options: Options): Promise<number> {
  const here = await findHere(io, options, undefined);
  const { place, lesson, progress, step, number, steps, resume } = here;
  const { course, target } = place;
  const { records } = readEvidence(place.stateDir);
  const others = course.lessons.map(({ id }) => ({ lesson: id, ...standingOf(records, id) }));
  if (options.json) {
    const about = { version: 1, course: course.id, folder: course.folder, target, lesson: lesson.id };
    const at = { step: resume === "complete" ? null : step.id, number, of: steps.length };
    const all = { ...about, ...at, inFlight: progress.inFlight ?? null, progress, lessons: others };
    io.print(`${JSON.stringify(all, null, 2)}\n`);
    return 0;
  }
  io.print(`course  ${course.title}\n`);
  if (!course.own) io.print(`folder  ${shownPath(course.folder, io.cwd)}\n`);
  io.print(`target  ${target}${target === "sandbox" ? " (simulated)" : ""}\n`);
  io.print(`lesson  ${lesson.id}  ${lesson.title}\nstep    ${describeStep(here)}\n`);
  const done = progress.steps.filter((one) => one.done).length;
  const completed = progress.completedAt === undefined ? "" : `, completed ${day(progress.completedAt)}`;
  const force = progress.inForce ? ", in force" : progress.completedAt === undefined ? "" : ", not in force";
  io.print(`done    ${done} of ${steps.length} steps${completed}${force}\n`);
  if (progress.lookedAt !== undefined) io.print(`looked  ${minute(progress.lookedAt)}, at its checkpoint\n`);
  const edited = progress.steps.filter((one) => one.edited).map(({ id }) => id);
  if (edited.length > 0) io.print(`edited  ${edited.join(", ")}: changed since passed\n`);
  for (const other of others)
    if (other.lesson !== lesson.id && other.state !== "not begun")
      io.print(`also    ${other.lesson}  ${other.state}\n`);
  return 0;
}

function describeStep({ resume, step, number, steps, progress }: Here): string {
  if (resume === "complete") return "none left";
  return `${step.id} (${number} of ${steps.length})${progress.inFlight === step.id ? ", was running when you left" : ""}`;
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function minute(at: number): string {
  return `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}
