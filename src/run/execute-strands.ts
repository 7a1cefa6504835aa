import { execute, STOPPED } from "./execute.ts";
import { skipLesson } from "./lesson-run.ts";
import type { Plan } from "./plan.ts";
import type { RunPorts } from "./ports.ts";
import { type Hold, holdInMemory, Sequence } from "./sequence.ts";
import { StrandEvents } from "./strand-events.ts";
import { type Strand, strandsOf } from "./strands.ts";
import type { RunSummary } from "./summary.ts";
import { tallyOf } from "./tally.ts";
import { tellRun } from "./tell-run.ts";

/** What one strand runs in: of its own, and given back when the strand has ended. */
export interface Surroundings extends Pick<RunPorts, "openSession" | "writeFile" | "survey" | "afterFailure"> {
  release(): Promise<void>;
}

export interface StrandOptions {
  /** How many strands may run at the same time. */
  readonly jobs: number;
  /** All lessons share the same surroundings whatever is done: one strand. */
  readonly together?: boolean;
  readonly surroundings: () => Surroundings;
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
  readonly events: StrandEvents;
  readonly stop: AbortController;
  /** Place of the first lesson that it reports. */
  readonly first: number;
}

class StrandRuns {
  readonly #plan: Plan;
  readonly #ports: SharedPorts;
  readonly #options: StrandOptions;
  readonly #sequence: Sequence;
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
    this.#runs = strandsOf(plan, options.together === true ? "together" : options.jobs)
      .map((strand) => this.#prepare(strand))
      .sort((a, b) => a.first - b.first);
  }

  async run(): Promise<void> {
    const waiting = [...this.#runs];
    const work = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await this.#runStrand(next);
    };
    await Promise.all(Array.from({ length: Math.max(1, this.#options.jobs) }, work));
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

  #prepare(strand: Strand): StrandRun {
    const places = strand.positions.filter((at) => strand.reports.has(this.#plan.lessons[at]?.lesson.id ?? ""));
    const stop = new AbortController();
    const fail = (position: number): void => this.#fail(position);
    const events = new StrandEvents(strand, this.#sequence, { stopped: stop.signal, fail });
    return { strand, events, stop, first: places[0] ?? 0 };
  }

  async #runStrand({ strand, events, stop, first }: StrandRun): Promise<void> {
    // Behind the failure at which the run stops, or where the machine refused: not even begun.
    if (first <= this.#sequence.last && this.#refusals.length === 0) {
      const surroundings = this.#options.surroundings();
      const signal = AbortSignal.any([this.#ports.signal, stop.signal]);
      try {
        await execute(strand.plan, { ...this.#ports, ...surroundings, emit: (event) => events.accept(event), signal });
      } catch (error) {
        this.#refuse(error);
      } finally {
        await surroundings.release().catch((error: unknown) => this.#refuse(error));
      }
    }
    events.close();
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
