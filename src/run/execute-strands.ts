import type { Lesson } from "../lesson/index.ts";
import { execute, STOPPED } from "./execute.ts";
import { skipLesson } from "./lesson-run.ts";
import type { Plan } from "./plan.ts";
import type { RunPorts } from "./ports.ts";
import { type Hold, holdInMemory, Sequence } from "./sequence.ts";
import { Slots } from "./slots.ts";
import { type Beginning, type Kept, States } from "./states.ts";
import { StrandEvents } from "./strand-events.ts";
import { StrandHistory } from "./strand-history.ts";
import { cleanupsElsewhere, type Strand, strandsOf, type Trunk, trunksOf, withoutFirst } from "./strands.ts";
import type { RunSummary } from "./summary.ts";
import { tallyOf } from "./tally.ts";
import { tellRun } from "./tell-run.ts";

/** What one strand runs in: of its own, and given back when the strand has ended. */
export interface Surroundings extends Pick<RunPorts, "openSession" | "writeFile" | "survey" | "afterFailure"> {
  release(): Promise<void>;
  /** Keep what stands there now, for others to begin from; undefined where that cannot be. */
  keep?(): Promise<Kept | undefined>;
}

export interface StrandOptions {
  /** How many strands may run at the same time. */
  readonly jobs: number;
  /** All lessons share the same surroundings whatever is done: one strand. */
  readonly together?: boolean;
  /** New ones; from a state that such surroundings kept, if one is given. */
  readonly surroundings: (from?: Kept) => Surroundings;
  /** Surroundings can be kept: what several strands build on is run in one of them. */
  readonly canFork?: boolean;
  /** States that this run may begin from, and adds to. */
  readonly states?: States;
  readonly openHold?: () => Hold;
  /** The values that this run of several has. */
  readonly row?: Readonly<Record<string, string>>;
  /** Told when the run has begun. */
  readonly note?: string;
}

/** What a run needs of the world that all strands share. */
export type SharedPorts = Omit<RunPorts, keyof Surroundings>;

/**
 * Run a plan in strands, some at the same time, and tell it as one run, lesson by lesson in the order of the plan: what is
 * reported does not depend on `jobs`. Where the plan stops at its first failure, that is the first in its order; what ran
 * beside it is reported as skipped. Rejects when the machine refuses; everything that has begun is ended first.
 */
export async function executeStrands(plan: Plan, outer: SharedPorts, options: StrandOptions): Promise<RunSummary> {
  const { row, note } = options;
  return tellRun(plan, outer, { ...(row && { variables: row }), ...(note !== undefined && { note }) }, (ports) =>
    new StrandRuns(plan, ports, options).run(),
  );
}

interface StrandRun {
  readonly strand: Strand;
  readonly trunk: Trunk | undefined;
  readonly history: StrandHistory;
  readonly events: StrandEvents;
  readonly stop: AbortController;
  /** Place of the first lesson that it reports. */
  readonly first: number;
}

const without = (ids: ReadonlySet<string>, others: ReadonlySet<string>): ReadonlySet<string> =>
  new Set([...ids].filter((id) => !others.has(id)));
const lessonsOf = ({ plan }: Strand): readonly Lesson[] => plan.lessons.map(({ lesson }) => lesson);

class StrandRuns {
  readonly #plan: Plan;
  readonly #ports: SharedPorts;
  readonly #options: StrandOptions;
  readonly #sequence: Sequence;
  readonly #states: States;
  readonly #runs: readonly StrandRun[];
  readonly #refusals: unknown[] = [];
  /** Lessons of which a cleanup was told, and whether one that failed was. */
  readonly #toldCleanups = new Map<string, boolean>();

  constructor(plan: Plan, ports: SharedPorts, options: StrandOptions) {
    this.#plan = plan;
    this.#ports = ports;
    this.#options = options;
    this.#sequence = new Sequence({
      count: plan.lessons.length,
      emit: (event) => {
        if (event.type === "cleanup-end") {
          const failed = this.#toldCleanups.get(event.lesson) === true || tallyOf(event.verdict) === "failed";
          this.#toldCleanups.set(event.lesson, failed);
        }
        ports.emit(event);
      },
      skip: (position) => {
        const planned = plan.lessons[position];
        if (planned !== undefined) skipLesson(planned.lesson, planned.skip ?? STOPPED, ports);
      },
      openHold: options.openHold ?? holdInMemory,
    });
    this.#states = options.states ?? new States();
    const strands = strandsOf(plan, options.together === true ? "together" : options.jobs);
    const trunks = options.canFork === true ? trunksOf(strands) : [];
    const elsewhere = cleanupsElsewhere(plan, strands, trunks);
    const all = new Set(elsewhere.flatMap((lessons) => [...lessons.keys()]));
    this.#runs = strands.map((strand, index) =>
      this.#prepare(strand, trunks[index], elsewhere[index] ?? new Map(), all),
    );
  }

  async run(): Promise<void> {
    const slots = new Slots(this.#options.jobs);
    const inOrder = this.#runs.toSorted((a, b) => a.first - b.first);
    // Who waits for another strand takes nobody's place.
    const work = async (run: StrandRun): Promise<void> => {
      if (run.trunk !== undefined) await this.#runs[run.trunk.strand]?.history.until(run.trunk.count);
      await slots.use(() => this.#runStrand(run));
    };
    try {
      await Promise.all(inOrder.map(work));
    } finally {
      if (this.#options.states === undefined) await this.#states.release();
    }
    if (this.#refusals.length > 0) throw this.#refusals[0];
    this.#tellCleanups();
  }

  /**
   * What has been undone and not been told: cleanups that were due behind the failure at which the run stopped, and those that
   * went wrong where they were only preparation. Newest first.
   */
  #tellCleanups(): void {
    const all = this.#runs.flatMap(({ events }) => events.cleanups);
    for (const { lesson } of this.#plan.lessons.slice(0, this.#sequence.last + 1).toReversed()) {
      const own = all.filter((one) => one.lesson === lesson.id);
      const told = this.#toldCleanups.get(lesson.id);
      // Of several strands one is enough; each cleanup of the lesson failed, or it did not.
      const strand = this.#runs.find(({ events }) => events.cleanups.some((one) => one.lesson === lesson.id));
      const untold =
        told === undefined ? (strand?.events.cleanups ?? []).filter((one) => one.lesson === lesson.id) : [];
      const failed = told !== true && !untold.some((one) => one.failed) ? own.filter((one) => one.failed) : [];
      for (const { events } of [...untold, ...failed.slice(0, 1)]) for (const event of events) this.#ports.emit(event);
    }
  }

  #prepare(
    strand: Strand,
    trunk: Trunk | undefined,
    elsewhere: ReadonlyMap<string, number>,
    toldElsewhere: ReadonlySet<string>,
  ): StrandRun {
    const places = strand.positions.filter((at) => strand.reports.has(this.#plan.lessons[at]?.lesson.id ?? ""));
    const stop = new AbortController();
    const fail = (position: number): void => this.#fail(position);
    const own = { ...strand, reportsCleanup: without(strand.reportsCleanup, toldElsewhere) };
    const options = { stopped: stop.signal, fail, cleanupsElsewhere: elsewhere };
    const events = new StrandEvents(own, this.#sequence, options);
    if (trunk !== undefined) this.#states.want(lessonsOf(strand).slice(0, trunk.count));
    return { strand, trunk, history: new StrandHistory(this.#states), events, stop, first: places[0] ?? 0 };
  }

  async #runStrand(run: StrandRun): Promise<void> {
    // Behind the failure at which the run stops, or where the machine refused: not even begun.
    if (run.first <= this.#sequence.last && this.#refusals.length === 0) {
      const beginning = this.#states.longest(lessonsOf(run.strand));
      const surroundings = this.#options.surroundings(beginning?.kept);
      try {
        await this.#executeFrom(run, beginning, surroundings);
      } catch (error) {
        this.#refuse(error);
      } finally {
        await surroundings.release().catch((error: unknown) => this.#refuse(error));
      }
    }
    run.history.end();
    run.events.close();
  }

  async #executeFrom(run: StrandRun, from: Beginning | undefined, surroundings: Surroundings): Promise<void> {
    const { strand, events, stop, history } = run;
    if (from !== undefined) {
      history.begin(lessonsOf(strand), from);
      events.begin(from.count);
    }
    this.#tellAgain(run, from?.count ?? 0);
    const { keep } = surroundings;
    await execute(from === undefined ? strand.plan : withoutFirst(strand.plan, from.count), {
      ...this.#ports,
      ...surroundings,
      emit: (event) => events.accept(event),
      signal: AbortSignal.any([this.#ports.signal, stop.signal]),
      lessonEnded: (end) => history.add(end, keep),
    });
  }

  /** It waited for another strand, to begin where that one came to, and there is nothing to begin from. */
  #tellAgain({ strand, trunk, events, first }: StrandRun, begun: number): void {
    const lesson = this.#plan.lessons[first]?.lesson.id;
    if (trunk === undefined || begun >= trunk.count || lesson === undefined) return;
    const prerequisites = lessonsOf(strand)
      .slice(begun, trunk.count)
      .map(({ id }) => id);
    const reason = this.#runs[trunk.strand]?.history.obstacle ?? "";
    events.tell({ type: "prerequisites-again", at: this.#ports.clock.now(), lesson, prerequisites, reason });
  }

  #fail(position: number): void {
    if (this.#plan.onFailure !== "stop") return;
    this.#sequence.stopAfter(position);
    for (const run of this.#runs) if (run.events.position > position) run.stop.abort();
  }

  #refuse(error: unknown): void {
    this.#refusals.push(error);
    this.#sequence.abandon();
    for (const run of this.#runs) run.stop.abort();
  }
}
