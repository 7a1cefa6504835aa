import type { MeshConfig } from "./config/config.ts";
import type { Hop } from "./model.ts";
import type { MeshState } from "./state.ts";

/** What a request through the mesh is decided by: nothing else has a say. */
export interface Mesh {
  /** Of now: another one may be there at the next request. */
  readonly config: MeshConfig;
  readonly state: MeshState;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** At least 0, less than 1. */
  readonly random: () => number;
  /** Each proxy's part, when it is over. */
  readonly onHop: (hop: Hop) => void;
}
