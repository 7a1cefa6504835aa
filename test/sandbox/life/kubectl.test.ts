import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stopSandbox } from "../../../src/sandbox/index.ts";
import { findKubectl } from "../../support/kubectl.ts";
import { bundle } from "./bundle.ts";
import { close, type Opened, open } from "./opened.ts";

const run = promisify(execFile);
let dist: string;
let stateDir: string;
let sandbox: Opened;

beforeAll(async () => {
  dist = await bundle("kubectl");
  stateDir = mkdtempSync(path.join(tmpdir(), "sandbox-kubectl-"));
  sandbox = await open(dist, { stateDir, cluster: "ready" });
});

afterAll(async () => {
  await close(sandbox);
  await stopSandbox(stateDir);
  for (const folder of [dist, stateDir]) rmSync(folder, { recursive: true, force: true });
});

async function kubectl(line: string): Promise<string> {
  const env = { PATH: process.env.PATH, HOME: stateDir, ...sandbox.env };
  return (await run(findKubectl(), line.split(" "), { env })).stdout.trim();
}

test("the nine system pods become ready", async () => {
  const system = "pods -A --field-selector=metadata.namespace!=default";
  await kubectl(`wait --for=condition=Ready ${system} --timeout=100s`);
  const pods = await kubectl(`get ${system} --no-headers`);
  const rows = pods
    .split("\n")
    .map((row) => row.replace(/ (coredns|kindnet|kube-proxy|local-path-provisioner)-\S+/, " $1-<id>").split(/\s+/));
  expect(rows.map(([namespace, name, ready, status]) => `${namespace} ${name} ${ready} ${status}`)).toEqual([
    "kube-system coredns-<id> 1/1 Running",
    "kube-system coredns-<id> 1/1 Running",
    "kube-system etcd-learn-istio-control-plane 1/1 Running",
    "kube-system kindnet-<id> 1/1 Running",
    "kube-system kube-apiserver-learn-istio-control-plane 1/1 Running",
    "kube-system kube-controller-manager-learn-istio-control-plane 1/1 Running",
    "kube-system kube-proxy-<id> 1/1 Running",
    "kube-system kube-scheduler-learn-istio-control-plane 1/1 Running",
    "local-path-storage local-path-provisioner-<id> 1/1 Running",
  ]);
});

test("a Deployment rolls out, rolls on, rolls back", async () => {
  await kubectl("create deployment web --image=nginx:1 --replicas=2");
  expect(await kubectl("rollout status deployment/web --timeout=100s")).toMatch(/successfully rolled out$/);
  await kubectl("set image deployment/web nginx=nginx:2");
  await kubectl("rollout status deployment/web --timeout=100s");
  await kubectl("rollout undo deployment/web");
  await kubectl("rollout status deployment/web --timeout=100s");
  expect(await kubectl("get deployment web -o jsonpath={.spec.template.spec.containers[0].image}")).toBe("nginx:1");
  expect(await kubectl("rollout history deployment/web")).toMatch(/\n2 +<none>\n3 +<none>$/);
});

test("a static pod that is deleted comes back", async () => {
  const name = "etcd-learn-istio-control-plane";
  const uid = "-o jsonpath={.metadata.uid}";
  const before = await kubectl(`-n kube-system get pod ${name} ${uid}`);
  // Not kubectl's own wait: it asks for the pod, then lists it, and waits for ever for the end of one that came back in between.
  await kubectl(`-n kube-system delete pod ${name} --wait=false`);
  const after = (): Promise<string> => kubectl(`-n kube-system get pod ${name} --ignore-not-found ${uid}`);
  await expect.poll(after, { timeout: 60_000 }).toMatch(new RegExp(`^(?!${before}$)[0-9a-f-]{36}$`));
});

test("a namespace goes with everything in it", async () => {
  await kubectl("create namespace shop");
  await kubectl("-n shop create deployment web --image=nginx --replicas=2");
  await kubectl("-n shop rollout status deployment/web --timeout=100s");
  await kubectl("delete namespace shop --timeout=100s");
  expect(await kubectl("get pods,deployments,replicasets -A -o name")).not.toContain("shop");
  await expect(kubectl("get namespace shop")).rejects.toThrow('namespaces "shop" not found');
});

test("describe tells a broken image's story", async () => {
  await kubectl("run bad --image=nginx:no-such-tag");
  await kubectl(
    "wait --for=jsonpath={.status.containerStatuses[0].state.waiting.reason}=ImagePullBackOff pod/bad --timeout=100s",
  );
  const events = (await kubectl("describe pod bad")).split("Events:")[1] ?? "";
  expect(
    events
      .split("\n")
      .slice(3)
      .map((row) =>
        row
          .trim()
          .split(/\s{2,}/)
          .slice(0, 2)
          .join(" "),
      ),
  ).toEqual([
    "Normal Scheduled",
    "Normal Pulling",
    "Warning Failed",
    "Warning Failed",
    "Normal BackOff",
    "Warning Failed",
  ]);
});
