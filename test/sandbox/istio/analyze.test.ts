import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stopSandbox } from "../../../src/sandbox/index.ts";
import { findKubectl } from "../../support/kubectl.ts";
import { bundle } from "../life/bundle.ts";
import { close, type Opened, open } from "../life/opened.ts";

// What istioctl finds in a cluster, as a lesson goes: nothing, then a fault that kubectl applies, then its correction.
let dist: string;
let stateDir: string;
let sandbox: Opened;

beforeAll(async () => {
  dist = await bundle("analyze");
  stateDir = mkdtempSync(path.join(tmpdir(), "sandbox-analyze-"));
  sandbox = await open(dist, { stateDir });
  for (const [name, text] of Object.entries(FILES)) writeFileSync(path.join(stateDir, name), text);
});

afterAll(async () => {
  await close(sandbox);
  await stopSandbox(stateDir);
  for (const folder of [dist, stateDir]) rmSync(folder, { recursive: true, force: true });
});

/** A line as a lesson would have it; both streams and the exit code as text. */
function run(line: string): Promise<string> {
  return new Promise((resolve) => {
    const PATH = `${sandbox.binDir}:${path.dirname(findKubectl())}:/bin:/usr/bin`;
    const script = `{ ${line}; } 2>&1; echo "[$?]"`;
    execFile("/bin/bash", ["-c", script], { env: { PATH, HOME: stateDir, ...sandbox.env }, cwd: stateDir }, (_, out) =>
      resolve(out),
    );
  });
}

const NOT_INJECTED =
  "Info [IST0102] (Namespace default) The namespace is not enabled for Istio injection. Run 'kubectl label namespace default istio-injection=enabled' to enable it, or 'kubectl label namespace default istio-injection=disabled' to explicitly mark it as not needing injection.\n";
const FOUND =
  "Error: Analyzers found issues when analyzing namespace: default.\nSee https://istio.io/v1.31/docs/reference/config/analysis for more information about causes and resolutions.\n[79]\n";

test("without a cluster there is nothing to look at", async () => {
  expect(await run("istioctl analyze")).toMatch(/^Error: there is no .*\n\[1\]\n$/);
});

test("a namespace is told of before Istio is there, and a file is read without a cluster", async () => {
  expect(await run("kind create cluster >/dev/null")).toContain("[0]");
  expect(await run("istioctl analyze")).toBe(`${NOT_INJECTED}[0]\n`);
  expect(await run("istioctl analyze --use-kube=false - < bad.yaml")).toBe(
    `Error [IST0101] (VirtualService default/web -:7) Referenced gateway not found: "nope"\nWarning [IST0132] (VirtualService default/web -:7) one or more host [web] defined in VirtualService default/web not found in Gateway default/nope.\n${FOUND}`,
  );
});

test("faults are found, and are gone with their correction", async () => {
  expect(await run("istioctl install --set profile=demo -y >/dev/null")).toContain("[0]");
  expect(await run("istioctl analyze -A | grep -v IST0102")).toBe("[1]\n");
  await run("kubectl create deployment web --image=nginx && kubectl expose deployment web --port=80");
  await run("kubectl wait --for=condition=available deployment/web --timeout=60s");
  await run("kubectl label namespace default istio-injection=enabled");
  expect(await run("istioctl analyze | sed 's/web-[a-z0-9-]*/web-POD/g'")).toContain(
    "Warning [IST0103] (Pod default/web-POD) The pod default/web-POD is missing the Istio proxy. This can often be resolved by restarting or redeploying the workload.\n",
  );
  await run("kubectl rollout restart deployment/web && kubectl rollout status deployment/web --timeout=60s");
  await run("kubectl delete pod -l app=web --field-selector=status.phase!=Running; kubectl apply -f bad.yaml");
  const told = await run("istioctl analyze");
  expect(told).toContain('Error [IST0101] (VirtualService default/web) Referenced gateway not found: "nope"\n');
  expect(told).toContain(FOUND);
  await run("kubectl delete virtualservice web");
  expect(await run("istioctl analyze | grep -v IST0118")).not.toContain("IST0101");
});

test("a cluster that Istio may be installed in", async () => {
  expect(await run("istioctl x precheck")).toBe(
    "✔ No issues found when checking the cluster. Istio is safe to install or upgrade!\n  To get started, check out https://istio.io/latest/docs/setup/getting-started/.\n[0]\n",
  );
});

const FILES = {
  "bad.yaml": `apiVersion: networking.istio.io/v1
kind: VirtualService
metadata:
  name: web
spec:
  hosts: [web]
  gateways: [nope]
  http: [{ route: [{ destination: { host: web } }] }]
`,
};
