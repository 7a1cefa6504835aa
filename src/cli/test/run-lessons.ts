import { UsageError } from "../../diagnostics/index.ts";
import { random } from "../../files/index.ts";
import type { Lesson, TargetName } from "../../lesson/index.ts";
import {
  addToSummary,
  EMPTY_SUMMARY,
  executeStrands,
  exitCodeOf,
  type Plan,
  plan,
  type RunEvent,
  States,
} from "../../run/index.ts";
import { suggest } from "../../text/index.ts";
import type { Bundle } from "../bundle/bundle.ts";
import { SYSTEM_CLOCK } from "../clock.ts";
import { worst } from "../errors.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import { courseVarsOf } from "../test-course.ts";
import { overridesFor, parseVariables } from "../variables.ts";
import type { Asked } from "./asked.ts";
import { holdOnDisk } from "./held-on-disk.ts";
import { nameOfRow, type Row, rowsOf } from "./matrix.ts";
import { Targets } from "./surroundings.ts";
import type { Updater } from "./update.ts";
import { createVariants, type VariantFiles } from "./variants.ts";

/** What is to run: what was asked for, all that it may build on, and whoever listens. */
export interface Work {
  readonly asked: Asked;
  readonly lessons: readonly Lesson[];
  /** One event as it is to be told, or what a view of the run makes of it. */
  readonly accept: (event: RunEvent) => RunEvent;
  /** After a failure go on with the lesson, whatever the options say. */
  readonly keepGoing: boolean;
  readonly bundle?: Bundle | undefined;
  readonly updater?: Updater | undefined;
  readonly variants?: VariantFiles | undefined;
}

interface OneRun {
  readonly plan: Plan;
  readonly target: TargetName;
  readonly row: Row;
}

/** Run what was asked for: once for each row of the matrix and each target. Gives the exit code. */
export async function runLessons(io: Io, options: Options, work: Work): Promise<number> {
  const jobs = parseJobs(options.jobs);
  const planned = plansOf(options, work);
  if (jobs > 1 && planned.some(({ target }) => target === "live"))
    throw new UsageError("`--jobs` needs a cluster for each job, and target live has one.", "Leave `--jobs` away.");
  const isComparable = planned.some(({ target }) => target === "sandbox") || work.asked.lessons.length === 0;
  if (options.strictCleanup && (!isComparable || planned.some(({ target }) => target === "live")))
    throw new UsageError(
      "`--strict-cleanup` needs the sandbox: elsewhere it cannot tell what was left behind, and who made it.",
    );
  const declared = declaredBy(work.lessons, io.cwd);
  const fixed = parseVariables(options.var ?? []);
  refuseUndeclared(work.lessons, fixed, declared);
  const rows = rowsOf(options.matrix ?? [], fixed, declared);
  const codes: number[] = [];
  for (const row of rows) {
    for (const one of planned) {
      codes.push(await runOne(io, options, work, { ...one, row }, jobs));
      if (io.signal.aborted || (options.failFast && codes.some((code) => code !== 0))) return worst(codes);
    }
  }
  return worst(codes);
}

/** A lesson sees what it declares: `--var` with a misspelt name would leave the default, and pass. A page declares nothing. */
function refuseUndeclared(
  lessons: readonly Lesson[],
  fixed: Readonly<Record<string, string>>,
  declared: ReadonlySet<string>,
): void {
  const name = Object.keys(fixed).find((one) => !declared.has(one));
  if (name === undefined || lessons.length === 0 || lessons.some(({ kind }) => kind === "page")) return;
  const near = suggest(name, [...declared]);
  const known = [...declared].map((one) => `\`${one}\``).join(", ");
  throw new UsageError(
    `No lesson here declares the variable \`${name}\` of \`--var\`, so it would change nothing.`,
    near !== undefined ? `did you mean \`${near}\`?` : known === "" ? undefined : `Declared are ${known}.`,
  );
}

/** `--jobs`: a number, at least 1. */
function parseJobs(jobs: string | undefined): number {
  if (jobs === undefined) return 1;
  const count = /^\d{1,3}$/.test(jobs) ? Number(jobs) : 0;
  if (count < 1)
    throw new UsageError(`\`--jobs ${jobs}\` is not a number from 1 to 999.`, "Two at a time: `--jobs 2`.");
  return count;
}

/** One plan for each target. What was asked for may be nothing: a shard that other machines have the lessons of. */
function plansOf(options: Options, { asked, lessons, keepGoing }: Work): readonly Omit<OneRun, "row">[] {
  const onFailure = options.failFast ? "stop" : options.keepGoing || keepGoing ? "keep-going" : "skip-lesson";
  if (asked.lessons.length === 0) return [{ plan: { lessons: [], onFailure }, target: options.target ?? "none" }];
  const wanted = new Set(asked.lessons.map((lesson) => lesson.id));
  return [...byTarget(lessons, options.target)].flatMap(([target, group]) => {
    const ids = group.filter((lesson) => wanted.has(lesson.id)).map((lesson) => lesson.id);
    if (ids.length === 0) return [];
    const selection = { ids, target, withPrerequisites: true, onFailure, roles: asked.roles } as const;
    return [{ plan: plan(group, selection), target }];
  });
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

function declaredBy(lessons: readonly Lesson[], cwd: string): ReadonlySet<string> {
  const own = lessons.flatMap((lesson) => lesson.front.vars.map(({ name }) => name));
  return new Set([...own, ...Object.keys(courseVarsOf(lessons, cwd))]);
}

async function runOne(
  io: Io,
  options: Options,
  work: Work,
  one: OneRun,
  jobs: number,
  known?: States,
): Promise<number> {
  const { plan: whole, target, row } = one;
  const lessons = whole.lessons.map(({ lesson }) => lesson);
  const courseVars = courseVarsOf(lessons, io.cwd);
  const { accept, bundle, updater, variants } = work;
  const onFailure = bundle && ((...seen: Parameters<Bundle["collect"]>) => bundle.collect(...seen));
  const targets = new Targets(io, options, { name: target, courseVars, onFailure });
  const states = known ?? new States();
  const runAlone = (alone: Plan, hear: (event: RunEvent) => void): Promise<number> => {
    const told = (event: RunEvent): RunEvent => {
      hear(event);
      return event;
    };
    const unreported = { asked: work.asked, lessons: work.lessons, accept: told, keepGoing: false };
    return runOne(io, { ...options, prove: false }, unreported, { plan: alone, target, row }, 1, states);
  };
  if (variants !== undefined)
    for (const lesson of lessons) if (variants.byLesson.has(lesson.id)) states.want(beforeOf(lessons, lesson, target));
  const first = whole.lessons.find(({ skip }) => skip === undefined)?.lesson;
  let summary = EMPTY_SUMMARY;
  try {
    if (target !== "none" && first !== undefined && states.longest(lessons) === undefined) await targets.prepare(first);
    await executeStrands(
      whole,
      {
        emit: (event) => {
          summary = addToSummary(summary, accept(event));
        },
        clock: SYSTEM_CLOCK,
        signal: io.signal,
        target,
        os: process.platform === "darwin" ? "darwin" : "linux",
        runId: random(16).toString("hex"),
        strictCleanup: options.strictCleanup === true,
        ...(updater && { observe: (command, _, { text, lookup }) => updater.observe(command, text, lookup) }),
        // Live, each variant would take a cluster and minutes: the sandbox proves them.
        ...(variants && target !== "live" && { variants: createVariants(variants, whole, target, runAlone, jobs) }),
        ...(options.prove && { prove: true }),
        ...(options.allowHost && { refuseHost: async () => undefined }),
        variables: { ...overridesFor(lessons, courseVars, options.var ?? [], io.env), ...row },
      },
      {
        jobs,
        together: target === "live",
        surroundings: (from) => targets.surroundings(from),
        canFork: targets.canFork,
        states,
        openHold: holdOnDisk,
        ...aboutRun(options, one),
      },
    );
  } finally {
    await targets.release();
    if (known === undefined) await states.release();
  }
  return exitCodeOf(updater === undefined ? summary : updater.withoutMismatches(summary));
}

/** All that a lesson builds on, in the order in which a run of it alone does it. */
function beforeOf(lessons: readonly Lesson[], { id }: Lesson, target: TargetName): readonly Lesson[] {
  const alone = plan(lessons, { ids: [id], target, withPrerequisites: true });
  return alone.lessons.map(({ lesson }) => lesson).filter((lesson) => lesson.id !== id);
}

/** What is to be known of this run before its first lesson. */
function aboutRun({ shard }: Options, { plan, row }: OneRun): { row?: Row; note?: string } {
  const name = nameOfRow(row);
  const empty = plan.lessons.length === 0;
  const note = [
    ...(name === undefined ? [] : [`with ${name}`]),
    ...(empty ? [`shard ${shard} is empty: the other shards have all that was asked for`] : []),
  ].join("; ");
  return { ...(name !== undefined && { row }), ...(note !== "" && { note }) };
}
