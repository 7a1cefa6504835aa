import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import { placeOfWork } from "../place-of-work.ts";
import { wrapText } from "../screen/lines.ts";
import { currentLesson } from "../start/choose-lesson.ts";
import { findHere } from "../start/here.ts";

/** `learn-istio` alone: where you are and what is next; the first time, where to begin. */
export async function run(io: Io, options: Options): Promise<number> {
  const place = placeOfWork(io, options);
  const { fresh } = currentLesson(place);
  if (options.json) return (await import("./status.ts")).run(io, options);
  io.print(`${wrapText(place.course.title, io.width)}\n`);
  if (fresh) {
    const first = place.course.lessons[0]?.id ?? "";
    io.print(
      `${place.course.lessons.length === 1 ? "1 lesson" : `${place.course.lessons.length} lessons`}, none begun.\n\n`,
    );
    io.print(
      `Begin:       learn-istio start ${first}\nAll lessons: learn-istio list\nThis machine: learn-istio doctor\n`,
    );
    return 0;
  }
  const { lesson, resume, step, number, steps } = await findHere(io, options, undefined);
  const where = resume === "complete" ? "completed" : `step ${number} of ${steps.length} (${step.section})`;
  io.print(`${wrapText(`You are in ${lesson.id}, ${lesson.title}: ${where}. Target: ${place.target}.`, io.width)}\n\n`);
  io.print(`Go on:       learn-istio start ${lesson.id}\nAll lessons: learn-istio list\n`);
  return 0;
}
