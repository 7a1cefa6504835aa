import type { Pace } from "./pace.ts";

/** How many milliseconds one of the kubelet's seconds takes. */
type Second = Pick<Pace, "second">;

const FIRST_S = 10;
const LIMIT_S = 300;
/** A container that has run this long has recovered: its next failure is a first one again. */
const FORGIVEN_S = 600;
/** How often the kubelet looks at a pod that it holds back, and says so. */
const SYNC_S = 10;

interface Entry {
  /** Seconds. */
  readonly delay: number;
  /** Epoch ms. */
  readonly startedAt: number;
  endedAt: number;
  saidAt: number;
}

/**
 * How long the kubelet waits before it starts a container that keeps ending: not at all the first time, then 10 s, doubled
 * each time up to 5 min, and forgotten after 10 min of running. Kept in memory alone, as upstream's: gone after a restart.
 */
export class BackOffs {
  readonly #second: Second;
  readonly #entries = new Map<string, Entry>();

  constructor(pace: Second) {
    this.#second = pace;
  }

  /** The container has ended at `now` (epoch ms): when it may start again, and what the kubelet calls the wait; undefined for at once. */
  hold(key: string, now: number): { readonly until: number; readonly delay: string } | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    entry.endedAt = now;
    entry.saidAt = now;
    if (this.#isForgiven(entry)) return undefined;
    return { until: this.#until(entry), delay: goDuration(entry.delay) };
  }

  /** When a container that is held may start, epoch ms; 0 for one that nobody remembers. */
  until(key: string): number {
    const entry = this.#entries.get(key);
    return entry === undefined ? 0 : this.#until(entry);
  }

  /** When the kubelet next says that it holds the container back, epoch ms. */
  nextWord(key: string): number {
    const entry = this.#entries.get(key);
    return entry === undefined ? Number.POSITIVE_INFINITY : entry.saidAt + SYNC_S * this.#second.second;
  }

  /** The kubelet has said so at `now`. */
  said(key: string, now: number): void {
    const entry = this.#entries.get(key);
    if (entry !== undefined) entry.saidAt = now;
  }

  /** The container starts again at `now`: the next wait is twice as long. */
  started(key: string, now: number): void {
    const entry = this.#entries.get(key);
    const isFirst = entry === undefined || this.#isForgiven(entry);
    const delay = isFirst ? FIRST_S : Math.min(entry.delay * 2, LIMIT_S);
    this.#entries.set(key, { delay, startedAt: now, endedAt: now, saidAt: now });
  }

  /** The pod whose keys begin like this is gone. */
  forget(prefix: string): void {
    for (const key of this.#entries.keys()) if (key.startsWith(prefix)) this.#entries.delete(key);
  }

  #isForgiven({ startedAt, endedAt }: Entry): boolean {
    return endedAt - startedAt > FORGIVEN_S * this.#second.second;
  }

  #until({ endedAt, delay }: Entry): number {
    return endedAt + delay * this.#second.second;
  }
}

/** Seconds as Go prints them: `40s`, `1m20s`. */
export function goDuration(seconds: number): string {
  return seconds < 60 ? `${seconds}s` : `${Math.floor(seconds / 60)}m${seconds % 60}s`;
}
