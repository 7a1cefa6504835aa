import { UsageError } from "../../diagnostics/index.ts";
import type { Lesson } from "../../lesson/index.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import type { PlaceOfWork } from "../place-of-work.ts";
import { changeSettings } from "../settings.ts";
import { catchUp } from "./catch-up.ts";
import { type CourseLessons, lessonWithRequired } from "./learner-lessons.ts";
import { nameList } from "./name-list.ts";
import type { Taking } from "./taking.ts";

/** The lesson of this id behind those that it builds on. Errors: as `lessonWithRequired`; one does not run on the target. */
export function lessonsFor(io: Io, place: PlaceOfWork, parsed: CourseLessons, id: string): readonly Lesson[] {
  const lessons = lessonWithRequired(io, place.course, parsed, id);
  for (const { id: one, front } of lessons) {
    if (front.targets.length === 0 || front.targets.includes(place.target)) continue;
    const what = one === id ? id : `${id} builds on ${one}, which`;
    throw new UsageError(`${what} does not run on target \`${place.target}\`, only on ${nameList(front.targets)}.`);
  }
  return lessons;
}

/** Before a lesson: what it builds on holds or is run, and the lesson is the course's remembered one. Returns an exit code; 0 goes on. */
export async function catchUpFirst(
  io: Io,
  options: Options,
  about: Omit<Taking, "step" | "goal">,
  required: readonly Lesson[],
): Promise<number> {
  const remember = (): void =>
    changeSettings(about.place.courseDir, {
      lesson: about.lesson.id,
      ...(options.target && { target: options.target }),
    });
  const code = await catchUp(io, options, about, required, remember);
  if (code === 0) remember();
  return code;
}
