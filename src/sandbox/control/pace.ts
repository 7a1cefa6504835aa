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

/** By name: to be watched, to be seen passing, or nothing. */
export const PACES: Readonly<Record<"learner" | "test" | "instant", Pace>> = {
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
