import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { EnvironmentError, UsageError } from "../../diagnostics/index.ts";
import { EvidenceLog, type Imported, newRecords, parseExport } from "../../progress/index.ts";
import { plural } from "../../text/index.ts";
import { claimCourse } from "../claim.ts";
import { EXIT } from "../errors.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import { type PlaceOfWork, placeOfWork } from "../place-of-work.ts";
import { wrapText } from "../screen/lines.ts";

/**
 * Take exported progress into this course's record. What passed elsewhere counts as completed; that it holds here is for
 * `start` to prove.
 */
export async function run(io: Io, options: Options, args: readonly string[]): Promise<number> {
  const place = placeOfWork(io, options);
  const [file = "-"] = args;
  const name = file === "-" ? "standard input" : `\`${file}\``;
  const imported = parseExport(readText(io, file));
  if (typeof imported === "string") {
    throw new UsageError(
      `What ${name} holds cannot be imported: ${imported}.`,
      "`learn-istio export FILE` makes such a file.",
    );
  }
  requireCourse(imported, options, place, name);
  const { added, known } = merge(io, place, imported);
  const elsewhere = new Set(imported.records.map(({ lesson }) => lesson));
  const strange = [...elsewhere].filter((id) => !place.course.lessons.some((lesson) => lesson.id === id));
  if (options.json) {
    const about = { version: 1, course: place.course.id, target: imported.target };
    io.print(`${JSON.stringify({ ...about, added, known, unknownLessons: strange }, null, 2)}\n`);
    return EXIT.ok;
  }
  const text = `${plural(added, "record")} imported for target \`${imported.target}\`, ${known} known already. What was completed elsewhere is shown so; \`learn-istio start\` proves what holds here.`;
  io.print(`${wrapText(text, io.width)}\n`);
  if (strange.length > 0) io.print(`Kept, though this course does not have them: ${strange.map(shown).join(", ")}.\n`);
  return EXIT.ok;
}

/** Text of a file that anybody may have written: no control characters, no more than a name needs. */
function shown(text: string): string {
  return `\`${text.replaceAll(/\p{C}/gu, "?").slice(0, 80)}\``;
}

function readText(io: Io, name: string): string {
  try {
    return readFileSync(name === "-" ? 0 : resolve(io.cwd, name), "utf8");
  } catch (cause) {
    const why = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new EnvironmentError(`\`${name}\` cannot be read (${why}).`, { hint: "Name an exported file.", cause });
  }
}

function requireCourse({ course, target }: Imported, options: Options, place: PlaceOfWork, name: string): void {
  const { id } = place.course;
  if (options.target !== undefined && options.target !== target)
    throw new UsageError(`What ${name} holds is of target \`${target}\`, not \`${options.target}\`.`);
  if (options.as !== undefined && options.as !== id)
    throw new UsageError(`\`--as ${options.as}\` does not name this course, \`${id}\`.`);
  if (course === id || options.as === id) return;
  throw new UsageError(
    `What ${name} holds is of the course ${shown(course)}, this one is \`${id}\`.`,
    `If they are the same lessons under another name: \`--as ${id}\`.`,
  );
}

/** All of it or nothing, in one write; other writers wait. */
function merge(io: Io, place: PlaceOfWork, { target, records }: Imported): { added: number; known: number } {
  const folder = join(place.courseDir, target);
  claimCourse(place);
  const log = EvidenceLog.open({ folder, course: place.course.id, target, now: io.now(), sync: true });
  try {
    const added = newRecords(log.before.records, records).toSorted((a, b) => a.at - b.at);
    if (added.length > 0) log.appendText(added.map((record) => `${JSON.stringify(record)}\n`).join(""));
    return { added: added.length, known: records.length - added.length };
  } finally {
    log.close();
  }
}
