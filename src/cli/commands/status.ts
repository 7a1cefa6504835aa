import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import { findHere, type Here } from "../start/here.ts";

/** Where you are. Completed is history; in force is what nothing has undone since. */
export async function run(io: Io, options: Options): Promise<number> {
  const here = await findHere(io, options, undefined);
  const { place, lesson, progress, step, number, steps, resume } = here;
  if (options.json) {
    const about = { version: 1, course: place.course.id, target: place.target, lesson: lesson.id };
    const at = { step: resume === "complete" ? null : step.id, number, of: steps.length };
    io.print(`${JSON.stringify({ ...about, ...at, inFlight: progress.inFlight ?? null, progress }, null, 2)}\n`);
    return 0;
  }
  io.print(
    `course  ${place.course.title}\ntarget  ${place.target}${place.target === "sandbox" ? " (simulated)" : ""}\n`,
  );
  io.print(`lesson  ${lesson.id}  ${lesson.title}\nstep    ${describeStep(here)}\n`);
  const done = progress.steps.filter((one) => one.done).length;
  io.print(
    `done    ${done} of ${steps.length} steps${progress.completedAt === undefined ? "" : `, completed ${day(progress.completedAt)}`}`,
  );
  io.print(`${progress.inForce ? ", in force" : ""}\n`);
  return 0;
}

function describeStep({ resume, step, number, steps, progress }: Here): string {
  if (resume === "complete") return "none left";
  return `${step.id} (${number} of ${steps.length})${progress.inFlight === step.id ? ", was running when you left" : ""}`;
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
