import { openNone, type Target } from "../target/index.ts";
import type { Io } from "./io.ts";
import type { Options } from "./options.ts";
import type { PlaceOfWork } from "./place-of-work.ts";
import type { TargetRequest } from "./target-request.ts";

/** Open a target for a run. Whoever opens it releases it. */
export async function openTarget(io: Io, options: Options, request: TargetRequest): Promise<Target> {
  switch (request.name) {
    case "none":
      return openNone({ env: io.env, inheritEnv: options.inheritEnv === true, stateDir: request.stateDir });
    // What talks to a cluster is loaded for it alone: target none starts without.
    case "sandbox":
      return (await import("./open-cluster.ts")).openSandbox(io, options, request);
    case "live":
      return (await import("./open-cluster.ts")).openOwn(io, options, request);
  }
}

/** Open the target that the learner works on, its cluster left as it is. `mayAsk`: whether a missing kubectl may be asked about. */
export function openPlace(io: Io, options: Options, place: PlaceOfWork, mayAsk: boolean): Promise<Target> {
  const { target: name, folders, stateDir } = place;
  return openTarget(io, options, { name, folders, stateDir, cluster: "none", mayAsk });
}
