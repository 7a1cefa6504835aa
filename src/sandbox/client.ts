import type { Sandbox, SandboxOptions, SandboxStatus } from "./sandbox.ts";

export async function openSandbox(_options: SandboxOptions): Promise<Sandbox> {
  throw new Error("not yet");
}

/** How the sandbox of a state folder is doing; never starts one. */
export async function sandboxStatus(_stateDir: string): Promise<SandboxStatus> {
  throw new Error("not yet");
}

/** End the sandbox of a state folder, if one runs. False when none did. */
export async function stopSandbox(_stateDir: string): Promise<boolean> {
  throw new Error("not yet");
}
