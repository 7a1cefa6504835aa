import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stopSandbox } from "../../../src/sandbox/index.ts";
import { releaseVersions } from "../../../src/sandbox/istio/index.ts";
import { findKubectl } from "../../support/kubectl.ts";
import { bundle } from "../life/bundle.ts";
import { close, type Opened, open } from "../life/opened.ts";

const SAMPLES = path.resolve(import.meta.dirname, "../../../src/sandbox/istio/samples");
const FOLDERS = readdirSync(SAMPLES);

// A mesh as a lesson makes it, with the samples of a release that was downloaded.
let dist: string;
let scratch: string;
let sandbox: Opened;

/** What a line prints, both streams, and its exit code where it is not 0. */
function run(line: string): Promise<string> {
  const PATH = `${sandbox.binDir}:${path.dirname(findKubectl())}:/bin:/usr/bin`;
  const env = { PATH, HOME: scratch, ...sandbox.env };
  return new Promise((resolve) => {
    const child = execFile("/bin/bash", ["-c", `exec 2>&1; ${line}`], { env, cwd: scratch }, (_, out) =>
      resolve(child.exitCode === 0 ? out : `${out}[${child.exitCode}]\n`),
    );
  });
}

beforeAll(async () => {
  dist = await bundle("samples");
  scratch = mkdtempSync(path.join(tmpdir(), "sandbox-samples-"));
  sandbox = await open(dist, { stateDir: path.join(scratch, "state"), cluster: "ready" });
  const made = await run(
    [
      "set -e",
      "kubectl wait --for=condition=Ready node --all",
      "curl -sSLO https://github.com/kubernetes-sigs/gateway-api/releases/download/v1.6.1/standard-install.yaml",
      "kubectl apply -f standard-install.yaml",
      ...releaseVersions().map((one) => `curl -sSL https://istio.io/downloadIstio | ISTIO_VERSION=${one} sh -`),
      `ln -s istio-${releaseVersions()[0]} istio`,
      "istio/bin/istioctl install --set profile=demo -y",
      "kubectl label namespace default istio-injection=enabled",
    ].join("; "),
  );
  expect(made).toMatch(/namespace\/default labeled\n$/);
});

afterAll(async () => {
  await close(sandbox);
  await stopSandbox(path.join(scratch, "state"));
  for (const folder of [dist, scratch]) rmSync(folder, { recursive: true, force: true });
});

function samplesIn(folder: string): readonly string[] {
  return readdirSync(path.join(SAMPLES, folder), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".yaml"))
    .map((file) => path.posix.join(folder, file))
    .sort();
}

/** How many objects a file holds: kubectl says one line of each. */
function countIn(file: string): number {
  return readFileSync(path.join(SAMPLES, file), "utf8").match(/^kind: /gm)?.length ?? 0;
}

/** What istiod says of the real samples, too: in fault-injection-details-v1.yaml a rule stands behind one that takes all. */
const WARNED: Readonly<Record<string, string>> = {
  bookinfo: "Warning: virtualService rule #1 not used (only the last rule can have no matches)\n",
};

test.each(FOLDERS)("each file of %s is taken", async (folder) => {
  const files = samplesIn(folder);
  const named = files.map((one) => `-f istio/samples/${one}`).join(" ");
  const taken = await run(`kubectl apply --dry-run=server ${named} 2>warned`);
  expect(await run("cat warned")).toBe(WARNED[folder] ?? "");
  const lines = taken.replaceAll(" (server dry run)", "").trimEnd().split("\n");
  const said = files.flatMap((file) => [`# ${file}`, ...lines.splice(0, countIn(file))]);
  const told = `${[...said, ...lines].join("\n")}\n`;
  await expect(told).toMatchFileSnapshot(path.join(import.meta.dirname, "samples", `${folder}.txt`));
});

test("releases differ in nothing but what their table says", async () => {
  const [newer = "", older = ""] = releaseVersions();
  expect(
    await run(`diff -r istio-${older}/samples istio-${newer}/samples | grep '^[<>]' | sort -u`),
  ).toMatchInlineSnapshot(`
    "<           image: docker.io/grafana/loki:3.6.5
    <           image: docker.io/jaegertracing/jaeger:2.14.0
    <           image: quay.io/kiali/kiali:v2.26
    <         version: v2.26
    <     version: v2.26
    < apiVersion: gateway.networking.k8s.io/v1alpha2
    >           image: docker.io/grafana/loki:3.6.7
    >           image: docker.io/jaegertracing/jaeger:2.17.0
    >           image: quay.io/kiali/kiali:v2.27
    >         version: v2.27
    >     version: v2.27
    > apiVersion: gateway.networking.k8s.io/v1
    "
  `);
});

test("Bookinfo comes up in the mesh and answers", async () => {
  const applied = await run("kubectl apply -f istio/samples/bookinfo/platform/kube/bookinfo.yaml");
  expect(applied).toMatchInlineSnapshot(`
    "service/details created
    serviceaccount/bookinfo-details created
    deployment.apps/details-v1 created
    service/ratings created
    serviceaccount/bookinfo-ratings created
    deployment.apps/ratings-v1 created
    service/reviews created
    serviceaccount/bookinfo-reviews created
    deployment.apps/reviews-v1 created
    deployment.apps/reviews-v2 created
    deployment.apps/reviews-v3 created
    service/productpage created
    serviceaccount/bookinfo-productpage created
    deployment.apps/productpage-v1 created
    "
  `);
  await run("kubectl wait --for=condition=Ready pod --all --timeout=60s");
  const pods = await run("kubectl get pods --no-headers");
  expect(
    pods
      .trimEnd()
      .split("\n")
      .map((line) => line.split(/\s+/).slice(1, 3).join(" ")),
  ).toEqual(Array(6).fill("2/2 Running"));
  expect(
    await run(
      "kubectl exec deploy/ratings-v1 -c ratings -- curl -sS productpage:9080/productpage | grep -o '<title>.*</title>'",
    ),
  ).toBe("<title>Simple Bookstore App</title>\n");
});

test("its clean-up takes away what came with it", async () => {
  await run("kubectl apply -f istio/samples/bookinfo/networking/bookinfo-gateway.yaml");
  const said = await run("NAMESPACE=default istio/samples/bookinfo/platform/kube/cleanup.sh");
  expect(said).toMatch(/^using NAMESPACE=default\n/);
  expect(said).toMatch(/\nApplication cleanup successful\n$/);
  expect(await run("kubectl get pods,virtualservices,gateways.networking.istio.io,deployments")).toBe(
    "No resources found in default namespace.\n",
  );
});

test("the addons become ready and say that they are up", async () => {
  await run("kubectl apply -f istio/samples/addons -f istio/samples/curl/curl.yaml");
  const wait = "wait --for=condition=Ready pod --all --timeout=60s";
  await run(`kubectl ${wait}; kubectl -n istio-system ${wait}`);
  const pods = await run("kubectl -n istio-system get pods --no-headers | awk '{ print $1, $2 }'");
  expect(pods.replaceAll(/-[a-z0-9]+-[a-z0-9]{5} /g, " ")).toBe(
    [
      "grafana 1/1",
      "istio-egressgateway 1/1",
      "istio-ingressgateway 1/1",
      "istiod 1/1",
      "jaeger 1/1",
      "kiali 1/1",
      "loki-0 2/2",
      "prometheus 2/2\n",
    ].join("\n"),
  );
  const asked = [
    "grafana:3000/api/health",
    "grafana:3000/api/search?query=Control%20Plane",
    "kiali:20001/kiali/healthz",
    "loki:3100/ready",
    "prometheus:9090/-/ready",
    "prometheus:9090/api/v1/query",
    "tracing:80/jaeger/api/services",
  ].map((one) => `http://${one.replace(":", ".istio-system:")}`);
  const curl = `curl -sS -w ' %{http_code}\\n' ${asked.map((one) => `'${one}'`).join(" ")}`;
  expect(await run(`kubectl exec deploy/curl -c curl -- ${curl}`)).toMatchInlineSnapshot(`
    "{"database":"ok","version":"12.0.1","commit":"sandbox"} 200
    [{"id":1,"uid":"1813f692a8e4ac77155348d4c7d2fba8","title":"Istio Control Plane Dashboard","url":"/d/1813f692a8e4ac77155348d4c7d2fba8/istio-control-plane-dashboard","type":"dash-db","tags":[],"folderTitle":"istio"}] 200
     200
    ready
     200
    Prometheus Server is Ready.
     200
    Prometheus (sandbox): \`/api/v1/query\` is not simulated.
     501
    Jaeger (sandbox): \`/jaeger/api/services\` is not simulated.
     501
    "
  `);
});
