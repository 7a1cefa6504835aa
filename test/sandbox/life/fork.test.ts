import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openSandbox, type Sandbox } from "../../../src/sandbox/index.ts";
import { findKubectl } from "../../support/kubectl.ts";

const run = promisify(execFile);
let root: string;
const opened: Sandbox[] = [];

beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), "sandbox-fork-"));
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((sandbox) => sandbox.stop()));
  rmSync(root, { recursive: true, force: true });
});

async function open(name: string, from?: string): Promise<Sandbox> {
  const stateDir = path.join(root, name);
  const options = { stateDir, pace: "test", cluster: "none", idleMs: 60_000, private: true } as const;
  const sandbox = await openSandbox({ ...options, ...(from !== undefined && { from: path.join(root, from) }) });
  opened.push(sandbox);
  return sandbox;
}

async function tool(sandbox: Sandbox, program: string, ...args: string[]): Promise<string> {
  const env = { PATH: `${sandbox.binDir}:${process.env.PATH}`, HOME: root, ...sandbox.env };
  const { stdout } = await run(program === "kubectl" ? findKubectl() : program, args, { env });
  return stdout.trim();
}

const kubectl = (sandbox: Sandbox, ...args: string[]): Promise<string> => tool(sandbox, "kubectl", ...args);

async function trunk(): Promise<Sandbox> {
  const sandbox = await open("trunk");
  await tool(sandbox, path.join(sandbox.binDir, "kind"), "create", "cluster", "--name", "shop", "--wait", "60s");
  await kubectl(sandbox, "create", "configmap", "kept", "--from-literal=a=b");
  await kubectl(sandbox, "config", "set-context", "--current", "--namespace=kube-system");
  await sandbox.keep(path.join(root, "kept"));
  return sandbox;
}

test("forks begin as what was kept, and what is done in one is seen in no other", async () => {
  const first = await trunk();
  await kubectl(first, "-n", "default", "delete", "configmap", "kept");
  const [second, third] = await Promise.all([open("second", "kept"), open("third", "kept")]);
  await kubectl(second, "-n", "default", "create", "configmap", "of-second");
  const names = async (sandbox: Sandbox): Promise<string> =>
    (await kubectl(sandbox, "-n", "default", "get", "configmap", "-o", "name")).replaceAll("configmap/", "");
  expect(await names(first)).toBe("kube-root-ca.crt");
  expect(await names(second)).toBe("kept\nkube-root-ca.crt\nof-second");
  expect(await names(third)).toBe("kept\nkube-root-ca.crt");
  expect(new Set([first, second, third].map((one) => one.opened.port)).size).toBe(3);
});

test("a fork has the kubeconfig of before, which leads to it alone, and a token of its own", async () => {
  const first = await trunk();
  const second = await open("second", "kept");
  expect(await kubectl(second, "config", "view", "--minify", "-o", "jsonpath={..namespace}")).toBe("kube-system");
  expect(await kubectl(second, "config", "view", "-o", "jsonpath={.clusters[*].cluster.server}")).toBe(
    second.opened.url,
  );
  const { token } = JSON.parse(readFileSync(path.join(root, "trunk", "identity.json"), "utf8"));
  expect(readFileSync(path.join(root, "second", "kubeconfig"), "utf8")).not.toContain(token);
  const foreign = ["--token", token, "--kubeconfig", path.join(root, "second", "kubeconfig")];
  await expect(kubectl(second, ...foreign, "get", "nodes")).rejects.toThrow(/must be logged in|Unauthorized/);
  expect(await kubectl(first, "get", "node", "-o", "name")).toBe("node/shop-control-plane");
});

test("what was kept stays as it is, and a fork that lives on does not begin anew", async () => {
  await trunk();
  const before = readdirSync(path.join(root, "kept")).sort();
  const second = await open("second", "kept");
  await kubectl(second, "-n", "default", "delete", "configmap", "kept");
  await second.stop();
  const again = await open("second", "kept");
  await expect(kubectl(again, "-n", "default", "get", "configmap", "kept")).rejects.toThrow("NotFound");
  expect(readdirSync(path.join(root, "kept")).sort()).toEqual(before);
});

const STATUS_OF = ["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}"];

test("what ran when a cluster was kept goes on in its forks: its server answers, and its log goes on", async () => {
  const first = await trunk();
  await kubectl(first, "-n", "default", "create", "deployment", "web", "--image=mccutchen/go-httpbin:v2.15.0");
  await kubectl(first, "-n", "default", "run", "client", "--image=curlimages/curl:8.16.0", "--", "sleep", "infinity");
  await kubectl(first, "-n", "default", "expose", "deployment", "web", "--port=80", "--target-port=8080");
  await kubectl(first, "-n", "default", "wait", "pod", "--all", "--for=condition=Ready", "--timeout=30s");
  const ask = (sandbox: Sandbox, at: string): Promise<string> =>
    kubectl(sandbox, "-n", "default", "exec", "client", "--", ...STATUS_OF, at);
  expect(await ask(first, "http://web/status/201")).toBe("201");
  await first.keep(path.join(root, "again"));
  const second = await open("second", "again");
  expect(await ask(second, "http://web/status/202")).toBe("202");
  const log = await kubectl(second, "-n", "default", "logs", "deployment/web");
  expect(log.split("\n").map((line) => /go-httpbin listening|uri=\S+/.exec(line)?.[0])).toEqual([
    "go-httpbin listening",
    "uri=/status/201",
    "uri=/status/202",
  ]);
});

test("a folder in which nothing was kept is no beginning", async () => {
  await expect(open("second", "nowhere")).rejects.toThrow(
    `the sandbox did not start: nothing was kept in \`${path.join(root, "nowhere")}\` that a sandbox could begin from`,
  );
});
