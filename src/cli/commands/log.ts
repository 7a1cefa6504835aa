import { type EvidenceRecord, readEvidence } from "../../progress/index.ts";
import { formatDuration, stripAnsi } from "../../text/index.ts";
import { findLesson } from "../course.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import { placeOfWork } from "../place-of-work.ts";

/** The evidence as lines: when, which step, how it ended. `--json` prints the records themselves. */
export async function run(io: Io, options: Options, args: readonly string[]): Promise<number> {
  const { course, stateDir, target } = placeOfWork(io, options);
  const lesson = args[0] === undefined ? undefined : findLesson(course, args[0]).id;
  const { records, notes } = readEvidence(stateDir);
  const shown = records.filter((record) => lesson === undefined || record.lesson === lesson);
  for (const note of notes) io.say(`${note}\n`);
  if (options.json) {
    io.print(`${JSON.stringify({ version: 1, course: course.id, target, records: shown }, null, 2)}\n`);
    return 0;
  }
  if (shown.length === 0) io.say("Nothing was run yet.\n");
  for (const record of shown) io.print(renderRecord(record));
  return 0;
}

function renderRecord(record: EvidenceRecord): string {
  const at = new Date(record.at).toISOString().replace("T", " ").slice(0, 19);
  if (record.type === "reset") return `${at}  ${record.lesson}  reset\n`;
  if (record.type === "step-start") return "";
  const { verdict, durationMs } = record;
  const why = verdict.kind === "skipped" ? ` (${stripAnsi(verdict.reason)})` : "";
  return `${at}  ${record.lesson}#${record.step}  ${verdict.kind}${why}, ${formatDuration(durationMs)}\n`;
}
