import type { Clock } from "./control/index.ts";

/** How often an open watch is looked for at least, and how seldom at most; milliseconds. */
const LOOK_MS = { least: 10, most: 60_000 };

export interface IdleOptions {
  readonly clock: Clock;
  /** Milliseconds without a request or an open watch. */
  readonly idleMs: number;
  readonly openStreams: () => number;
  readonly onIdle: () => void;
}

/** Says when nobody needs the sandbox. An open watch is need: `kubectl get -w` in a forgotten terminal keeps it. */
export class IdleWatch {
  readonly #options: IdleOptions;
  #lastUse: number;
  #forget: (() => void) | undefined;

  constructor(options: IdleOptions) {
    this.#options = options;
    this.#lastUse = options.clock.now();
  }

  /** When it will be idle if nobody asks until then; epoch milliseconds. With an open watch, no sooner than that. */
  get stopAt(): number {
    const { clock, idleMs, openStreams } = this.#options;
    return (openStreams() > 0 ? clock.now() : this.#lastUse) + idleMs;
  }

  /** A request came. */
  touch(): void {
    this.#lastUse = this.#options.clock.now();
  }

  /** Look now, and again whenever it may be time. */
  start(): void {
    const { clock, idleMs, openStreams, onIdle } = this.#options;
    if (openStreams() > 0) this.touch();
    const left = this.#lastUse + idleMs - clock.now();
    if (left <= 0) {
      onIdle();
      return;
    }
    const wait = Math.max(LOOK_MS.least, Math.min(left, LOOK_MS.most));
    this.#forget = clock.at(clock.now() + wait, () => this.start());
  }

  stop(): void {
    this.#forget?.();
  }
}
