import type { TargetName } from "../lesson/index.ts";
import type { Folders } from "../target/index.ts";

/** Which target, and where its state is kept; without a state folder it is a private one that goes away (`test`). */
export interface TargetRequest {
  readonly name: TargetName;
  readonly folders: Folders;
  readonly stateDir: string | undefined;
  readonly cluster: "none" | "ready";
  /** Whether a missing kubectl may be asked about. */
  readonly mayAsk: boolean;
}
