import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stopSandbox } from "../../../src/sandbox/index.ts";
import { findKubectl } from "../../support/kubectl.ts";
import { bundle } from "../life/bundle.ts";
import { close, type Opened, open } from "../life/opened.ts";

// What proxies know, asked of a sandbox as its user has it: through the API server, by pods' real names.
const FILES = path.join(import.meta.dirname, "files");
let dist: string;
let stateDir: string;
let sandbox: Opened;

beforeAll(async () => {
  dist = await bundle("proxy-config");
  stateDir = mkdtempSync(path.join(tmpdir(), "sandbox-proxy-config-"));
  sandbox = await open(dist, { stateDir, cluster: "ready" });
  await run("istioctl install --set profile=demo -y");
  await run("kubectl label namespace default istio-injection=enabled");
  await run(`kubectl apply -f ${FILES}/seen.yaml`);
  await run("kubectl rollout status deployment/reviews-v1 --timeout=60s");
});

afterAll(async () => {
  await close(sandbox);
  await stopSandbox(stateDir);
  for (const folder of [dist, stateDir]) rmSync(folder, { recursive: true, force: true });
});

/** A line as a lesson would have it; both streams and the exit code as text, without what is drawn by chance. */
async function run(line: string): Promise<string> {
  const text = await new Promise<string>((resolve) => {
    const PATH = `${sandbox.binDir}:${path.dirname(findKubectl())}:/bin:/usr/bin`;
    const script = `{ ${line}; } 2>&1; echo "[$?]"`;
    execFile("/bin/sh", ["-c", script], { env: { PATH, HOME: stateDir, ...sandbox.env }, cwd: stateDir }, (_, out) =>
      resolve(out),
    );
  });
  return text
    .replaceAll(/-[0-9a-f]{8,10}-[a-z0-9]{5}\b/g, "-<pod>")
    .replaceAll(/\b10\.(?:96|244)\.\d+\.\d+/g, "<ip>")
    .replaceAll(/\b[0-9a-f]{29,32}\b/g, "<serial>")
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:]+Z/g, "<time>")
    .replaceAll(/loaded at [^)]+/g, "loaded at <time>")
    .replaceAll(/ {2,}/g, "  ");
}

const DEPLOYMENT = "deployment/reviews-v1";
const POD = "$(kubectl get pods -l app=reviews -o jsonpath='{.items[0].metadata.name}')";

test("who is connected, and whether proxies and istiod agree", async () => {
  expect(await run("istioctl proxy-status")).toMatchInlineSnapshot(`
    "NAME  CLUSTER  ISTIOD  VERSION  SUBSCRIBED TYPES
    istio-egressgateway-<pod>.istio-system  Kubernetes  istiod-<pod>  1.31.0  3 (CDS,LDS,EDS)
    istio-ingressgateway-<pod>.istio-system  Kubernetes  istiod-<pod>  1.31.0  4 (CDS,LDS,EDS,RDS)
    reviews-v1-<pod>.default  Kubernetes  istiod-<pod>  1.31.0  4 (CDS,LDS,EDS,RDS)
    [0]
    "
  `);
  expect(await run(`istioctl ps ${DEPLOYMENT}`)).toMatchInlineSnapshot(`
    "Clusters Match
    Listeners Match
    Routes Match (RDS last loaded at <time>)
    [0]
    "
  `);
  expect(await run("istioctl x internal-debug syncz | grep -c '\"proxy\"'")).toBe("3\n[0]\n");
});

test("each part of a proxy's configuration", async () => {
  expect(await run(`istioctl proxy-config cluster ${POD} --fqdn reviews`)).toMatchInlineSnapshot(`
    "SERVICE FQDN  PORT  SUBSET  DIRECTION  TYPE  DESTINATION RULE
    reviews.default.svc.cluster.local  9080  -  outbound  EDS  reviews.default
    reviews.default.svc.cluster.local  9080  v1  outbound  EDS  reviews.default
    reviews.default.svc.cluster.local  9080  v2  outbound  EDS  reviews.default
    [0]
    "
  `);
  expect(await run(`istioctl pc listener ${DEPLOYMENT} --port 15006`)).toMatchInlineSnapshot(`
    "ADDRESSES PORT  MATCH  DESTINATION
    0.0.0.0  15006 Addr: *:15006  Non-HTTP/Non-TCP
    0.0.0.0  15006 Trans: tls; App: istio-http/1.0,istio-http/1.1,istio-h2  InboundPassthroughCluster
    0.0.0.0  15006 Trans: raw_buffer; App: http/1.1,h2c  InboundPassthroughCluster
    0.0.0.0  15006 Trans: tls; App: TCP TLS  InboundPassthroughCluster
    0.0.0.0  15006 Trans: raw_buffer  InboundPassthroughCluster
    0.0.0.0  15006 Trans: tls  InboundPassthroughCluster
    0.0.0.0  15006 Trans: tls; App: istio,istio-peer-exchange,istio-http/1.0,istio-http/1.1,istio-h2; Addr: *:9080 Cluster: inbound|9080||
    0.0.0.0  15006 Trans: raw_buffer; Addr: *:9080  Cluster: inbound|9080||
    [0]
    "
  `);
  expect(await run(`istioctl pc route ${POD}.default --name 9080`)).toMatchInlineSnapshot(`
    "NAME  VHOST NAME  DOMAINS  MATCH  VIRTUAL SERVICE
    9080  reviews.default.svc.cluster.local:9080  reviews.default.svc.cluster.local., reviews + 2 more...  /*  reviews.default
    [0]
    "
  `);
  expect(
    await run(`istioctl pc route ${DEPLOYMENT} --name 9080 -o json | grep -A 4 '"name": "outbound' | grep weight`),
  ).toMatchInlineSnapshot(`
    "  "weight": 60
      "weight": 40
    [0]
    "
  `);
  expect(await run(`istioctl pc endpoint ${DEPLOYMENT} --port 9080`)).toMatchInlineSnapshot(`
    "ENDPOINT  STATUS  OUTLIER CHECK  CLUSTER
    <ip>:9080  HEALTHY  OK  outbound|9080|v1|reviews.default.svc.cluster.local
    <ip>:9080  HEALTHY  OK  outbound|9080||reviews.default.svc.cluster.local
    [0]
    "
  `);
  expect(await run(`istioctl pc secret ${DEPLOYMENT}`)).toMatchInlineSnapshot(`
    "RESOURCE NAME  TYPE  STATUS  VALID CERT  SERIAL NUMBER  NOT AFTER  NOT BEFORE
    default  Cert Chain  ACTIVE  true  <serial>  <time>  <time>
    ROOTCA  CA  ACTIVE  true  <serial>  <time>  <time>
    [0]
    "
  `);
  expect(await run(`istioctl pc bootstrap ${DEPLOYMENT} -o short`)).toMatchInlineSnapshot(`
    "Istio Version:  1.31.0
    Istio Proxy Version: simulated
    Envoy Version:  sandbox/simulated
    [0]
    "
  `);
  expect(await run(`istioctl pc log ${DEPLOYMENT} --level rbac:debug | grep rbac`)).toMatchInlineSnapshot(`
    "  rbac: debug
    [0]
    "
  `);
  expect(await run("istioctl -n istio-system pc route deploy/istio-ingressgateway")).toMatchInlineSnapshot(`
    "NAME  VHOST NAME  DOMAINS  MATCH  VIRTUAL SERVICE
    http.8080  *:8080  *  /reviews*  in.default
      backend  *  /stats/prometheus*  
      backend  *  /healthz/ready*  
    [0]
    "
  `);
});

test("a dump that kubectl has brought is read like the proxy's own", async () => {
  const saved = `kubectl exec ${POD} -c istio-proxy -- pilot-agent request GET config_dump > dump.json`;
  expect(
    await run(`${saved} && istioctl pc cluster --file dump.json > a && istioctl pc cluster ${POD} | diff a -`),
  ).toBe("[0]\n");
  expect(await run(`kubectl exec ${POD} -c istio-proxy -- pilot-agent request GET certs | grep -c spiffe`)).toBe(
    "1\n[0]\n",
  );
});

test("what concerns a pod and a service", async () => {
  expect(await run(`istioctl x describe pod ${POD}`)).toMatchInlineSnapshot(`
    "Pod: reviews-v1-<pod>
      Pod Revision: default
      Pod Ports: 9080 (reviews)
    --------------------
    Service: reviews
      Port: http 9080/HTTP targets pod port 9080
    DestinationRule: reviews for "reviews"
      Matching subsets: v1
      (Non-matching subsets v2)
      No Traffic Policy
    VirtualService: reviews
      Route to host "reviews" subset "v1" with weight 60%
    RBAC policies: ns[default]-policy[only-get]-rule[0]
    --------------------
    Effective PeerAuthentication:
      Workload mTLS mode: PERMISSIVE
    --------------------
    Exposed on Ingress Gateway http://172.18.0.2
    VirtualService: in
      Match: /reviews*
    [0]
    "
  `);
  expect(await run("istioctl experimental describe service reviews | head -1")).toBe("Service: reviews\n[0]\n");
  expect(await run(`istioctl x authz check ${POD}`)).toMatchInlineSnapshot(`
    "ACTION  AuthorizationPolicy  RULES
    ALLOW  only-get.default  1
    [0]
    "
  `);
});

test("the namespace is the context's; what is not there, or has no proxy, is said", async () => {
  expect(
    await run("kubectl config set-context --current --namespace=kube-system >/dev/null; istioctl pc c nobody"),
  ).toBe(
    'Error: failed to execute command on nobody.kube-system sidecar: failure running port forward process: pods "nobody" not found\n[1]\n',
  );
  expect(await run("istioctl pc c deploy/coredns")).toMatch(
    /^Error: failed to execute command on coredns-<pod>\.kube-system sidecar: failure running port forward process: error forwarding port 15000 to pod .*connection refused\n\[1\]\n$/,
  );
  expect(await run("istioctl pc c deploy/none")).toBe(
    'Error: failed retrieving: deployments.apps "none" not found in the "kube-system" namespace\n[1]\n',
  );
});
