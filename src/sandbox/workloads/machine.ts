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
