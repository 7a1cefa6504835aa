import { readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { UsageError } from "../../diagnostics/index.ts";
import { plural, showHidden } from "../../text/index.ts";
import { findReports, type PlacedReport, type Readiness, readinessOf } from "../../workshop/index.ts";
import { EXIT } from "../errors.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import type { PlaceOfWork } from "../place-of-work.ts";
import { wrapText } from "../screen/lines.ts";
import { VERSION } from "../version.ts";
import { renderReadiness, type Unreadable } from "./readiness-text.ts";

/** A mail with its attachments is smaller; what is longer is not read. */
const MOST_BYTES = 32 * 1024 * 1024;

/** All that was found in what was named. */
interface Gathered {
  readonly placed: readonly PlacedReport[];
  readonly unreadable: readonly Unreadable[];
  /** How many reports stood there once more, as in an answer that quotes them. */
  readonly repeated: number;
}

/** `class check REPORTS…`: who can take the course, by the reports that learners sent. Exit 0 when all can, in the sandbox. */
export async function run(io: Io, options: Options, _: PlaceOfWork, ...names: string[]): Promise<number> {
  if (names.length === 0) {
    throw new UsageError(
      "`class check` needs reports: files, folders, or `-` for stdin.",
      "Learners make them by `learn-istio doctor --report`.",
    );
  }
  const gathered = gather(await readAll(io, names));
  const { placed, unreadable, repeated } = gathered;
  if (placed.length === 0 && unreadable.length === 0)
    throw new UsageError("There is no report in it.", "A report is a line that begins with `learn-istio-report-1-`.");
  const readiness = readinessOf(placed, VERSION);
  if (options.json) io.print(`${JSON.stringify({ ...readiness, unreadable, repeated }, null, 2)}\n`);
  else {
    io.print(renderReadiness(readiness, unreadable, io.width));
    if (repeated > 0)
      io.say(`${wrapText(`${plural(repeated, "report")} stood there more than once and counted once.`, io.width)}\n`);
  }
  return isReady(readiness, unreadable) ? EXIT.ok : EXIT.failed;
}

function isReady({ sandbox, reports }: Readiness, unreadable: readonly Unreadable[]): boolean {
  return sandbox === reports && unreadable.length === 0;
}

interface Source {
  readonly name: string;
  readonly text: string | undefined;
  readonly problem?: string;
}

async function readAll(io: Io, names: readonly string[]): Promise<Source[]> {
  const sources: Source[] = [];
  for (const name of names) {
    if (name === "-") sources.push({ name, text: await readStdin(io) });
    else sources.push(...filesOf(io, name).map((file) => readSource(io, file)));
  }
  return sources;
}

async function readStdin(io: Io): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of io.stdin) {
    const bytes = Buffer.from(chunk as Buffer);
    size += bytes.length;
    if (size > MOST_BYTES) throw new UsageError("Stdin is longer than 32 MiB.", "Name the files one by one.");
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString("utf8");
}

/** A file, or all files of a folder and those below it, by name. */
function filesOf(io: Io, name: string): string[] {
  const found = statSync(path.resolve(io.cwd, name), { throwIfNoEntry: false });
  if (found === undefined)
    throw new UsageError(`There is no file or folder \`${name}\`.`, "Name the reports that learners sent.");
  if (!found.isDirectory()) return [name];
  return readdirSync(path.resolve(io.cwd, name), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith("."))
    .map((entry) => path.join(name, path.relative(path.resolve(io.cwd, name), entry.parentPath), entry.name))
    .sort();
}

function readSource(io: Io, name: string): Source {
  const file = path.resolve(io.cwd, name);
  try {
    const { size } = statSync(file);
    if (size > MOST_BYTES) return { name, text: undefined, problem: "it is longer than 32 MiB" };
    return { name, text: readFileSync(file, "utf8") };
  } catch (error) {
    return { name, text: undefined, problem: `it cannot be read (${(error as NodeJS.ErrnoException).code})` };
  }
}

function gather(sources: readonly Source[]): Gathered {
  const placed = new Map<string, PlacedReport>();
  const unreadable: Unreadable[] = [];
  let repeated = 0;
  for (const { name, text, problem = "there is no report in it" } of sources) {
    const found = text === undefined ? [] : findReports(text);
    // Nothing on stdin is said of all of it at once.
    if (found.length === 0 && name !== "-") unreadable.push({ place: showHidden(name), problem });
    for (const one of found) {
      const place = `${showHidden(name)}:${one.line}`;
      if ("problem" in one) unreadable.push({ place, problem: one.problem });
      else if (placed.has(keyOf(one))) repeated += 1;
      else placed.set(keyOf(one), { place, report: one.report });
    }
  }
  return { placed: [...placed.values()], unreadable, repeated };
}

/** The number of a report is drawn at random: two of the same room may share it, but then they differ elsewhere. */
function keyOf({ report }: Pick<PlacedReport, "report">): string {
  return JSON.stringify(report);
}
