import type { MeshConfig } from "../config/config.ts";
import type { Workload } from "../model.ts";
import type { MeshState } from "../state.ts";

/** A proxy that tells what it knows. */
export interface Dumped {
  readonly proxy: Workload;
  readonly config: MeshConfig;
  readonly inventory: ReturnType<MeshConfig["inventory"]>;
  readonly state: MeshState;
  /** Istio's: `1.31.0`. */
  readonly version: string;
  /** When it began, milliseconds since the epoch. */
  readonly startedAt: number;
  /** When it was last told anything new, milliseconds since the epoch. */
  readonly updatedAt: number;
  readonly now: number;
  /** PEM, the workload's own and the root's; undefined where it has none yet. */
  readonly certificates: { readonly own: string; readonly root: string } | undefined;
}
