/** How long each stage of a simulated life takes, in milliseconds. */
export interface Pace {
  /** Pending until the scheduler has found a node. */
  readonly schedule: number;
  /** ContainerCreating: pulling, mounting, starting. */
  readonly start: number;
  /** Each init container. */
  readonly init: number;
  /** Running until the readiness probe says yes. */
  readonly ready: number;
  /** A container with an end (Jobs, `restartPolicy` other than Always) until it is there. */
  readonly complete: number;
  /** ErrImagePull until ImagePullBackOff. */
  readonly backOff: number;
  /** One of the kubelet's own seconds: back-offs of containers, times between probes. */
  readonly second: number;
  /** Terminating until gone. Real containers may take their grace period of 30 s; ours end when told to. */
  readonly stop: number;
  /** The longest that a change takes from the API to a mesh's proxies; the shortest is a quarter of it. */
  readonly propagation: number;
}

/**
 * A pace that can be hurried until a moment of the given clock (epoch ms): whoever asks it while it is hurried is told the
 * pace of tests. Nothing needs to be undone when the one who asked for it is gone.
 */
export class VaryingPace implements Pace {
  readonly #own: PaceName;
  readonly #now: () => number;
  #hurriedUntil = 0;

  constructor(own: PaceName, now: () => number) {
    this.#own = own;
    this.#now = now;
  }

  /** Until then; a moment that has passed ends it. */
  hurry(until: number): void {
    this.#hurriedUntil = until;
  }

  /** What it is now. */
  get name(): PaceName {
    return this.#own === "learner" && this.#now() < this.#hurriedUntil ? "test" : this.#own;
  }

  get schedule(): number {
    return PACES[this.name].schedule;
  }

  get start(): number {
    return PACES[this.name].start;
  }

  get init(): number {
    return PACES[this.name].init;
  }

  get ready(): number {
    return PACES[this.name].ready;
  }

  get complete(): number {
    return PACES[this.name].complete;
  }

  get backOff(): number {
    return PACES[this.name].backOff;
  }

  get second(): number {
    return PACES[this.name].second;
  }

  get stop(): number {
    return PACES[this.name].stop;
  }

  get propagation(): number {
    return PACES[this.name].propagation;
  }
}

export type PaceName = "learner" | "test" | "instant";

/** By name: to be watched, to be seen passing, or nothing. */
export const PACES: Readonly<Record<PaceName, Pace>> = {
  learner: {
    schedule: 150,
    start: 700,
    init: 300,
    ready: 400,
    complete: 800,
    backOff: 900,
    second: 1000,
    stop: 600,
    propagation: 800,
  },
  test: {
    schedule: 5,
    start: 20,
    init: 10,
    ready: 15,
    complete: 20,
    backOff: 20,
    second: 50,
    stop: 15,
    propagation: 0,
  },
  instant: {
    schedule: 0,
    start: 0,
    init: 0,
    ready: 0,
    complete: 0,
    backOff: 0,
    second: 1,
    stop: 0,
    propagation: 0,
  },
};
