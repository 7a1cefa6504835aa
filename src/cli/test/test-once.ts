import { UsageError } from "../../diagnostics/index.ts";
import type { Lesson } from "../../lesson/index.ts";
import { type Problem, renderDiagnostics } from "../../report/index.ts";
import type { RunEvent } from "../../run/index.ts";
import { requireTemporaryFolder } from "../../target/index.ts";
import { plural } from "../../text/index.ts";
import type { Bundle } from "../bundle/bundle.ts";
import { codeOfError, EXIT, problemOf, worst } from "../errors.ts";
import { findingsOf, hasErrors, sourceOf } from "../findings.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import type { ParsedFile } from "../parse-cached.ts";
import { openReporters, type Reporting } from "../reporters.ts";
import { askFor } from "./asked.ts";
import { BaselineView } from "./baseline.ts";
import { readBaseline, writeBaseline } from "./baseline-file.ts";
import { Evidence } from "./evidence.ts";
import { runLessons } from "./run-lessons.ts";
import type { Updater } from "./update.ts";
import { readVariantFiles } from "./variants.ts";

/** The files that were named, and those with all that they build on. */
export interface Files {
  readonly selected: readonly ParsedFile[];
  readonly all: readonly ParsedFile[];
}

/** One run of `test`: reads, lints, runs, reports; gives the exit code. */
export async function testOnce(io: Io, options: Options, read: () => Promise<Files>): Promise<number> {
  if (!options.update) return runReported(io, options, read, undefined);
  const { Updater } = await import("./update.ts");
  const updater = new Updater();
  const code = await runReported(io, options, read, updater);
  // What was interrupted, or could not run, has not seen all: nothing is written then.
  if (io.signal.aborted || (code !== EXIT.ok && code !== EXIT.failed)) return code;
  const left = await updater.write(io, options);
  return worst([code, left > 0 ? EXIT.failed : EXIT.ok]);
}

/** Pairs of options that ask for opposite things. */
const CONTRADICTIONS: readonly (readonly [keyof Options, keyof Options, string?])[] = [
  ["keepGoing", "failFast"],
  ["baseline", "failFast", "With a baseline all is run, so that nothing new hides behind what is known."],
  ["baseline", "update", "What is written anew need not be excused."],
  ["from", "grep", "Name the lesson, and one of the two."],
];

function refuseContradictions(options: Options): void {
  const name = (key: keyof Options): string =>
    `\`--${key.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}\``;
  for (const [one, other, hint] of CONTRADICTIONS) {
    if (!options[one] || !options[other]) continue;
    throw new UsageError(`${name(one)} and ${name(other)} exclude each other.`, hint);
  }
}

/** The run with its reports, which are closed when this has ended. */
async function runReported(
  io: Io,
  options: Options,
  read: () => Promise<Files>,
  updater: Updater | undefined,
): Promise<number> {
  const known: Known = { sourceOf: () => undefined };
  const textOf = (file: string): string | undefined => known.sourceOf(file);
  const bundle = await openBundle(io, options, textOf);
  const reporting = openReporters(io, options, textOf);
  let evidence: Evidence | undefined;
  let problem: Problem | undefined;
  let code: number = EXIT.bug;
  try {
    evidence = await openEvidence(io, options, textOf);
    refuseContradictions(options);
    code = await runFiles(io, options, await read(), { reporting, known, bundle, updater, evidence });
    return code;
  } catch (error) {
    // Each report says it too: a file that is empty, or looks whole, must not be read as a run in which all was right.
    problem = problemOf(error, io.interrupted());
    code = codeOfError(error, io.interrupted());
    throw error;
  } finally {
    // A record of a run that failed, or that the machine ended, says so.
    if (evidence !== undefined) await closeEvidence(io, options, evidence, code);
    const isFailure = code === EXIT.failed || problem?.kind === "environment" || problem?.kind === "bug";
    try {
      const made = await bundle?.finish(isFailure, problem);
      if (made !== undefined) io.say(`failure bundle: ${made}\n`);
    } finally {
      reporting.close(problem);
    }
  }
}

/** Loaded for who wants one. */
async function openBundle(
  io: Io,
  { bundle: folder, var: vars = [] }: Options,
  sourceOf: (file: string) => string | undefined,
): Promise<Bundle | undefined> {
  if (folder === undefined) return undefined;
  const { Bundle } = await import("../bundle/bundle.ts");
  return new Bundle(io, { folder, argv: process.argv.slice(2), vars, sourceOf });
}

/** Loaded for who wants one; an error of opening it is no record's matter. */
async function openEvidence(
  io: Io,
  { evidence: name }: Options,
  sourceOf: (file: string) => string | undefined,
): Promise<Evidence | undefined> {
  if (name === undefined) return undefined;
  const { beginEvidence } = await import("./save-evidence.ts");
  const evidence = new Evidence(sourceOf);
  beginEvidence(io, name, evidence);
  return evidence;
}

async function closeEvidence(io: Io, options: Options, evidence: Evidence, exitCode: number): Promise<void> {
  const { saveEvidence } = await import("./save-evidence.ts");
  await saveEvidence(io, options.evidence ?? "", evidence, exitCode);
}

/** Texts of the files, as soon as they have been read. */
interface Known {
  sourceOf: ReturnType<typeof sourceOf>;
}

interface Listeners {
  readonly reporting: Reporting;
  readonly known: Known;
  readonly bundle: Bundle | undefined;
  readonly updater: Updater | undefined;
  readonly evidence: Evidence | undefined;
}

async function runFiles(io: Io, options: Options, { selected, all }: Files, listeners: Listeners): Promise<number> {
  const { reporting, known, bundle, updater, evidence } = listeners;
  const variants = options.prove ? await readVariantFiles(all, io.cwd) : undefined;
  const files = [...all, ...(variants?.files ?? [])];
  known.sourceOf = sourceOf(files);
  const baseline = openBaseline(io, options, known.sourceOf);
  const findings = [...(await findingsOf(all)), ...(variants?.findings ?? [])];
  const paths = files.map(({ path }) => path);
  const news = baseline?.news(findings, paths) ?? findings;
  if (news.length > 0) io.say(renderDiagnostics(news, known.sourceOf, { colour: io.colour, width: io.width }));
  reporting.findings(news);
  if (hasErrors(news) && options.baselineWrite !== true) return EXIT.findings;
  if (baseline !== undefined) tellKnown(io, all, findings.length - news.length);
  refuseNothing(selected);
  const asked = askFor(lessonsOf(selected), options);
  requireTemporaryFolder();
  if (updater !== undefined) updater.files = all;
  baseline?.expect(lessonsOf(all));
  const accept = (event: RunEvent): RunEvent => {
    const told = baseline?.accept(event) ?? event;
    bundle?.accept(told);
    reporting.accept(told);
    evidence?.accept(told);
    return told;
  };
  const keepGoing = baseline !== undefined || options.update === true;
  const work = { asked, lessons: lessonsOf(all), accept, keepGoing, bundle, updater, variants };
  const code = await runLessons(io, options, work);
  return baseline === undefined ? code : endBaseline(io, options, baseline, code);
}

function openBaseline(io: Io, options: Options, textOf: Known["sourceOf"]): BaselineView | undefined {
  const { baseline, baselineWrite, prove } = options;
  if (baseline === undefined) {
    if (baselineWrite) throw new UsageError("`--baseline-write` needs the file: `--baseline FILE --baseline-write`.");
    return undefined;
  }
  const known = readBaseline(io.cwd, baseline, baselineWrite === true);
  return new BaselineView(known, baseline, textOf, prove === true);
}

/** Say what is out of date; with `--baseline-write` write what is wrong now, which then is no failure any more. */
function endBaseline(io: Io, { baseline = "", baselineWrite }: Options, view: BaselineView, code: number): number {
  if (baselineWrite !== true) {
    for (const { file, about } of view.stale())
      io.say(`${baseline}: stale, ${file}: ${about} is not wrong any more; \`--baseline-write\` takes it out\n`);
    return code;
  }
  if (code !== EXIT.ok && code !== EXIT.failed) {
    io.say(`${baseline}: not written, because the run did not come to its end\n`);
    return code;
  }
  const renewed = view.renewed();
  writeBaseline(io.cwd, baseline, renewed);
  io.say(`${baseline}: ${plural(renewed.known.length, "entry", "entries")} written\n`);
  return EXIT.ok;
}

/** What a baseline keeps quiet, and what it keeps from running, is counted. */
function tellKnown(io: Io, files: readonly ParsedFile[], count: number): void {
  if (count > 0) io.say(`${plural(count, "finding")} known to the baseline\n`);
  for (const { path, lesson } of files)
    if (lesson === undefined) io.say(`${path}: not run, because it is written wrongly\n`);
}

/** A run that proves nothing must not look like one that does: at least one page has to hold something to run. */
function refuseNothing(files: readonly ParsedFile[]): void {
  if (lessonsOf(files).some(({ steps, checkpoint }) => steps.length > 0 || checkpoint !== undefined)) return;
  const named = files.slice(0, 3).map(({ path }) => `\`${path}\``);
  const more = files.length > named.length ? ` and ${files.length - named.length} more` : "";
  throw new UsageError(
    `There is nothing to run in ${named.join(", ")}${more}, expected at least one block of \`bash\` or \`console\`.`,
    "Name a page that has commands; blocks of other languages do not run.",
  );
}

function lessonsOf(files: readonly ParsedFile[]): Lesson[] {
  return files.flatMap(({ lesson }) => (lesson === undefined ? [] : [lesson]));
}
