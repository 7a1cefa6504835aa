import { afterAll, beforeAll, expect, test } from "vitest";
import { type Installed, startInstalled } from "./installed.ts";

const CODE = "curl -sS -o /dev/null -w %{http_code}";
const INSTALL = "istioctl install --set profile=demo -y";

let cluster: Installed;

beforeAll(async () => {
  cluster = await startInstalled("egress", [
    INSTALL,
    "kubectl label namespace default istio-injection=enabled",
    "kubectl create deployment curl --image=curlimages/curl:8.16.0 -- sleep infinity",
    `kubectl patch deployment curl --type=json -p '[{"op":"replace","path":"/spec/template/spec/containers/0/name","value":"app"}]'`,
    "kubectl rollout status deployment curl --timeout=30s",
  ]);
}, 60_000);

afterAll(() => cluster?.end());

async function apply(object: string): Promise<void> {
  expect(await cluster.run("kubectl apply -f -", `---\n${object}`)).toMatch(/(created|configured)\n$/);
}

/** The last line of the access log of a proxy that tells of this. */
async function logged(target: string, what: string): Promise<string> {
  return cluster.until(`kubectl logs ${target} -c istio-proxy | grep -- '${what}' | tail -1`, /HTTP|- - -/);
}

const entry = (name: string, host: string, resolution: string): string => `
apiVersion: networking.istio.io/v1
kind: ServiceEntry
metadata: { name: ${name} }
spec:
  hosts: [${host}]
  location: MESH_EXTERNAL
  resolution: ${resolution}
  ports: [{ number: 80, name: http, protocol: HTTP${name === "bing" ? ", targetPort: 443" : ""} }, { number: 443, name: https, protocol: HTTPS }]
`;

test("what nobody knows goes through as it is", async () => {
  expect(await cluster.inPod(`${CODE} http://www.google.com/passed`)).toBe("200");
  expect(await cluster.inPod(`${CODE} https://www.google.com/`)).toBe("200");
  expect(await logged("deploy/curl", "/passed")).toMatch(/ PassthroughCluster .* allow_any$/m);
});

test.each(["DNS", "NONE"])("a ServiceEntry with resolution %s has routes: a time limit cuts", async (resolution) => {
  await apply(entry("httpbin", "httpbin.org", resolution));
  expect(await cluster.inPod(`${CODE} http://httpbin.org/headers?${resolution}`)).toBe("200");
  expect(await logged("deploy/curl", `headers.${resolution}`)).toContain(" outbound|80||httpbin.org ");
  const http = "[{ timeout: 0.1s, route: [{ destination: { host: httpbin.org } }] }]";
  await apply(
    `{ apiVersion: networking.istio.io/v1, kind: VirtualService, metadata: { name: httpbin }, spec: { hosts: [httpbin.org], http: ${http} } }`,
  );
  expect(await cluster.inPod(`${CODE} http://httpbin.org/delay/5`)).toBe("504");
  await cluster.run("kubectl delete virtualservice,serviceentry httpbin");
});

test("a DestinationRule begins TLS for a program that asks plainly", async () => {
  await apply(entry("bing", "edition.cnn.com", "DNS"));
  expect(await cluster.inPod(`${CODE} http://edition.cnn.com/politics`)).not.toBe("200");
  const policy = "{ portLevelSettings: [{ port: { number: 80 }, tls: { mode: SIMPLE } }] }";
  await apply(
    `{ apiVersion: networking.istio.io/v1, kind: DestinationRule, metadata: { name: bing }, spec: { host: edition.cnn.com, trafficPolicy: ${policy} } }`,
  );
  expect(await cluster.inPod(`${CODE} http://edition.cnn.com/politics`)).toBe("200");
  await cluster.run("kubectl delete destinationrule,serviceentry bing");
});

test("the egress gateway carries what a VirtualService sends to it", async () => {
  expect(await cluster.run("kubectl apply -f egress.yaml")).not.toContain("rror");
  expect(await cluster.inPod(`${CODE} http://edition.cnn.com/politics`)).toBe("301");
  const egress = await logged("deploy/istio-egressgateway -n istio-system", "/politics");
  expect(egress).toContain('"GET /politics HTTP/1.1" 301 - via_upstream');
  expect(egress).toContain(' "203.0.113.21:80" outbound|80||edition.cnn.com ');
  expect(await logged("deploy/curl", "/politics")).toContain(
    " outbound|80|cnn|istio-egressgateway.istio-system.svc.cluster.local ",
  );
  expect(await cluster.inPod("curl -sL http://edition.cnn.com/politics")).toContain("CNN (simulated)");
});

test("where only what is known may go, HTTP is answered 502 and TLS is cut", async () => {
  await cluster.run(`${INSTALL} --set meshConfig.outboundTrafficPolicy.mode=REGISTRY_ONLY`);
  expect(await cluster.inPod(`${CODE} http://www.google.com/blocked`)).toBe("502");
  expect(await logged("deploy/curl", "/blocked")).toMatch(/ 502 .* block_all$/m);
  expect(await cluster.inPod("curl -sS -o /dev/null https://www.google.com/")).toContain("exit code 35");
  expect(await cluster.inPod(`${CODE} https://edition.cnn.com/`)).toBe("200");
  await apply(entry("google", "www.google.com", "DNS"));
  expect(await cluster.inPod(`${CODE} http://www.google.com/`)).toBe("200");
});
