import type { TargetName } from "../lesson/index.ts";
import type { KeptTarget } from "./kept-sandbox.ts";

/** What a run needs of its surroundings: an environment for the session, and a life around it. */
export interface Target {
  readonly name: TargetName;
  /** One line for the screen, e.g. `sandbox (simulated)`. */
  readonly label: string;
  /** The complete environment of the session; nothing else is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** The folder that the session starts in; files that lessons write stay in it. */
  readonly workspace: string;
  /** All of it lies in this folder of the run's own, which `release` removes; undefined where it is kept. */
  readonly temporary?: string;
  /** What stands in the cluster, where that can be told: each object by its name, with what it goes away with. */
  survey?(): Promise<readonly { readonly name: string; readonly within?: string }[]>;
  /** Whatever takes its time only to be watched goes fast for so many seconds; 0: no longer. Undefined where time is real. */
  hurry?(seconds: number): Promise<void>;
  /** Keep what stands there now, for other targets to begin from; undefined where it cannot be had elsewhere. */
  keep?(): Promise<KeptTarget | undefined>;
  /** Give back what was taken (a private sandbox, a temporary HOME). A learner's sandbox goes on living. */
  release(): Promise<void>;
}
