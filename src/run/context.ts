import type { Lesson } from "../lesson/index.ts";
import type { Session } from "../shell/index.ts";
import type { Backgrounds } from "./backgrounds.ts";
import type { RunPorts } from "./ports.ts";

/** Where a command or check runs, and under which name its events go out. */
export interface StepContext {
  readonly lesson: Lesson;
  /** A step's id, or `checkpoint`. */
  readonly step: string;
  readonly session: Session;
  readonly ports: RunPorts;
  /** The lesson's blocks that go on running. */
  readonly backgrounds: Backgrounds;
  /** Ends this step as Ctrl-C does; fires with the run's own signal too. */
  readonly signal: AbortSignal;
}
