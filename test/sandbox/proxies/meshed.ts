import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { stopSandbox } from "../../../src/sandbox/index.ts";
import { findKubectl } from "../../support/kubectl.ts";
import { bundle } from "../life/bundle.ts";
import { close, type Opened, open } from "../life/opened.ts";

export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A sandbox with a mesh in it, as its user has it. */
export interface Meshed {
  readonly dir: string;
  run(program: string, args: readonly string[], input?: string): Promise<Ran>;
  kubectl(line: string, input?: string): Promise<Ran>;
  /** The host's own. */
  curl(...args: string[]): Promise<Ran>;
  /** Words in the pod of a deployment. */
  exec(deployment: string, ...words: string[]): Promise<Ran>;
  end(): Promise<void>;
}

/** The gateway's port 80, as the host reaches it. */
export const INGRESS = "http://172.18.0.2:30080";
export const ROUTES = path.join(import.meta.dirname, "files/routes.yaml");
const files = path.join(import.meta.dirname, "files");

export async function startMeshed(name: string): Promise<Meshed> {
  const dist = await bundle(name);
  const dir = mkdtempSync(path.join(tmpdir(), "sandbox-mesh-"));
  const sandbox: Opened = await open(dist, { stateDir: dir, cluster: "ready" });
  const run: Meshed["run"] = (program, args, input = "") =>
    new Promise((resolve) => {
      const env = { PATH: process.env.PATH, HOME: dir, ...sandbox.env };
      const child = execFile(program, [...args], { env, maxBuffer: 2 ** 26 }, (_error, stdout, stderr) =>
        resolve({ code: child.exitCode ?? -1, stdout, stderr }),
      );
      child.stdin?.on("error", () => {});
      child.stdin?.end(input);
    });
  const kubectl: Meshed["kubectl"] = (line, input) => run(findKubectl(), line.split(" "), input);
  const meshed: Meshed = {
    dir,
    run,
    kubectl,
    curl: (...args) => run("curl", ["-sS", "--max-time", "20", ...args]),
    exec: (deployment, ...words) => {
      const [namespace = "", own = ""] = deployment.includes("/") ? deployment.split("/") : ["default", deployment];
      return run(findKubectl(), ["exec", "-n", namespace, `deploy/${own}`, "-c", "app", "--", ...words]);
    },
    end: async () => {
      await close(sandbox);
      await stopSandbox(dir);
      rmSync(dir, { recursive: true, force: true });
      rmSync(dist, { recursive: true, force: true });
    },
  };
  const lines = [
    `apply -f ${files}/definitions.yaml`,
    "wait --for=condition=Established crd --all --timeout=30s",
    `apply -f ${files}/mesh.yaml`,
    `apply -f ${files}/routes.yaml`,
    "wait --for=condition=Available deployment --all -A --timeout=30s",
  ];
  for (const line of lines) {
    const { code, stderr } = await kubectl(line);
    if (code !== 0) throw new Error(`kubectl ${line}: ${stderr}`);
  }
  return meshed;
}
