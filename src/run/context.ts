import type { Lesson } from "../lesson/index.ts";
import type { Session } from "../shell/index.ts";
import type { Backgrounds } from "./backgrounds.ts";
import type { RunPorts } from "./ports.ts";
import type { StepProof } from "./prove.ts";

/** Where a command or check runs, and under which name its events go out. */
export interface StepContext {
  readonly lesson: Lesson;
  /** A step's id, or `checkpoint`. */
  readonly step: string;
  readonly session: Session;
  readonly ports: RunPorts;
  /** The lesson's blocks that go on running. */
  readonly backgrounds: Backgrounds;
  /** What was seen under proof; undefined where nothing has to be proven. */
  readonly proof: StepProof | undefined;
  /** Ends this step as Ctrl-C does; fires with the run's own signal too. */
  readonly signal: AbortSignal;
}
