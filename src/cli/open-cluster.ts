import { UsageError } from "../diagnostics/index.ts";
import { openLive, openSandboxTarget, type SandboxTarget, type Target } from "../target/index.ts";
import type { Io } from "./io.ts";
import type { Options } from "./options.ts";
import type { TargetRequest } from "./target-request.ts";
import { ensureTools } from "./tools.ts";

/** The simulated cluster, driven by the machine's kubectl or a fetched one. */
export async function openSandbox(
  io: Io,
  options: Options,
  request: Omit<TargetRequest, "name">,
): Promise<SandboxTarget> {
  const tools = await ensureTools(io, options, request.folders, request.mayAsk);
  return openSandboxTarget({
    env: io.env,
    stateDir: request.stateDir,
    kubectl: tools.kubectl,
    helm: tools.helm,
    cluster: request.cluster,
    from: request.from,
    signal: io.signal,
    notice: (text) => io.say(`sandbox: ${text}\n`),
  });
}

/** The user's own cluster. */
export async function openOwn(io: Io, options: Options, request: TargetRequest): Promise<Target> {
  if (request.stateDir === undefined) throw new UsageError("Target live needs a state folder.");
  return openLive({ env: io.env, stateDir: request.stateDir, context: options.context });
}
