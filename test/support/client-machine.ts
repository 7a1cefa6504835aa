import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { Background } from "../../src/sandbox/background.ts";
import { makeStateDir, stateFiles } from "../../src/sandbox/files.ts";
import type { Client } from "./clients.ts";

/** What a command printed, on both streams in order, and how it ended. */
export interface Ran {
  readonly output: string;
  readonly exit: number;
}

/** A fresh machine with a ready cluster, in this process, and a folder where real clients are run against it. */
export interface ClientMachine {
  /** Where commands run; `fixtures` was copied to it. */
  readonly folder: string;
  /** Faults that the server logged: there should be none. */
  readonly faults: readonly string[];
  /**
   * Run a line of bash to its end; `kubectl` and `helm` are the clients'. One that has not ended after a minute hangs: it
   * is killed, and the exit code is 124.
   */
  run(line: string): Promise<Ran>;
  /** Stop and start again, as when the sandbox is restarted: same port, same state. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

const HANG_MS = 60_000;
const HUNG = 124;

export async function startClientMachine(clients: readonly Client[], fixtures?: string): Promise<ClientMachine> {
  const scratch = mkdtempSync(path.join(os.tmpdir(), "li-clients-"));
  const [bin, folder] = [path.join(scratch, "bin"), path.join(scratch, "work")];
  for (const made of [bin, folder]) mkdirSync(made);
  for (const client of clients) symlinkSync(client.file, path.join(bin, client.name.split(" ")[0] ?? ""));
  if (fixtures !== undefined) cpSync(fixtures, folder, { recursive: true });
  const faults: string[] = [];
  const files = stateFiles(path.join(scratch, "state"));
  makeStateDir(files);
  const start = async (): Promise<Background> => {
    const options = { stateDir: files.dir, pace: "test", cluster: "ready", idleMs: 3_600_000, private: false } as const;
    const log = (message: string, error?: unknown): void => void faults.push(`${message} ${String(error ?? "")}`);
    const started = new Background(options, () => {}, log);
    await started.start();
    return started;
  };
  let background = await start();
  const env = {
    PATH: `${bin}${path.delimiter}${process.env.PATH ?? ""}`,
    HOME: folder,
    KUBECONFIG: files.kubeconfig,
    KUBECACHEDIR: files.kubecache,
    TZ: "UTC",
    LANG: "C.UTF-8",
  };
  const run = (line: string): Promise<Ran> => runBash(line, folder, env);
  // Who has a cluster has waited for it; and pods that come before the node is ready have another story.
  await run("kubectl wait --for=condition=Ready node --all");
  return {
    folder,
    faults,
    run,
    restart: async () => {
      await background.stop();
      background = await start();
    },
    stop: async () => {
      await background.stop();
      rmSync(scratch, { recursive: true, force: true });
    },
  };
}

async function runBash(line: string, cwd: string, env: NodeJS.ProcessEnv): Promise<Ran> {
  const args = ["--noprofile", "--norc", "-c", `exec 2>&1\n${line}`];
  const child = spawn("bash", args, { cwd, env, stdio: ["ignore", "pipe", "inherit"], detached: true });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  let hangs = false;
  const timer = setTimeout(() => {
    hangs = true;
    // The whole group: what hangs is the client, not the shell. It leads a group of its own.
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  }, HANG_MS);
  const [code] = await once(child, "close");
  clearTimeout(timer);
  return hangs ? { output: `${output}\n(hung for ${HANG_MS} ms)\n`, exit: HUNG } : { output, exit: code ?? 128 };
}
