import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import type { Socket } from "node:net";
import path from "node:path";
import type { Readable } from "node:stream";
import { EnvironmentError } from "../diagnostics/index.ts";
import { type DaemonOptions, OWNER_FD, STARTED_FD, type Started } from "./daemon-options.ts";
import type { StateFiles } from "./files.ts";
import type { SandboxOptions } from "./sandbox.ts";

/** A process that was started here, or one that another CLI started at the same moment. */
export interface Spawned {
  readonly notices: readonly string[];
  /** What it said of itself; undefined when another process holds the state folder. */
  readonly said: Extract<Started, { kind: "ready" }> | undefined;
  /** Let a private one end; a shared one lives on. */
  release(): void;
}

/** Start the background process in a session of its own and wait for its word. */
export async function spawnDaemon(daemon: string, files: StateFiles, options: SandboxOptions): Promise<Spawned> {
  const handed: DaemonOptions = {
    stateDir: files.dir,
    pace: options.pace,
    cluster: options.cluster,
    idleMs: options.idleMs,
    private: options.private === true,
    ...(options.private === true && { ownerFd: OWNER_FD }),
    ...(options.from !== undefined && { from: path.resolve(options.from) }),
  };
  const log = openSync(files.log, "a", 0o600);
  const child = spawn(process.execPath, [daemon, JSON.stringify(handed)], {
    cwd: "/",
    detached: true,
    env: environment(),
    stdio: handed.private ? ["pipe", log, log, "pipe", "pipe"] : ["ignore", log, log, "pipe"],
  });
  closeSync(log);
  const started = await firstWord(child, files);
  child.unref();
  // A private one ends when these pipes do; holding them must not keep this process alive.
  const held = [child.stdin, child.stdio[OWNER_FD]] as (Socket | null | undefined)[];
  for (const pipe of held) pipe?.unref();
  const said = started.kind === "ready" ? started : undefined;
  const release = (): void => {
    for (const pipe of held) pipe?.end();
  };
  return { notices: said?.notices ?? [], said, release };
}

/** The background process needs nothing of the user's environment but where home is. */
function environment(): NodeJS.ProcessEnv {
  const { PATH, HOME, TMPDIR, LANG, TZ } = process.env;
  return Object.fromEntries(
    Object.entries({ PATH, HOME, TMPDIR, LANG, TZ }).filter(([, value]) => value !== undefined),
  );
}

async function firstWord(child: ChildProcess, files: StateFiles): Promise<Started> {
  const pipe = child.stdio[STARTED_FD] as Readable;
  let text = "";
  try {
    pipe.setEncoding("utf8");
    for await (const part of pipe) {
      text += part;
      if (text.includes("\n")) break;
    }
  } finally {
    pipe.destroy();
  }
  const started = text === "" ? undefined : (JSON.parse(text) as Started);
  if (started !== undefined && started.kind !== "failed") return started;
  throw new EnvironmentError(`the sandbox did not start${started === undefined ? "" : `: ${started.message}`}`, {
    hint: `its log says more: \`${files.log}\``,
  });
}
