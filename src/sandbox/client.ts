import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { EnvironmentError, UsageError } from "../diagnostics/index.ts";
import { BUILD } from "./build.ts";
import { type Answer, DEFAULT_CLUSTER } from "./daemon-options.ts";
import { isSameFolder, makeStateDir, readIdentity, type StateFiles, stateFiles } from "./files.ts";
import type { InventoryItem } from "./inventory.ts";
import { lockStateDir } from "./lock.ts";
import type { Sandbox, SandboxOptions, SandboxStatus } from "./sandbox.ts";
import { type Spawned, spawnDaemon } from "./spawn.ts";
import { statusOf } from "./status.ts";
import { throwAway } from "./throw-away.ts";
import { command, Refused, type Running, readRunning } from "./tools/index.ts";
import { writeTools } from "./tools-dir.ts";
import { WARMING_MS } from "./warmth.ts";

const PATIENCE_MS = 15_000;
const POLL_MS = 10;
/** How long one start may be busy before it is tried again. */
const RETRY_MS = 500;

interface Found {
  readonly running: Running;
  readonly answer: Answer;
}

interface Up {
  readonly found: Found;
  readonly spawned: Spawned;
}

/**
 * Find the sandbox of a state folder or start it. One of another build is replaced (its state stays). One that runs
 * already keeps the `pace`, `idleMs` and `private` that it was started with: those given here count for a new one alone.
 * Throws `EnvironmentError` when it does not come up.
 */
export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  const files = stateFiles(options.stateDir);
  makeStateDir(files);
  const daemon = options.daemonPath ?? defaultDaemon();
  const notices: string[] = [];
  let spawned: Spawned | undefined;
  let found = await handshake(files);
  if (found !== undefined && isOtherBuild(found.answer.build)) {
    notices.push("The sandbox was started by another version of learn-istio: it was restarted, its clusters kept.");
    await stopRunning(found.running, files);
    found = undefined;
  }
  if (found === undefined) {
    writeTools(files, path.join(path.dirname(daemon), "tool.cjs"));
    ({ found, spawned } = await start(daemon, files, options));
    notices.push(...spawned.notices);
  }
  if (options.cluster === "ready" && found.answer.clusters.length === 0) {
    await command(found.running, "create-cluster");
    found = { ...found, answer: { ...found.answer, clusters: [DEFAULT_CLUSTER] } };
  }
  return sandboxOf(options, files, found, notices, spawned);
}

/** How the sandbox of a state folder is doing; never starts one. */
export async function sandboxStatus(stateDir: string): Promise<SandboxStatus> {
  const files = stateFiles(stateDir);
  return statusOf(files, await findLiving(files));
}

/** The URL of a service for a browser. Throws `UsageError` with the sandbox's sentence when there is none. */
export async function openService(
  stateDir: string,
  service: string,
): Promise<{ readonly url: string; readonly service: string }> {
  const found = await findLiving(stateFiles(stateDir));
  if (found === undefined) {
    throw new UsageError("No sandbox is running.", "`learn-istio sandbox start` starts it.");
  }
  try {
    return await command(found.running, "open", { service });
  } catch (error) {
    if (error instanceof Refused) throw new UsageError(`${error.message}.`);
    throw error;
  }
}

/** End the sandbox of a state folder, if one runs. False when none did. */
export async function stopSandbox(stateDir: string): Promise<boolean> {
  const files = stateFiles(stateDir);
  const found = await findLiving(files);
  if (found === undefined) return false;
  await stopRunning(found.running, files);
  return true;
}

/** Empty the sandbox of a state folder. One that does not run is not started for it: what it kept is removed. */
export async function resetSandbox(stateDir: string): Promise<void> {
  const files = stateFiles(stateDir);
  const end = Date.now() + PATIENCE_MS;
  while (existsSync(files.dir)) {
    const found = await findLiving(files);
    if (found !== undefined) return void (await command(found.running, "reset"));
    const unlock = await lockStateDir(files.dir);
    if (unlock !== undefined) {
      try {
        return await throwAway(files);
      } finally {
        await unlock();
      }
    }
    if (Date.now() >= end)
      throw new EnvironmentError("the sandbox is busy starting or stopping", {
        hint: `its log says why: \`${files.log}\``,
      });
    await sleep(POLL_MS);
  }
}

function sandboxOf(
  options: SandboxOptions,
  files: StateFiles,
  found: Found,
  notices: readonly string[],
  spawned: Spawned | undefined,
): Sandbox {
  const { running } = found;
  return {
    env: {
      KUBECONFIG: files.kubeconfig,
      KUBECACHEDIR: files.kubecache,
      CURL_HOME: files.curlHome,
      LEARN_ISTIO_SANDBOX: "1",
    },
    binDir: files.bin,
    notices,
    opened: statusOf(files, found),
    status: () => sandboxStatus(options.stateDir),
    inventory: async () => (await command<{ items: readonly InventoryItem[] }>(running, "inventory")).items,
    keep: async (folder) => {
      await command(running, "keep", { folder: path.resolve(folder) });
    },
    stop: () => stopRunning(running, files),
    reset: async () => {
      await command(running, "reset", { cluster: options.cluster });
    },
    warm: () => (spawned === undefined ? Promise.resolve() : untilWarm(running)),
    hurry: async (seconds) => {
      await command(running, "hurry", { seconds });
    },
    disconnect: () => spawned?.release(),
  };
}

async function untilWarm(running: Running): Promise<void> {
  const end = Date.now() + WARMING_MS;
  while (Date.now() < end && !(await command<{ warm: boolean }>(running, "warm")).warm) await sleep(POLL_MS);
}

/** From the sources there is no build to compare with. */
function isOtherBuild(build: string): boolean {
  return BUILD !== "dev" && build !== BUILD;
}

/** Who runs, if it answers. A handshake file without a process is what `kill -9` leaves. */
async function handshake(files: StateFiles): Promise<Found | undefined> {
  const running = readRunning(files.dir);
  return running === undefined ? undefined : ask(running, files);
}

/** Who runs; also where its handshake file was removed, or leads elsewhere. Whoever holds the lock listens where it always did. */
async function findLiving(files: StateFiles): Promise<Found | undefined> {
  const found = await handshake(files);
  if (found !== undefined) return found;
  const unlock = existsSync(files.dir) ? await lockStateDir(files.dir) : () => {};
  if (unlock === undefined) return byIdentity(files);
  await unlock();
  return undefined;
}

async function byIdentity(files: StateFiles): Promise<Found | undefined> {
  const { port, token, cert } = readIdentity(files) ?? {};
  if (port === undefined || token === undefined || cert === undefined) return undefined;
  return ask({ port, token, cert, pid: 0, build: "", pace: "", startedAt: "" }, files);
}

/** It answers, and is this folder's: a folder that was copied holds the handshake of another one's process. */
async function ask(running: Running, files: StateFiles): Promise<Found | undefined> {
  try {
    const answer = await command<Answer>(running, "status");
    return answer.dir === undefined || isSameFolder(answer.dir, files.dir) ? { running, answer } : undefined;
  } catch {
    return undefined;
  }
}

/** Two CLIs may start at once, or one while the last process ends: whoever finds it busy waits, then tries again. */
async function start(daemon: string, files: StateFiles, options: SandboxOptions): Promise<Up> {
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end) {
    const spawned = await spawnDaemon(daemon, files, options);
    if (spawned.said !== undefined) return { found: spawned.said, spawned };
    const found = await untilAnswers(files, Math.min(end, Date.now() + RETRY_MS), options.signal);
    if (found !== undefined) return { found, spawned };
    spawned.release();
  }
  throw new EnvironmentError(`the sandbox did not start within ${PATIENCE_MS / 1000} s`, {
    hint: `its log says why: \`${files.log}\``,
  });
}

async function untilAnswers(
  files: StateFiles,
  end: number,
  signal: AbortSignal | undefined,
): Promise<Found | undefined> {
  for (;;) {
    const found = (await handshake(files)) ?? (await byIdentity(files));
    if (found !== undefined || Date.now() >= end) return found;
    await sleep(POLL_MS, undefined, signal === undefined ? {} : { signal });
  }
}

async function stopRunning(running: Running, files: StateFiles): Promise<void> {
  try {
    await command(running, "stop");
  } catch (error) {
    if (error instanceof Refused) throw error;
  }
  await untilUnlocked(files);
}

/** The lock says when a process is really gone; its pid does not, where nobody collects the dead. */
async function untilUnlocked(files: StateFiles): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end) {
    const unlock = await lockStateDir(files.dir);
    if (unlock !== undefined) {
      // While nobody else can begin: a successor's handshake is not taken away.
      rmSync(files.running, { recursive: true, force: true });
      return unlock();
    }
    await sleep(POLL_MS);
  }
  throw new EnvironmentError(`the sandbox did not stop within ${PATIENCE_MS / 1000} s`, {
    hint: `its log says why: \`${files.log}\``,
  });
}

/** Beside the bundle that this module is in; from the sources, in the repository's `dist/`. */
function defaultDaemon(): string {
  const here = fileURLToPath(import.meta.url);
  const isSource = here.endsWith(".ts");
  const daemon = isSource
    ? path.resolve(path.dirname(here), "../../dist/daemon.cjs")
    : path.join(path.dirname(here), "daemon.cjs");
  if (existsSync(daemon)) return daemon;
  throw new EnvironmentError(`the sandbox's program is missing: \`${daemon}\``, { hint: "run `npm run build`" });
}
