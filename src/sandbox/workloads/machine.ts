import type { KubeObject } from "../objects/index.ts";
import type { Files } from "./container/files.ts";
import type { Image } from "./images/image.ts";
import type { PodNetwork } from "./network.ts";

/** One container as its programs see it. */
export interface Machine {
  readonly pod: KubeObject;
  readonly container: string;
  readonly image: Image;
  readonly files: Files;
  readonly network: PodNetwork;
  /** Milliseconds. */
  readonly now: () => number;
  /** What runs in it now. */
  readonly processes: Map<number, RunningProcess>;
  /** Runs what has left its parent, as long as the container lives or until it is killed. */
  daemon(words: readonly string[], run: (signal: AbortSignal) => Promise<unknown>): void;
}

export interface RunningProcess {
  readonly pid: number;
  readonly words: readonly string[];
  readonly startedAt: number;
  /** The process that started it; 0 for the container's first. */
  readonly parent?: number;
  readonly group?: number;
  kill(code: number): void;
}
