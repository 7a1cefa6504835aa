import { renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { UsageError } from "../../diagnostics/index.ts";
import { readEvidence, renderExport } from "../../progress/index.ts";
import { plural } from "../../text/index.ts";
import { EXIT } from "../errors.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import { placeOfWork } from "../place-of-work.ts";

/** The course's progress on this target as a file, or on stdout. Takes no lock: it works beside an open `start`. */
export async function run(io: Io, options: Options, args: readonly string[]): Promise<number> {
  const { course, stateDir, target } = placeOfWork(io, options);
  const { records, notes, header } = readEvidence(stateDir);
  for (const note of notes) io.say(`${note}\n`);
  if (records.length === 0) {
    throw new UsageError(
      `Nothing of \`${course.id}\` was run on target \`${target}\`, so there is nothing to export.`,
      "Name another target by `--target`.",
    );
  }
  const text = renderExport(records, { course: course.id, target, at: io.now(), began: header?.at ?? 0 });
  const [name] = args;
  if (name === undefined || name === "-") {
    io.print(text);
    return EXIT.ok;
  }
  const file = path.resolve(io.cwd, name);
  writeWhole(file, text);
  io.say(
    `${plural(records.length, "record")} of \`${course.id}\` on target \`${target}\` written to \`${name}\`: no values of variables, no output.\n`,
  );
  return EXIT.ok;
}

/** At once or not at all. */
function writeWhole(file: string, text: string): void {
  const temporary = `${file}.${process.pid}`;
  try {
    writeFileSync(temporary, text, { flag: "wx", mode: 0o600 });
    renameSync(temporary, file);
  } finally {
    rmSync(temporary, { force: true });
  }
}
