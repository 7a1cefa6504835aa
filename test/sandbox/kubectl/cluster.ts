import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import { ApiServer, createCertificate, type PodLogs, Registry } from "../../../src/sandbox/api/index.ts";
import { kindOf } from "../../../src/sandbox/kinds/index.ts";
import type { JsonObject, KubeObject } from "../../../src/sandbox/objects/index.ts";
import { createStore, type SavableStore } from "../../../src/sandbox/store/index.ts";
import { Workloads } from "../../../src/sandbox/workloads/index.ts";
import { findKubectl } from "../../support/kubectl.ts";
import { seeded } from "../api/seeded.ts";

const TOKEN = "a-token-for-tests";

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** An API server in this process, and the real kubectl in front of it. */
export interface TestCluster {
  readonly registry: Registry;
  readonly store: SavableStore;
  readonly server: ApiServer;
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  readonly token: string;
  readonly dir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly faults: string[];
  /** Runs kubectl to its end. The words are split at blanks; pass an array for anything else. */
  run(args: string | readonly string[], input?: string, env?: NodeJS.ProcessEnv): Promise<Ran>;
  /** Its output alone; a failure is in it too, as a terminal would show it. */
  kubectl(args: string | readonly string[], input?: string): Promise<string>;
  start(args: string, stdin?: "ignore" | "pipe"): ChildProcess;
  put(object: JsonObject): KubeObject;
  putStatus(object: JsonObject): KubeObject;
}

/** Starts a cluster with the namespaces `default` and `kube-system`; it ends with the test. With `runs`, pods run what is in them. */
export async function startCluster({
  runs = false,
  ...options
}: {
  logs?: PodLogs;
  runs?: boolean;
} = {}): Promise<TestCluster> {
  const random = seeded(7);
  // It stands still: ages in tables, which the server writes, are always 0s.
  const clock = (): number => Date.parse("2026-01-01T00:00:00Z");
  const store = createStore({ clock, random });
  const registry = new Registry({ store, clock, random });
  const faults: string[] = [];
  const log = (message: string, error?: unknown): void => {
    faults.push(`${message}: ${error instanceof Error ? error.stack : String(error)}`);
  };
  const certificate = createCertificate(Date.now());
  const workloads = runs ? new Workloads({ store, now: clock, log }) : undefined;
  const running = workloads && { containers: workloads, logs: workloads.logs.bind(workloads) };
  const server = new ApiServer({ registry, token: TOKEN, certificate, log, ...running, ...options });
  const port = await server.listen();
  const dir = mkdtempSync(path.join(os.tmpdir(), "li-kubectl-"));
  const env = environment(dir, kubeconfig(port, server.certificate.cert));
  onTestFinished(async () => {
    workloads?.stop();
    await server.close();
    rmSync(dir, { recursive: true, force: true });
  });
  const put = (object: JsonObject): KubeObject => {
    const { kind, namespace } = addressOf(object);
    return registry.create(kind, namespace, object as KubeObject, { keepStatus: true }).object;
  };
  for (const name of ["default", "kube-system"]) put({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
  const run: TestCluster["run"] = (args, input, more) => execute(words(args), { ...env, ...more }, dir, input);
  return {
    registry,
    store,
    server,
    address: `127.0.0.1:${port}`,
    token: TOKEN,
    dir,
    env,
    faults,
    run,
    kubectl: async (args, input) => {
      const { stdout, stderr } = await run(args, input);
      return stdout + stderr;
    },
    start: (args, stdin = "ignore") =>
      spawn(findKubectl(), words(args), { env, cwd: dir, stdio: [stdin, "pipe", "pipe"] }),
    put,
    putStatus: (object) => {
      const { kind, namespace } = addressOf(object);
      return registry.updateStatus(kind, namespace, object.metadata.name, object as KubeObject).object;
    },
  };
}

/** Ages, times, uids, versions and ports as words, so that whole outputs can be compared. */
export function normalise(text: string): string {
  return (
    text
      .replaceAll(/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, "<time>")
      .replaceAll(/\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, "<time>")
      .replaceAll(/\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b/g, "<uid>")
      .replaceAll(/(resourceVersion: )"\d+"/g, "$1<version>")
      .replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:<port>")
      // Clients before 1.33 have another word for it.
      .replaceAll(/ConfigMapOptional: {7}<nil>/g, "Optional:                false")
      .replaceAll(/[ \t]+$/gm, "")
  );
}

function words(args: string | readonly string[]): string[] {
  return typeof args === "string" ? args.split(/\s+/) : [...args];
}

function addressOf(object: JsonObject): {
  kind: NonNullable<ReturnType<typeof kindOf>>;
  namespace: string | undefined;
} {
  const kind = kindOf(object.apiVersion, object.kind);
  if (!kind) throw new Error(`no kind for ${object.apiVersion} ${object.kind}`);
  return { kind, namespace: kind.namespaced ? (object.metadata.namespace ?? "default") : undefined };
}

function environment(dir: string, config: string): NodeJS.ProcessEnv {
  const file = path.join(dir, "kubeconfig");
  writeFileSync(file, config, { mode: 0o600 });
  const { PATH } = process.env;
  return { PATH, HOME: dir, KUBECONFIG: file, KUBECACHEDIR: path.join(dir, "cache"), TZ: "UTC" };
}

function kubeconfig(port: number, cert: string): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      {
        name: "test",
        cluster: {
          server: `https://127.0.0.1:${port}`,
          "certificate-authority-data": Buffer.from(cert).toString("base64"),
        },
      },
    ],
    users: [{ name: "test", user: { token: TOKEN } }],
    contexts: [{ name: "test", context: { cluster: "test", user: "test" } }],
    "current-context": "test",
  });
}

function execute(args: string[], env: NodeJS.ProcessEnv, cwd: string, input?: string): Promise<Ran> {
  return new Promise((resolve) => {
    const child = execFile(findKubectl(), args, { env, cwd, timeout: 20_000 }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? -1) : 0, stdout, stderr });
    });
    // A command may end before it has read everything.
    child.stdin?.on("error", () => {});
    child.stdin?.end(input ?? "");
  });
}
