import { openNone, type Target } from "../target/index.ts";
import type { Io } from "./io.ts";
import type { Options } from "./options.ts";
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
