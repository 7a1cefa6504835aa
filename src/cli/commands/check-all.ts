import { isWrittenElsewhere, readEvidence } from "../../progress/index.ts";
import { EXIT } from "../errors.ts";
import type { Io } from "../io.ts";
import { openPlace } from "../open-target.ts";
import type { Options } from "../options.ts";
import { type PlaceOfWork, placeOfWork } from "../place-of-work.ts";
import { item } from "../screen/lines.ts";
import { standingOf } from "../standing.ts";
import { lessonWithRequired, parseCourse } from "../start/learner-lessons.ts";
import { prove } from "../start/prove.ts";
import { openRecording } from "../start/record.ts";
import { requireTrust } from "../trust.ts";
import { VERSION } from "../version.ts";

interface Row {
  readonly lesson: string;
  readonly title: string;
  readonly holds: boolean;
  readonly failing?: string | undefined;
}

/**
 * `check --all`: the checkpoint of each lesson that was completed, here or elsewhere, each check once. What is not as it
 * was when it was last looked at is recorded, so that `status` and `list` say it too. Exit 1 when one does not hold, and when there is none: nothing was proved then.
 */
export async function checkAll(io: Io, options: Options): Promise<number> {
  const place = placeOfWork(io, options);
  const { course, folders, stateDir, target: name } = place;
  const { records } = readEvidence(stateDir);
  const completed = course.lessons.filter(({ id }) => standingOf(records, id).state.startsWith("completed"));
  const parsed = await parseCourse(io, course, folders.cache);
  await requireTrust(io, options, place, parsed.lessons);
  const target = await openPlace(io, options, place, false);
  const rows: Row[] = [];
  try {
    for (const { id } of completed) {
      const lesson = lessonWithRequired(io, course, parsed, id).at(-1);
      if (lesson === undefined) continue;
      const proof = await prove(io, options, { place, target }, lesson);
      if (io.interrupted()) return EXIT.interrupted;
      rows.push({ lesson: id, title: lesson.title, ...proof });
      const why = proof.failing === undefined ? "does not hold" : `does not hold: ${proof.failing}`;
      if (!options.json)
        io.print(`${item(proof.holds ? "[x]" : "[ ]", `${id}  ${proof.holds ? "holds" : why}`, io.width)}\n`);
    }
  } finally {
    await target.release();
  }
  keepNews(io, place, rows);
  if (options.json)
    io.print(`${JSON.stringify({ version: 1, course: course.id, target: name, lessons: rows }, null, 2)}\n`);
  else if (rows.length === 0) io.say(`No lesson was completed on target ${name}: there is nothing to look at.\n`);
  return rows.length > 0 && rows.every(({ holds }) => holds) ? EXIT.ok : EXIT.failed;
}

/** Record what was completed here and now holds no more, or holds again. Beside an open `start` nothing: it looks for itself. */
function keepNews(io: Io, place: PlaceOfWork, rows: readonly Row[]): void {
  const { records } = readEvidence(place.stateDir);
  const news = rows.filter(({ lesson, holds }) => {
    const { state } = standingOf(records, lesson);
    return state === (holds ? "completed, not in force" : "completed");
  });
  if (news.length === 0 || isWrittenElsewhere(place.stateDir)) return;
  const recording = openRecording(place, io.now(), VERSION);
  try {
    for (const { lesson, holds } of news) recording.append({ type: "proof", at: io.now(), lesson, holds });
  } finally {
    recording.close();
  }
}
