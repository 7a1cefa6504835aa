import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import type { SandboxOptions } from "../../../src/sandbox/index.ts";

/** What the opener prints: a sandbox as its user sees it, from a process of its own. */
export interface Opened {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly url: string;
  readonly build: string;
  readonly env: Readonly<Record<string, string>>;
  readonly binDir: string;
  readonly notices: readonly string[];
  readonly clusters: readonly string[];
}

/** Open a sandbox from a process of its own, which lives until its input is closed or it is killed. */
export async function open(dist: string, options: Partial<SandboxOptions> & { stateDir: string }): Promise<Opened> {
  const all = { pace: "test", cluster: "none", idleMs: 60_000, ...options };
  const child = spawn(process.execPath, [path.join(dist, "open.mjs"), JSON.stringify(all)], {
    stdio: ["pipe", "pipe", "inherit"],
    // Extra certificates would be read at each start of Node.
    env: { PATH: process.env.PATH, HOME: process.env.HOME },
  });
  const lines = createInterface({ input: child.stdout });
  for await (const line of lines) return { child, ...JSON.parse(line) };
  throw new Error("the opener ended without a word");
}

export async function close(opened: Opened): Promise<void> {
  if (opened.child.exitCode !== null || opened.child.signalCode !== null) return;
  opened.child.stdin?.end();
  await once(opened.child, "exit");
}

/** Resolves when a process is gone, or dead and not yet collected: nobody waits for a stranger's child. */
export async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  if (process.platform !== "linux") return true;
  try {
    return !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
  } catch {
    return false;
  }
}
