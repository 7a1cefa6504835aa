import { UsageError } from "../diagnostics/index.ts";
import type { TargetName } from "../lesson/index.ts";
import { type Folders, openLive, openNone, openSandboxTarget, type Target } from "../target/index.ts";
import type { Io } from "./io.ts";
import type { Options } from "./options.ts";
import { ensureTools } from "./tools.ts";

/** Which target, and where its state is kept; without a state folder it is a private one that goes away (`test`). */
export interface TargetRequest {
  readonly name: TargetName;
  readonly folders: Folders;
  readonly stateDir: string | undefined;
  readonly cluster: "none" | "ready";
  /** Whether a missing kubectl may be asked about. */
  readonly mayAsk: boolean;
}

/** Open a target for a run. Whoever opens it releases it. */
export async function openTarget(io: Io, options: Options, request: TargetRequest): Promise<Target> {
  switch (request.name) {
    case "none":
      return openNone({ env: io.env, inheritEnv: options.inheritEnv === true, stateDir: request.stateDir });
    case "sandbox": {
      const tools = await ensureTools(io, options, request.folders, request.mayAsk);
      return openSandboxTarget({
        env: io.env,
        stateDir: request.stateDir,
        kubectl: tools.kubectl,
        helm: tools.helm,
        cluster: request.cluster,
        signal: io.signal,
        notice: (text) => io.say(`sandbox: ${text}\n`),
      });
    }
    case "live": {
      if (request.stateDir === undefined) throw new UsageError("Target live needs a state folder.");
      return openLive({ env: io.env, stateDir: request.stateDir, context: options.context });
    }
  }
}
