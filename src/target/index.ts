/** Where lessons run: none, sandbox, live. Tools, environment and safety of each. */
export { type FetchOptions, fetchTools } from "./fetch-tools.ts";
export { findProgram } from "./find-program.ts";
export { type Folders, requireFolder, requireTemporaryFolder, userFolders } from "./folders.ts";
export type { KeptTarget } from "./kept-sandbox.ts";
export { findHelm, findKubectl, type Kubectl, type ProbedKubectl, probeKubectl, toolsFolder } from "./kubectl.ts";
export { type LiveOptions, openLive } from "./live.ts";
export { type NoneOptions, openNone } from "./none.ts";
export { officialDownloads } from "./official-downloads.ts";
export { CLUSTER_NAME, openSandboxTarget, type SandboxTarget, type SandboxTargetOptions } from "./sandbox.ts";
export type { Environment } from "./session-env.ts";
export type { Target } from "./target.ts";
export {
  isHelmPinned,
  mirrorSource,
  type PinnedProgram,
  pinnedPrograms,
  programFile,
  TOOLS_VERSION,
  type ToolSource,
  toolSource,
} from "./tool-pins.ts";
