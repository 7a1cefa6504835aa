import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stopSandbox } from "../../../src/sandbox/index.ts";
import { findKubectl } from "../../support/kubectl.ts";
import { bundle } from "../life/bundle.ts";
import { close, type Opened, open } from "../life/opened.ts";

// Commands of istioctl that look at files and at injection, as a lesson calls them.
let dist: string;
let stateDir: string;
let sandbox: Opened;

beforeAll(async () => {
  dist = await bundle("istioctl-tools");
  stateDir = mkdtempSync(path.join(tmpdir(), "sandbox-istioctl-tools-"));
  sandbox = await open(dist, { stateDir });
  mkdirSync(path.join(stateDir, "folder"));
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

test.each([
  ["-f good.yaml", '"good.yaml" is valid\n[0]\n'],
  ["-f - < good.yaml", "validation succeed\n[0]\n"],
  ["-f folder", '"folder/good.yml" is valid\n[0]\n'],
  [
    "-f warned.yaml",
    '"warned.yaml" has warnings: \n\t* VirtualService//one: virtualService rule #1 not used (only the last rule can have no matches)\n\n[0]\n',
  ],
  [
    "-f bad.yaml -f good.yaml",
    'Error: 4 errors occurred:\n\t* VirtualService//typo: cannot parse proto message: unknown field "wieght" in istio.networking.v1alpha3.HTTPRouteDestination\n\t* VirtualService/shop/number: cannot parse proto message: invalid character \'O\' after top-level value\n\t* VirtualService//time: cannot parse proto message: bad Duration: time: unknown unit "x" in duration "3x"\n\t* Gateway//empty: gateway must have at least one server\n[1]\n',
  ],
  [
    "-f service.yaml",
    'Error: 1 error occurred:\n\t* Service//web: service "web//:" port "main" does not follow the Istio naming convention. See https://istio.io/v1.31/docs/ops/deployment/application-requirements/\n[1]\n',
  ],
  [
    "-f missing.yaml",
    'Error: 1 error occurred:\n\t* cannot stat file "missing.yaml": stat missing.yaml: no such file or directory\n[1]\n',
  ],
])("istioctl validate %s", async (given, said) => {
  expect(await run(`istioctl validate ${given}`)).toBe(said);
});

test("kube-inject says what it needs and has not", async () => {
  await run("kind create cluster --wait 2m");
  expect(await run("istioctl kube-inject -f app.yaml")).toContain(
    'Error: could not read valid configmap "istio" from namespace "istio-system": configmaps "istio" not found - Use --meshConfigFile',
  );
  expect(await run("istioctl x check-inject -l app=a; istioctl x injector list; istioctl tag list")).toBe(
    "ERROR: no Istio injection hooks present.\nNo Istio injected namespaces present.\n\nNo Istio injection hooks present.\nNo Istio revision tag MutatingWebhookConfigurations to list\n[0]\n",
  );
});

test("kube-inject brings the sidecar where nobody injects", async () => {
  await run("istioctl install --set profile=minimal -y");
  expect(await run("kubectl apply -f <(istioctl kube-inject -f app.yaml)")).toBe(
    "service/web created\ndeployment.apps/web created\n[0]\n",
  );
  expect(
    await run(
      "kubectl rollout status deployment/web --timeout=60s >/dev/null && kubectl get pods --no-headers | awk '{print $2, $3}'",
    ),
  ).toBe("2/2 Running\n[0]\n");
  expect(await run("istioctl kube-inject -f host.yaml | grep -c istio-proxy")).toBe(
    '\n===> Skipping injection because "/host" has host networking enabled\n\n0\n[1]\n',
  );
});

test("who injects is told by the labels of namespace and pod", async () => {
  await run("kubectl label namespace default istio-injection=enabled");
  expect(await run("istioctl x check-inject deploy/web")).toBe(
    "WEBHOOK                     REVISION  INJECTED      REASON\nistio-revision-tag-default  default   \x1b[32m✔\x1b[0m             Namespace label istio-injection=enabled matches\nistio-sidecar-injector      default   \x1b[31m✘\x1b[0m             The injection webhook is deactivated, and will never match labels.\n[0]\n",
  );
  expect(await run("istioctl x check-inject -l sidecar.istio.io/inject=false | awk 'NR==2 {$1=$1; print}'")).toBe(
    "istio-revision-tag-default default \x1b[31m✘\x1b[0m Pod has sidecar.istio.io/inject=false label, preventing injection\n[0]\n",
  );
  expect(await run("istioctl x injector list")).toMatchInlineSnapshot(`
    "NAMESPACE ISTIO-REVISION POD-REVISIONS
    default   default        default: 1

    NAMESPACES          INJECTOR-HOOK              ISTIO-REVISION SIDECAR-IMAGE
    default             istio-revision-tag-default default        registry.istio.io/release/proxyv2:1.31.0
    DOES NOT AUTOINJECT istio-sidecar-injector     default        registry.istio.io/release/proxyv2:1.31.0
    [0]
    "
  `);
});

test("a tag is another name of a revision: pods are injected by it until it is removed", async () => {
  expect(await run("istioctl tag set prod --revision none")).toBe(
    'Error: cannot modify tag: cannot find MutatingWebhookConfiguration with revision "none"\n[1]\n',
  );
  expect(await run("istioctl tag set prod --revision default")).toBe(
    'Revision tag "prod" created, referencing control plane revision "default". To enable injection using this\nrevision tag, use \'kubectl label namespace <NAMESPACE> istio.io/rev=prod\'\n[0]\n',
  );
  expect(await run("istioctl tag set prod --revision default")).toBe(
    'Error: revision tag "prod" already exists, and --overwrite is false\n[1]\n',
  );
  await run("kubectl create namespace shop && kubectl label namespace shop istio.io/rev=prod");
  await run("kubectl -n shop run one --image=curlimages/curl --command -- sleep 1d");
  expect(await run("kubectl -n shop get pod one -o jsonpath='{.spec.initContainers[*].name}'")).toBe(
    "istio-init istio-proxy[0]\n",
  );
  expect(await run("istioctl tag list")).toBe(
    "TAG     REVISION NAMESPACES\ndefault default  \nprod    default  shop\n[0]\n",
  );
  expect(await run("istioctl tag remove prod </dev/null")).toBe(
    'Caution, found 1 namespace(s) still injected by tag "prod": shop\nProceed with operation? [y/N]Aborting operation.\n[0]\n',
  );
  expect(await run("istioctl tag remove prod -y; istioctl tag remove prod")).toBe(
    'Revision tag prod removed\nError: cannot remove tag "prod": cannot find MutatingWebhookConfiguration for tag\n[1]\n',
  );
  expect(await run("istioctl tag generate prod --revision default | grep -c 'name: rev.namespace.sidecar'")).toBe(
    "1\n[0]\n",
  );
});

test("a dashboard without its pod is said, one with it is forwarded while the command runs", async () => {
  expect(await run("istioctl dashboard kiali")).toBe("Error: no Kiali pods found\n[1]\n");
  expect(await run("istioctl dashboard nothing")).toBe('Error: unknown dashboard "nothing"\n[1]\n');
  expect(await run("istioctl d envoy")).toBe("Error: specify a pod or --selector\n[1]\n");
  // The line with the address comes once the port listens; then the reader ends the command.
  const line = "coproc istioctl dashboard envoy deployment/web --browser=false -p 0; read -r url <&$COPROC; ";
  const told = await run(
    `${line} curl -s --noproxy '*' -o /dev/null -w '%{http_code}' $url/stats; kill $COPROC_PID; echo " $url"`,
  );
  expect(told).toMatch(/^200 http:\/\/localhost:\d+\n\[0\]\n$/);
});

const SERVICE = "apiVersion: v1\nkind: Service\nmetadata: { name: web }\n";
const ROUTE = "route: [{ destination: { host: a } }]";

function virtualService(metadata: string, http: string): string {
  return `apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: ${metadata}\nspec: { hosts: [a], http: [${http}] }\n`;
}

function deployment(name: string, more = ""): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
${more}      containers: [{ name: app, image: docker.io/mccutchen/go-httpbin:v2.15.0 }]
`;
}

const FILES: Readonly<Record<string, string>> = {
  "good.yaml": `# routes\n---\n${virtualService("{ name: one }", `{ ${ROUTE} }`)}`,
  "folder/good.yml": virtualService("{ name: one }", `{ ${ROUTE} }`),
  "folder/note.txt": "no YAML: [",
  "warned.yaml": virtualService("{ name: one }", `{ ${ROUTE} }, { ${ROUTE} }`),
  "bad.yaml": [
    virtualService("{ name: typo }", "{ route: [{ destination: { host: a }, wieght: 1 }] }"),
    virtualService("{ name: number, namespace: shop }", "{ route: [{ destination: { host: a }, weight: 6O }] }"),
    virtualService("{ name: time }", `{ timeout: 3x, ${ROUTE} }`),
    "apiVersion: networking.istio.io/v1\nkind: Gateway\nmetadata: { name: empty }\nspec: {}\n",
  ].join("---\n"),
  "service.yaml": `${SERVICE}spec: { ports: [{ name: main, port: 80 }] }\n`,
  "app.yaml": `${SERVICE}spec: { ports: [{ name: http, port: 80 }] }\n---\n${deployment("web")}`,
  "host.yaml": deployment("host", "      hostNetwork: true\n"),
};
