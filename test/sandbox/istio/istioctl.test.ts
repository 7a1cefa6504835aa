import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stopSandbox } from "../../../src/sandbox/index.ts";
import { findKubectl } from "../../support/kubectl.ts";
import { bundle } from "../life/bundle.ts";
import { close, type Opened, open } from "../life/opened.ts";

// A sandbox as its user has it: our istioctl, the real kubectl.
let dist: string;
let stateDir: string;
let sandbox: Opened;

beforeAll(async () => {
  dist = await bundle("istioctl");
  stateDir = mkdtempSync(path.join(tmpdir(), "sandbox-istioctl-"));
  sandbox = await open(dist, { stateDir });
});

afterAll(async () => {
  await close(sandbox);
  await stopSandbox(stateDir);
  for (const folder of [dist, stateDir]) rmSync(folder, { recursive: true, force: true });
});

/** A line as a lesson would have it; both streams and the exit code as text. */
function run(line: string, streams = "2>&1"): Promise<string> {
  return new Promise((resolve) => {
    const PATH = `${sandbox.binDir}:${path.dirname(findKubectl())}:/bin:/usr/bin`;
    const script = `{ ${line}; } ${streams}; echo "[$?]"`;
    execFile("/bin/sh", ["-c", script], { env: { PATH, HOME: stateDir, ...sandbox.env }, cwd: stateDir }, (_, out) =>
      resolve(out),
    );
  });
}

test("without a cluster nothing is installed", async () => {
  expect(await run("istioctl version --remote=false; istioctl install -y")).toBe(
    "client version: 1.31.0 (sandbox)\nError: the sandbox has no cluster, expected one to install into: `kind create cluster` makes it\n[1]\n",
  );
});

test("what is not simulated, and what is wrong, is said", async () => {
  expect(await run("istioctl bug-report")).toMatch(
    /^istioctl \(sandbox\): `istioctl bug-report` is not simulated; .*\n\[1\]\n$/,
  );
  expect(await run("istioctl install --set profile=huge -y")).toBe(
    'Error: profile "huge" not found, expected default, demo, empty, minimal\n[1]\n',
  );
  expect(await run("ISTIO_VERSION=1.24.1 istioctl version --remote=false")).toBe(
    "Error: ISTIO_VERSION is 1.24.1, expected a patch of 1.31.0 or 1.30.4\n[1]\n",
  );
  expect(await run("istioctl uninstall -y")).toBe(
    "Error: at least one of the --revision or --purge flags must be set\n[1]\n",
  );
});

test("an installation comes, injects and goes", async () => {
  await run("kind create cluster --image kindest/node:v1.35.0 --wait 2m");
  expect(await run("istioctl install --set profile=demo", "2>/dev/null </dev/null")).toBe(
    'This will install the Istio 1.31.0 profile "demo" into the cluster. Proceed? (y/N) Cancelled.\n[1]\n',
  );
  const progress = await run("istioctl install --set profile=demo -y", "2>&1 >/dev/null");
  expect(
    progress
      .split("\n")
      .filter((line) => line.startsWith("✔"))
      .sort(),
  ).toMatchInlineSnapshot(`
    [
      "✔ Egress gateways installed 🛫",
      "✔ Ingress gateways installed 🛬",
      "✔ Installation complete",
      "✔ Istio core installed ⛵️",
      "✔ Istiod installed 🧠",
    ]
  `);
  expect(
    await run(
      "kubectl get deployments -n istio-system -o custom-columns=N:.metadata.name,R:.status.readyReplicas --no-headers",
    ),
  ).toMatchInlineSnapshot(`
    "istio-egressgateway    1
    istio-ingressgateway   1
    istiod                 1
    [0]
    "
  `);
  expect(await run("kubectl get crd -o name | grep -c 'istio.io$'")).toBe("15\n[0]\n");
  expect(
    await run("kubectl get configmap istio-ca-root-cert -n default -o jsonpath='{.data.root-cert\\.pem}' | head -1"),
  ).toBe("-----BEGIN CERTIFICATE-----\n[0]\n");
  expect(
    await run(
      "kubectl get validatingwebhookconfiguration istiod-default-validator -o jsonpath='{.webhooks[0].failurePolicy}'; kubectl get mutatingwebhookconfiguration istio-revision-tag-default -o jsonpath=' {.webhooks[*].clientConfig.caBundle}' | wc -w",
    ),
  ).toBe("Fail4\n[0]\n");
  writeFileSync(path.join(stateDir, "app.yaml"), APP);
  await run("kubectl label namespace default istio-injection=enabled && kubectl apply -f app.yaml");
  // The probe asks the agent, and that the application: only then are both Ready.
  expect(
    await run(
      "kubectl rollout status deployment/httpbin --timeout=60s >/dev/null && kubectl get pods --no-headers | awk '{print $2, $3}'",
    ),
  ).toBe("2/2 Running\n[0]\n");
  expect(await run("istioctl version")).toBe(
    "client version: 1.31.0 (sandbox)\ncontrol plane version: 1.31.0\ndata plane version: 1.31.0 (3 proxies)\n[0]\n",
  );
  await run(
    "kubectl delete configmap istio-ca-root-cert && kubectl wait --for=create configmap/istio-ca-root-cert --timeout=20s",
  );
  expect(await run("kubectl get configmap istio-ca-root-cert -o name")).toBe("configmap/istio-ca-root-cert\n[0]\n");
});

test("without istiod a pod that would be injected is not made, and its ReplicaSet says why", async () => {
  await run(
    "kubectl -n istio-system scale deployment istiod --replicas=0 && kubectl -n istio-system wait --for=delete pod -l app=istiod --timeout=60s",
  );
  await run("kubectl rollout restart deployment httpbin");
  await run(
    "timeout 60 sh -c 'until kubectl get events --field-selector reason=FailedCreate --no-headers 2>/dev/null | grep -q .; do :; done'",
  );
  expect(
    await run("kubectl get events --field-selector reason=FailedCreate -o jsonpath='{.items[0].message}'"),
  ).toMatch(
    /^Error creating: Internal error occurred: failed calling webhook "namespace\.sidecar-injector\.istio\.io": failed to call webhook: Post "https:\/\/istiod\.istio-system\.svc:443\/inject\?timeout=10s": dial tcp [\d.]+:443: connect: connection refused\[0\]\n$/,
  );
});

test("another profile takes away what it has not, and a purge everything", async () => {
  const less = await run("istioctl install --set profile=minimal -y", "2>/dev/null");
  expect(less).toContain("  Removed Deployment:istio-system:istio-egressgateway.\n");
  expect(await run("kubectl get deployments -n istio-system -o name")).toBe("deployment.apps/istiod\n[0]\n");
  const gone = await run("istioctl uninstall --purge -y");
  expect(gone).toMatch(
    /^All Istio resources will be pruned from the cluster\n( {2}Removed \S+\.\n)+✔ Uninstall complete\n\[0\]\n$/,
  );
  expect(await run("kubectl get crd,mutatingwebhookconfiguration,validatingwebhookconfiguration -o name")).toBe(
    "[0]\n",
  );
  expect(await run("istioctl version")).toContain("Istio is not present in the cluster");
});

test("a manifest is what an installation makes", async () => {
  expect(
    await run(
      "istioctl manifest generate --set profile=minimal | kubectl apply --dry-run=client -f - | grep -v customresource",
    ),
  ).toMatchInlineSnapshot(`
    "serviceaccount/istio-reader-service-account created (dry run)
    serviceaccount/istiod created (dry run)
    clusterrole.rbac.authorization.k8s.io/istio-reader-clusterrole-istio-system created (dry run)
    clusterrolebinding.rbac.authorization.k8s.io/istio-reader-clusterrole-istio-system created (dry run)
    clusterrole.rbac.authorization.k8s.io/istiod-clusterrole-istio-system created (dry run)
    clusterrolebinding.rbac.authorization.k8s.io/istiod-clusterrole-istio-system created (dry run)
    clusterrole.rbac.authorization.k8s.io/istiod-gateway-controller-istio-system created (dry run)
    clusterrolebinding.rbac.authorization.k8s.io/istiod-gateway-controller-istio-system created (dry run)
    role.rbac.authorization.k8s.io/istiod created (dry run)
    rolebinding.rbac.authorization.k8s.io/istiod created (dry run)
    configmap/istio created (dry run)
    configmap/istio-sidecar-injector created (dry run)
    configmap/values created (dry run)
    mutatingwebhookconfiguration.admissionregistration.k8s.io/istio-sidecar-injector created (dry run)
    validatingwebhookconfiguration.admissionregistration.k8s.io/istio-validator-istio-system created (dry run)
    service/istiod created (dry run)
    deployment.apps/istiod created (dry run)
    horizontalpodautoscaler.autoscaling/istiod created (dry run)
    [0]
    "
  `);
});

const APP = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: httpbin }
spec:
  selector: { matchLabels: { app: httpbin } }
  template:
    metadata: { labels: { app: httpbin } }
    spec:
      containers:
        - name: httpbin
          image: docker.io/mccutchen/go-httpbin:v2.15.0
          ports: [{ name: http, containerPort: 8080 }]
          readinessProbe: { httpGet: { path: /status/200, port: http }, periodSeconds: 1 }
`;
