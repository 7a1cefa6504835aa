/** The simulated cluster: one background process for each state folder, driven by the real kubectl, helm and curl. */
export { openSandbox, openService, resetSandbox, sandboxStatus, stopSandbox } from "./client.ts";
export type { PaceName, Sandbox, SandboxOptions, SandboxStatus } from "./sandbox.ts";
