import path from "node:path";
import { UsageError } from "../../diagnostics/index.ts";
import { random } from "../../files/index.ts";
import type { Lesson, TargetName } from "../../lesson/index.ts";
import { type Problem, renderDiagnostics } from "../../report/index.ts";
import { execute, exitCodeOf, type Plan, plan, type RunEvent } from "../../run/index.ts";
import { requireTemporaryFolder, type Target, userFolders } from "../../target/index.ts";
import type { Bundle } from "../bundle/bundle.ts";
import { SYSTEM_CLOCK } from "../clock.ts";
import { EXIT, problemOf, worst } from "../errors.ts";
import { createFilePort } from "../file-port.ts";
import { findingsOf, hasErrors, sourceOf } from "../findings.ts";
import type { Io } from "../io.ts";
import { openTarget } from "../open-target.ts";
import type { Options } from "../options.ts";
import { type ParsedFile, parseFiles } from "../parse-cached.ts";
import { openReporters, type Reporting } from "../reporters.ts";
import { selectFiles } from "../selection.ts";
import { openSession } from "../session-port.ts";
import type { Updater } from "../test/update.ts";
import { createVariants, readVariantFiles, type VariantFiles } from "../test/variants.ts";
import { courseVarsOf, withRequired } from "../test-course.ts";
import { overridesFor } from "../variables.ts";

/** Run lessons without questions, each run in surroundings of its own that go away. */
export async function run(io: Io, options: Options, args: readonly string[]): Promise<number> {
  if (!options.update) return runReported(io, options, args, undefined);
  const { Updater } = await import("../test/update.ts");
  const updater = new Updater();
  const code = await runReported(io, options, args, updater);
  // What was interrupted, or could not run, has not seen all: nothing is written then.
  if (io.signal.aborted || (code !== EXIT.ok && code !== EXIT.failed)) return code;
  const left = await updater.write(io, options);
  return worst([code, left > 0 ? EXIT.failed : EXIT.ok]);
}

/** The run with its reports, which are closed when this has ended. */
async function runReported(
  io: Io,
  options: Options,
  args: readonly string[],
  updater: Updater | undefined,
): Promise<number> {
  const known: { sourceOf: ReturnType<typeof sourceOf> } = { sourceOf: () => undefined };
  const textOf = (file: string): string | undefined => known.sourceOf(file);
  const bundle = await openBundle(io, options, textOf);
  const reporting = openReporters(io, options, textOf);
  let problem: Problem | undefined;
  let code: number | undefined;
  try {
    code = await runFiles(io, options, args, { reporting, known, bundle, updater });
    return code;
  } catch (error) {
    // Each report says it too: a file that is empty, or looks whole, must not be read as a run in which all was right.
    problem = problemOf(error, io.interrupted());
    throw error;
  } finally {
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

interface Surroundings {
  readonly reporting: Reporting;
  /** Texts of the files, as soon as they have been read. */
  readonly known: { sourceOf: ReturnType<typeof sourceOf> };
  readonly bundle: Bundle | undefined;
  readonly updater: Updater | undefined;
}

async function runFiles(
  io: Io,
  options: Options,
  args: readonly string[],
  { reporting, known, bundle, updater }: Surroundings,
): Promise<number> {
  if (options.keepGoing && options.failFast)
    throw new UsageError("`--keep-going` and `--fail-fast` exclude each other.");
  const cache = userFolders(io.env).cache;
  const selected = await parseFiles(selectFiles(io, options, args), cache);
  const files = await withRequired(selected, io.cwd, (more) => parseFiles(more, cache));
  const variants = options.prove ? await readVariantFiles(files, io.cwd) : undefined;
  known.sourceOf = sourceOf([...files, ...(variants?.files ?? [])]);
  const findings = [...(await findingsOf(files)), ...(variants?.findings ?? [])];
  if (findings.length > 0) io.say(renderDiagnostics(findings, known.sourceOf, { colour: io.colour, width: io.width }));
  reporting.findings(findings);
  if (hasErrors(findings)) return EXIT.findings;
  refuseNothing(lessonsOf(selected));
  const lessons = beginAt(lessonsOf(files), options.from);
  const wanted = new Set(lessonsOf(selected).map((lesson) => lesson.id));
  requireTemporaryFolder();
  if (updater !== undefined) updater.files = files;
  const codes: number[] = [];
  for (const [target, group] of byTarget(lessons, options.target)) {
    const ids = group.filter((lesson) => wanted.has(lesson.id)).map((lesson) => lesson.id);
    const onFailure = options.keepGoing || options.update ? "keep-going" : options.failFast ? "stop" : "skip-lesson";
    const planned = plan(group, { ids, target, withPrerequisites: true, onFailure });
    codes.push(await runPlan(io, options, { plan: planned, target, reporting, bundle, updater, variants }));
    if (io.signal.aborted || (options.failFast && codes.some((code) => code !== 0))) break;
  }
  return worst(codes);
}

interface PlannedRun {
  readonly plan: Plan;
  readonly target: TargetName;
  readonly reporting: Reporting;
  readonly bundle?: Bundle | undefined;
  readonly updater?: Updater | undefined;
  readonly variants?: VariantFiles | undefined;
}

async function runPlan(io: Io, options: Options, planned: PlannedRun): Promise<number> {
  const { plan, target, reporting, bundle, updater, variants } = planned;
  const lessons = plan.lessons.map(({ lesson }) => lesson);
  const courseVars = courseVarsOf(lessons, io.cwd);
  const targets = new TargetPool(io, options, target);
  const runAlone = (alone: Plan, accept: (event: RunEvent) => void): Promise<number> => {
    const unreported = { accept, findings: () => undefined, close: () => undefined };
    return runPlan(io, { ...options, prove: false }, { plan: alone, target, reporting: unreported });
  };
  const write = createFilePort();
  const first = plan.lessons.find(({ skip }) => skip === undefined)?.lesson;
  try {
    // Before the report begins: a machine that has no kubectl says so in one sentence, not in the middle of a run.
    if (target !== "none" && first !== undefined) await targets.open(first);
    const summary = await execute(plan, {
      openSession: async (lesson) => openSession(await targets.open(lesson), courseVars, undefined),
      writeFile: async (lesson, path, text) => write((await targets.open(lesson)).workspace, path, text),
      emit: (event) => {
        bundle?.accept(event);
        reporting.accept(event);
      },
      ...(bundle !== undefined && {
        afterFailure: async (lesson, step) => {
          const opened = await targets.open(lesson);
          await bundle.collect(opened, { ...opened.env, ...courseVars }, `${lesson.id}#${step}`);
        },
      }),
      clock: SYSTEM_CLOCK,
      signal: io.signal,
      target,
      os: process.platform === "darwin" ? "darwin" : "linux",
      runId: random(16).toString("hex"),
      ...(updater && { observe: (command, _, { text, lookup }) => updater.observe(command, text, lookup) }),
      // Live, each variant would take a cluster and minutes: the sandbox proves them.
      ...(variants && target !== "live" && { variants: createVariants(variants, plan, target, runAlone) }),
      ...(options.prove && { prove: true }),
      ...(options.allowHost && { refuseHost: async () => undefined }),
      variables: overridesFor(lessons, courseVars, options.var ?? [], io.env),
    });
    return exitCodeOf(updater === undefined ? summary : updater.withoutMismatches(summary));
  } finally {
    await targets.release();
  }
}

/** One cluster for all lessons of a run; without a cluster each page has surroundings of its own. */
class TargetPool {
  readonly #io: Io;
  readonly #options: Options;
  readonly #name: TargetName;
  readonly #open = new Map<string, Promise<Target>>();

  constructor(io: Io, options: Options, name: TargetName) {
    this.#io = io;
    this.#options = options;
    this.#name = name;
  }

  open(lesson: Lesson): Promise<Target> {
    const key = this.#name === "none" ? lesson.id : "shared";
    const known = this.#open.get(key);
    if (known !== undefined) return known;
    const folders = userFolders(this.#io.env);
    // Live is the user's own machine: its kubeconfig has to outlive a run that was killed, so that nothing is orphaned.
    const stateDir = this.#name === "live" ? path.join(folders.state, "test", "live") : undefined;
    const cluster = lesson.kind === "page" ? "ready" : "none";
    const request = { name: this.#name, folders, stateDir, cluster, mayAsk: false } as const;
    const opened = openTarget(this.#io, this.#options, request);
    this.#open.set(key, opened);
    return opened;
  }

  async release(): Promise<void> {
    for (const target of await Promise.allSettled(this.#open.values())) {
      if (target.status === "fulfilled") await target.value.release();
    }
  }
}

/** A run that proves nothing must not look like one that does: at least one page has to hold something to run. */
function refuseNothing(lessons: readonly Lesson[]): void {
  if (lessons.some(({ steps, checkpoint }) => steps.length > 0 || checkpoint !== undefined)) return;
  const named = lessons.slice(0, 3).map((lesson) => `\`${lesson.path}\``);
  const more = lessons.length > named.length ? ` and ${lessons.length - named.length} more` : "";
  throw new UsageError(
    `There is nothing to run in ${named.join(", ")}${more}, expected at least one block of \`bash\` or \`console\`.`,
    "Name a page that has commands; blocks of other languages do not run.",
  );
}

function lessonsOf(files: readonly ParsedFile[]): Lesson[] {
  return files.flatMap(({ lesson }) => (lesson === undefined ? [] : [lesson]));
}

/** Lessons go to the sandbox, pages (no front matter) to no cluster, unless a target was named for all. */
function byTarget(lessons: readonly Lesson[], named: TargetName | undefined): Map<TargetName, Lesson[]> {
  const groups = new Map<TargetName, Lesson[]>();
  for (const lesson of lessons) {
    const target = named ?? (lesson.kind === "lesson" ? "sandbox" : "none");
    groups.set(target, [...(groups.get(target) ?? []), lesson]);
  }
  return groups;
}

/** `--from step` or `lesson#step`: what stands before it is not part of the run. */
function beginAt(lessons: Lesson[], from: string | undefined): Lesson[] {
  if (from === undefined) return lessons;
  const [id, step] = from.includes("#") ? from.split("#", 2) : [undefined, from];
  const at = lessons.findIndex((one) => (id === undefined || one.id === id) && one.steps.some((s) => s.id === step));
  const lesson = lessons[at];
  if (lesson === undefined) {
    const known = lessons.flatMap((one) => one.steps.map((s) => `\`${s.id}\``)).slice(0, 12);
    throw new UsageError(`There is no step \`${from}\`.`, `The steps are ${known.join(", ")}.`);
  }
  const first = lesson.steps.findIndex((s) => s.id === step);
  return [{ ...lesson, steps: lesson.steps.slice(first) }, ...lessons.slice(at + 1)];
}
