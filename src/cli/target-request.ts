import type { TargetName } from "../lesson/index.ts";
import type { Folders, KeptTarget } from "../target/index.ts";

/** Which target, and where its state is kept; without a state folder it is a private one that goes away (`test`). */
export interface TargetRequest {
  readonly name: TargetName;
  readonly folders: Folders;
  readonly stateDir: string | undefined;
  readonly cluster: "none" | "ready";
  /** What another private one kept, to begin from. */
  readonly from?: KeptTarget | undefined;
  /** Whether a missing kubectl may be asked about. */
  readonly mayAsk: boolean;
}
