import type { RunEvent } from "./events.ts";
import type { Sequence } from "./sequence.ts";
import type { Strand } from "./strands.ts";
import { tallyOf } from "./tally.ts";

/** A cleanup that has run, with what was said about it. */
export interface CleanupEvents {
  readonly lesson: string;
  readonly events: readonly RunEvent[];
  readonly failed: boolean;
}

export interface StrandEventsOptions {
  readonly stopped: AbortSignal;
  readonly fail: (position: number) => void;
  /** Cleanups of lessons that others build on too, and begin behind: where the last of those is told. */
  readonly cleanupsElsewhere: ReadonlyMap<string, number>;
}

/**
 * Sends the events of one strand to their places in the whole. What a strand only prepares with is not told, because another
 * strand tells it; unless it went wrong here alone.
 */
export class StrandEvents {
  readonly #strand: Strand;
  readonly #sequence: Sequence;
  readonly #fail: (position: number) => void;
  readonly #stopped: AbortSignal;
  readonly #cleanupsElsewhere: ReadonlyMap<string, number>;
  readonly #ended = new Set<string>();
  readonly #complete = new Set<string>();
  /**
   * All cleanups of this strand, whether this strand reports them or not; without those of lessons that were broken off because
   * the run stopped elsewhere: they undo what was never done.
   */
  readonly cleanups: CleanupEvents[] = [];
  readonly #undone = new Map<string, readonly RunEvent[]>();
  readonly #closed = new Set<number>();
  #aside: RunEvent[] = [];
  #index = -1;

  constructor(strand: Strand, sequence: Sequence, { stopped, fail, cleanupsElsewhere }: StrandEventsOptions) {
    this.#cleanupsElsewhere = cleanupsElsewhere;
    for (const position of new Set(cleanupsElsewhere.values())) sequence.join(position);
    this.#stopped = stopped;
    this.#strand = strand;
    this.#sequence = sequence;
    this.#fail = fail;
  }

  accept(event: RunEvent): void {
    if (event.type === "run-start" || event.type === "run-end") return;
    if (event.type === "lesson-start") this.#goOn();
    const { lesson } = event;
    const isCleanup = lesson !== undefined && this.#ended.has(lesson);
    if (isCleanup) this.#keepCleanup(event, lesson);
    const { reports, reportsCleanup } = this.#strand;
    const elsewhere = isCleanup ? this.#cleanupsElsewhere.get(lesson) : undefined;
    if (elsewhere !== undefined) this.#sequence.putLast(elsewhere, { event });
    else if (lesson === undefined || (isCleanup ? reportsCleanup : reports).has(lesson))
      this.#sequence.put(this.position, { event });
    else if (!isCleanup) this.#keep(event, lesson);
    if (event.type !== "lesson-end") return;
    this.#ended.add(event.lesson);
    if (!this.#stopped.aborted) this.#complete.add(event.lesson);
    if (event.outcome === "failed") this.#fail(this.position);
  }

  /** Nothing more comes of this strand. */
  close(): void {
    for (const position of this.#reported()) this.#closeOwn(position);
    for (const position of new Set(this.#cleanupsElsewhere.values())) this.#sequence.close(position);
  }

  /** The first lessons are not run: what stands after them is what this strand begins with. */
  begin(count: number): void {
    this.#index = count - 1;
  }

  /** Told before the first lesson that is reported. */
  tell(event: RunEvent): void {
    this.#sequence.put(this.position, { event });
  }

  /** Once, however often it is said. */
  #closeOwn(position: number): void {
    if (this.#closed.has(position)) return;
    this.#closed.add(position);
    this.#sequence.close(position);
  }

  #keepCleanup(event: RunEvent, lesson: string): void {
    const events = [...(this.#undone.get(lesson) ?? []), event];
    this.#undone.set(lesson, events);
    if (event.type !== "cleanup-end") return;
    if (this.#complete.has(lesson))
      this.cleanups.push({ lesson, events, failed: !["passed", "skipped"].includes(tallyOf(event.verdict)) });
    this.#undone.delete(lesson);
  }

  /** Of a lesson that only prepares: told where it failed, if the strand that reports it saw no failure. */
  #keep(event: RunEvent, lesson: string): void {
    // What a command printed stands in its end too, within bounds.
    if (event.type !== "output") this.#aside.push(event);
    if (event.type !== "lesson-end") return;
    if (event.outcome === "failed")
      for (const held of this.#aside) this.#sequence.put(this.position, { event: held, unless: lesson });
    this.#aside = [];
  }

  /** The place of the lesson at hand; for one that only prepares, of the next that is reported. */
  get position(): number {
    const { positions } = this.#strand;
    return positions.find((_place, index) => index >= this.#index && this.#isReported(index)) ?? positions.at(-1) ?? 0;
  }

  #goOn(): void {
    this.#index += 1;
    for (const position of this.#reported().filter((one) => one < this.position)) this.#closeOwn(position);
  }

  #reported(): readonly number[] {
    return this.#strand.positions.filter((_position, index) => this.#isReported(index));
  }

  #isReported(index: number): boolean {
    return this.#strand.reports.has(this.#strand.plan.lessons[index]?.lesson.id ?? "");
  }
}
