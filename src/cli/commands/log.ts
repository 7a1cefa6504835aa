import { EVIDENCE_VERSION, type EvidenceRecord, readEvidence } from "../../progress/index.ts";
import { formatDuration, stripAnsi } from "../../text/index.ts";
import { findLesson } from "../course.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import { placeOfWork } from "../place-of-work.ts";
import { splitName } from "../start/split-name.ts";

/**
 * The evidence, in the order in which it happened: when, which step, how it ended. `--json` prints JSON lines, the first
 * of them saying what the others are about.
 */
export async function run(io: Io, options: Options, args: readonly string[]): Promise<number> {
  const { course, stateDir, target } = placeOfWork(io, options);
  const [named, step] = splitName(args[0]);
  const lesson = named === undefined ? undefined : findLesson(course, named).id;
  const { records, notes } = readEvidence(stateDir);
  const shown = records
    .filter((record) => lesson === undefined || record.lesson === lesson)
    .filter((record) => step === undefined || ("step" in record && record.step === step))
    .toSorted((a, b) => a.at - b.at);
  for (const note of notes) io.say(`${note}\n`);
  if (options.json) {
    const about = { type: "log", version: EVIDENCE_VERSION, course: course.id, target };
    io.print(`${JSON.stringify(about)}\n`);
    for (const record of shown) io.print(`${JSON.stringify({ course: course.id, target, ...record })}\n`);
    return 0;
  }
  if (shown.length === 0)
    io.say(records.length === 0 ? "Nothing was run yet.\n" : `Nothing was run of \`${args[0]}\`.\n`);
  for (const record of shown) io.print(renderRecord(record, step !== undefined));
  return 0;
}

function renderRecord(record: EvidenceRecord, inFull: boolean): string {
  const what = words(record);
  if (what === undefined) return "";
  const at = new Date(record.at).toISOString().replace("T", " ").slice(0, 19);
  const where = record.from === undefined ? "" : ` (elsewhere, ${record.from})`;
  const name = "step" in record ? `${record.lesson}#${record.step}` : record.lesson;
  return `${at}  ${stripAnsi(name)}  ${what}${where}\n${inFull ? seen(record) : ""}`;
}

/** What a record says; undefined for the beginning of a step, whose end says it all. */
function words(record: EvidenceRecord): string | undefined {
  switch (record.type) {
    case "step-start":
      return undefined;
    case "reset":
      return "reset";
    case "back":
      return "gone back to: what it had done did not hold any more";
    case "proof":
      return record.holds ? "looked at: holds" : "looked at: does not hold";
    case "step-end": {
      const { verdict, durationMs } = record;
      const why = verdict.kind === "skipped" ? ` (${stripAnsi(verdict.reason)})` : "";
      return `${verdict.kind}${why}, ${formatDuration(durationMs)}`;
    }
  }
}

/** Of one step: its commands and checks too, and what they printed. */
function seen(record: EvidenceRecord): string {
  if (record.type !== "step-end") return "";
  return record.seen
    .map((one) => {
      const head = one.kind === "command" ? `$ ${one.source.trimEnd()}` : `${one.verdict}: ${one.title}`;
      return `${head}\n${one.output}`.trimEnd();
    })
    .map((text) => `${stripAnsi(text).replaceAll(/^/gm, "    ")}\n`)
    .join("");
}
