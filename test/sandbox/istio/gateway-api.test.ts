import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Installed, startInstalled } from "./installed.ts";

const ROOT = path.resolve(import.meta.dirname, "../../..");
const POOL = `
apiVersion: metallb.io/v1beta1
kind: IPAddressPool
metadata: { name: first-pool, namespace: metallb-system }
spec: { addresses: [172.18.255.200-172.18.255.250] }
---
apiVersion: metallb.io/v1beta1
kind: L2Advertisement
metadata: { name: layer2, namespace: metallb-system }
`;

let cluster: Installed;

const run: Installed["run"] = (line, input) => cluster.run(line, input);

beforeAll(async () => {
  cluster = await startInstalled("gateway-api", [
    "istioctl install --set profile=minimal --set meshConfig.accessLogFile=/dev/stdout -y",
    `kubectl apply --server-side -f ${ROOT}/fixtures/sandbox/istio/gateway-api.json`,
    `kubectl apply -f ${ROOT}/lessons/files/metallb-sandbox.yaml`,
    "kubectl label namespace default istio-injection=enabled",
    "kubectl apply -f bookinfo.yaml",
    "kubectl wait --for=condition=Available deployment --all -A --timeout=30s",
  ]);
  await run("kubectl apply -f -", POOL);
}, 90_000);

afterAll(() => cluster?.end());

/** An HTTPRoute with these rules (JSON), for a parent; the default one is the gateway. */
function route(name: string, rules: string, parent = "name: bookinfo-gateway", more = ""): Promise<string> {
  return run(
    "kubectl apply -f -",
    `
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: { name: ${name} }
spec: { parentRefs: [{ ${parent} }], rules: ${rules}${more} }
`,
  );
}

const conditions = (name: string): string =>
  `kubectl get httproute ${name} -o jsonpath='{range .status.parents[*].conditions[*]}{.type}={.status} {.reason}: {.message}{"\\n"}{end}'`;

const RATINGS = "[{ backendRefs: [{ name: ratings, port: 9080 }] }]";
const toReviews = "group: '', kind: Service, name: reviews, port: 9080";
/** Which reviews answer a pod, over so many requests. */
async function versions(count: number, more = ""): Promise<Record<string, number>> {
  const asked = `for i in $(seq ${count}); do curl -s ${more} http://reviews:9080/reviews/0; done`;
  const out = await cluster.inPod(`sh -c '${asked}'`);
  const found: Record<string, number> = {};
  for (const [, version = ""] of out.matchAll(/"podname": ?"reviews-(v\d)/g))
    found[version] = (found[version] ?? 0) + 1;
  if (Object.keys(found).length === 0) throw new Error(out.slice(0, 500));
  return found;
}

test("istiod brings its classes when the definitions come", async () => {
  expect(await run("kubectl get gatewayclass --no-headers | sed 's/ \\+/ /g; s/ [0-9]*s$//'")).toBe(
    "istio istio.io/gateway-controller True\nistio-remote istio.io/unmanaged-gateway True\n",
  );
});

test("a Gateway gets its proxies, a Service and an address", async () => {
  expect(await run("kubectl apply -f bookinfo-gateway.yaml")).toContain("bookinfo-gateway created");
  expect(await run("kubectl wait --for=condition=programmed gtw bookinfo-gateway --timeout=20s")).toBe(
    "gateway.gateway.networking.k8s.io/bookinfo-gateway condition met\n",
  );
  expect(await run("kubectl get gtw --no-headers | sed 's/ \\+/ /g; s/ [0-9]*s$//'")).toBe(
    "bookinfo-gateway istio 172.18.255.200 True\n",
  );
  const status = "{.status.conditions[1].message}{'\\n'}{.status.listeners[*].attachedRoutes}";
  expect(await run(`kubectl get gtw bookinfo-gateway -o jsonpath="${status}"`)).toBe(
    "Resource programmed, assigned to service(s) bookinfo-gateway-istio.default.svc.cluster.local:80\n1",
  );
  const own = "-l gateway.networking.k8s.io/gateway-name=bookinfo-gateway";
  expect(await run(`kubectl get deploy,svc,sa,hpa,pdb ${own} -o name`)).toBe(
    "deployment.apps/bookinfo-gateway-istio\nservice/bookinfo-gateway-istio\nserviceaccount/bookinfo-gateway-istio\n",
  );
  const title = await cluster.until("curl -s http://172.18.255.200/productpage | grep -o '<title>.*</title>'", /title/);
  expect(title).toBe("<title>Simple Bookstore App</title>\n");
  expect(await run("curl -s -o /dev/null -w '%{http_code}' http://172.18.255.200/other")).toBe("404");
  expect(await run(conditions("bookinfo"))).toBe(
    "Accepted=True Accepted: Route was valid\nResolvedRefs=True ResolvedRefs: All references resolved\n",
  );
});

test("what istiod has deployed comes back when it is deleted, and goes with its Gateway", async () => {
  await run("kubectl delete service bookinfo-gateway-istio");
  const address = "kubectl get service bookinfo-gateway-istio -o jsonpath='{.status.loadBalancer.ingress[0].ip}'";
  expect(await cluster.until(address, /^172/)).toBe("172.18.255.200");
  const gateway = { gatewayClassName: "istio", listeners: [{ name: "http", port: 8080, protocol: "HTTP" }] };
  const metadata = { name: "short", annotations: { "networking.istio.io/service-type": "ClusterIP" } };
  const object = { apiVersion: "gateway.networking.k8s.io/v1", kind: "Gateway", metadata, spec: gateway };
  await run("kubectl apply -f -", JSON.stringify(object));
  await run("kubectl wait --for=condition=programmed gtw short --timeout=20s");
  expect(await run("kubectl get gtw short -o jsonpath='{.status.addresses[0].value}'")).toBe(
    "short-istio.default.svc.cluster.local",
  );
  await run("kubectl delete gtw short");
  expect(await cluster.until("kubectl get deploy,svc,sa -o name | grep short; true", /^$/)).toBe("");
});

describe("a route's status", () => {
  test.each([
    [
      "a backend that is not there",
      "[{ backendRefs: [{ name: nothing, port: 80 }] }]",
      "name: bookinfo-gateway",
      "ResolvedRefs=False BackendNotFound: backend(nothing.default.svc.cluster.local) not found",
    ],
    [
      "a backend over the border",
      "[{ backendRefs: [{ name: kube-dns, namespace: kube-system, port: 53 }] }]",
      "name: bookinfo-gateway",
      'ResolvedRefs=False RefNotPermitted: backendRef kube-dns/kube-system not accessible to a HTTPRoute in namespace "default" (missing a ReferenceGrant?)',
    ],
    [
      "a section that is not there",
      RATINGS,
      "name: bookinfo-gateway, sectionName: https",
      'Accepted=False NoMatchingParent: sectionName "https" not found',
    ],
    [
      "a Service that is not there",
      RATINGS,
      "group: '', kind: Service, name: nothing",
      'Accepted=False NoMatchingParent: parent service: "nothing" not found',
    ],
  ])("%s", async (_, rules, parent, told) => {
    await route("tried", rules, parent);
    expect(await cluster.until(conditions("tried"), /=False/)).toContain(told);
    await run("kubectl delete httproute tried");
  });

  test("another namespace, where the listener is for its own", async () => {
    await run("kubectl create namespace other");
    const spec = { parentRefs: [{ name: "bookinfo-gateway", namespace: "default" }] };
    const object = { apiVersion: "gateway.networking.k8s.io/v1", kind: "HTTPRoute", metadata: { name: "tried" }, spec };
    expect(await run("kubectl apply -n other -f -", JSON.stringify(object))).toContain("created");
    expect(await cluster.until(conditions("tried -n other"), /=False/)).toContain(
      'Accepted=False NotAllowedByListeners: hostnames matched parent hostname "", but namespace "other" is not allowed by the parent',
    );
  });
});

test("a backend that is not there answers 500, a redirect, a rewrite, a time limit", async () => {
  const rules = [
    "{ matches: [{ path: { value: /gone } }], backendRefs: [{ name: nothing, port: 80 }] }",
    "{ matches: [{ path: { value: /old } }], filters: [{ type: RequestRedirect, requestRedirect: { path: { type: ReplacePrefixMatch, replacePrefixMatch: /new }, statusCode: 301 } }] }",
    "{ matches: [{ path: { value: /shop } }], filters: [{ type: URLRewrite, urlRewrite: { path: { type: ReplacePrefixMatch, replacePrefixMatch: /api/v1/products } } }], backendRefs: [{ name: productpage, port: 9080 }] }",
  ];
  await route("more", `[${rules.join(", ")}]`);
  const code = (place: string): string => `curl -s -o /dev/null -w '%{http_code} %{redirect_url}' ${place}`;
  expect(await cluster.until(code("http://172.18.255.200/gone"), /^500/)).toBe("500 ");
  expect(await run(code("http://172.18.255.200/old/a"))).toBe("301 http://172.18.255.200/new/a");
  expect(await run("curl -s http://172.18.255.200/shop/0")).toContain('"ISBN-10"');
  await run("kubectl delete httproute more");
});

test("a Service as the parent: weights, a header, a mirror", async () => {
  const to = (version: string, weight = 1): string => `{ name: reviews-${version}, port: 9080, weight: ${weight} }`;
  await route("reviews", `[{ backendRefs: [${to("v1", 1)}, ${to("v3", 1)}] }]`, toReviews);
  await cluster.until(conditions("reviews"), /Accepted=True/);
  const { v1 = 0, v3 = 0, ...none } = await versions(200);
  expect(none).toEqual({});
  expect(v1 + v3).toBe(200);
  // Four sigma of a binomial share.
  expect(Math.abs(v1 - 100)).toBeLessThan(29);
  const jason = "{ headers: [{ name: end-user, value: jason }] }";
  await route(
    "reviews",
    `[{ matches: [${jason}], backendRefs: [${to("v2")}] }, { backendRefs: [${to("v1")}], filters: [{ type: RequestMirror, requestMirror: { backendRef: { name: reviews-v3, port: 9080 } } }] }]`,
    toReviews,
  );
  const seen = "kubectl logs deploy/reviews-v3 -c istio-proxy | grep 'inbound|9080' | grep -c seen-twice; true";
  expect(await versions(10, "-H end-user:jason")).toEqual({ v2: 10 });
  expect(await run(seen)).toBe("0\n");
  expect(await versions(10, "-A seen-twice")).toEqual({ v1: 10 });
  expect(await cluster.until(seen, /^10$/m)).toBe("10\n");
});

test("without istiod nobody does anything; later it is done", async () => {
  await run("kubectl scale deployment istiod -n istio-system --replicas=0");
  await cluster.until("kubectl get deployment istiod -n istio-system -o jsonpath='{.status.readyReplicas}'", /^$/);
  await run("kubectl delete service bookinfo-gateway-istio; kubectl delete gatewayclass istio-remote");
  const left = "kubectl get service bookinfo-gateway-istio; kubectl get gatewayclass istio-remote";
  expect(await run(left)).toMatch(/"bookinfo-gateway-istio" not found\n.*"istio-remote" not found/);
  await run("kubectl scale deployment istiod -n istio-system --replicas=1");
  await run("kubectl rollout status deployment istiod -n istio-system --timeout=20s");
  const back = "kubectl get service/bookinfo-gateway-istio gatewayclass/istio-remote -o name";
  expect(await cluster.until(back, /istio-remote\n$/)).toBe(
    "service/bookinfo-gateway-istio\ngatewayclass.gateway.networking.k8s.io/istio-remote\n",
  );
});
