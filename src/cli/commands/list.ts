import { readEvidence } from "../../progress/index.ts";
import { type LessonFacts, readFacts } from "../front.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import { placeOfWork } from "../place-of-work.ts";
import { indent, wrapText } from "../screen/lines.ts";
import { type Standing, standingOf } from "../standing.ts";

/** All lessons of the course, and how far the learner is on this target. */
export async function run(io: Io, options: Options): Promise<number> {
  const { course, folders, target, stateDir } = placeOfWork(io, options);
  const { records } = readEvidence(stateDir);
  const rows = (await readFacts(course, io.cwd, folders.cache)).map((facts) => ({
    ...facts,
    ...standingOf(records, facts.id),
  }));
  if (options.json) {
    const about = { version: 1, course: { id: course.id, title: course.title, folder: course.folder }, target };
    io.print(`${JSON.stringify({ ...about, lessons: rows }, null, 2)}\n`);
    return 0;
  }
  io.print(`${wrapText(`${course.title} (target: ${target})`, io.width)}\n\n`);
  for (const row of rows) io.print(`${renderLesson(row, io.width)}\n`);
  return 0;
}

function renderLesson(row: LessonFacts & Standing, width: number): string {
  const minutes = row.minutes === undefined ? "" : `, ${row.minutes} min`;
  const head = `${row.state === "completed" ? "[x]" : "[ ]"} ${row.id}  ${row.title} (${stateOf(row)}${minutes})`;
  const body = row.problem === undefined ? (row.summary ?? "") : `problem: ${row.problem}`;
  const lines = [wrapText(head, width)];
  if (body !== "") lines.push(indent(wrapText(body, width - 4), "    "));
  return lines.join("\n");
}

function stateOf({ state, stepsPassed }: Standing): string {
  return state === "begun" || state === "completed, begun again" ? `${state}, ${stepsPassed} done` : state;
}
