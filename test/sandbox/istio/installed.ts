import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { stopSandbox } from "../../../src/sandbox/index.ts";
import { findKubectl } from "../../support/kubectl.ts";
import { bundle } from "../life/bundle.ts";
import { close, open } from "../life/opened.ts";

/** A sandbox with Istio in it, driven by lines as a lesson has them. */
export interface Installed {
  /** Both streams as text, and `[N]` at its end where the code is not 0. */
  run(line: string, input?: string): Promise<string>;
  /** A line in the pod of the Deployment `curl`. */
  inPod(line: string): Promise<string>;
  /** The same line again until it prints what is wanted, at most 10 s. */
  until(line: string, wanted: RegExp): Promise<string>;
  end(): Promise<void>;
}

export const FILES = path.join(import.meta.dirname, "files");
const POLL_MS = 50;
const PATIENCE_MS = 10_000;

/** Starts it; `lines` are run first, and must all go well. */
export async function startInstalled(name: string, lines: readonly string[]): Promise<Installed> {
  const dist = await bundle(name);
  const dir = mkdtempSync(path.join(tmpdir(), `sandbox-${name}-`));
  const sandbox = await open(dist, { stateDir: dir, cluster: "ready" });
  const PATH = `${sandbox.binDir}:${path.dirname(findKubectl())}:/bin:/usr/bin`;
  const run: Installed["run"] = (line, input = "") =>
    new Promise((resolve) => {
      const env = { PATH, HOME: dir, ...sandbox.env };
      const child = execFile("/bin/bash", ["-c", `{ ${line}\n} 2>&1`], { env, cwd: FILES }, (error, out) => {
        resolve(error === null ? out : `${out}[${error.code}]`);
      });
      child.stdin?.on("error", () => {});
      child.stdin?.end(input);
    });
  const end = async (): Promise<void> => {
    await close(sandbox);
    await stopSandbox(dir);
    for (const folder of [dir, dist]) rmSync(folder, { recursive: true, force: true });
  };
  for (const line of lines) {
    const out = await run(line);
    if (!/\[\d+\]$/.test(out)) continue;
    await end();
    throw new Error(`${line}: ${out}`);
  }
  return {
    run,
    inPod: (line) => run(`kubectl exec deploy/curl -c app -- ${line}`),
    until: async (line, wanted) => {
      const late = Date.now() + PATIENCE_MS;
      for (;;) {
        const out = await run(line);
        if (wanted.test(out) || Date.now() > late) return out;
        await new Promise((resolve) => setTimeout(resolve, POLL_MS));
      }
    },
    end,
  };
}
