import { expect, test } from "vitest";
import type { GatewayListener } from "../../../../src/sandbox/mesh/config/config.ts";
import { inboundPolicy } from "../../../../src/sandbox/mesh/config/policies.ts";
import type { HttpAnswer, Workload } from "../../../../src/sandbox/mesh/model.ts";
import { fromPod, plainly } from "../../../../src/sandbox/mesh/proxy/outbound.ts";
import type { Task } from "../../../../src/sandbox/mesh/task.ts";
import type { JsonObject, KubeObject } from "../../../../src/sandbox/objects/index.ts";
import { cluster, config, endpoint, get, ok, route, virtualMesh, workload } from "../mesh.ts";

const ingress = workload("ingress", "10.244.0.5", {
  proxy: "gateway",
  namespace: "istio-system",
  serviceAccount: "istio-ingressgateway-service-account",
});

function service(name: string, at: number): Workload {
  return workload(`${name}-v1`, `10.244.1.${at}`, { labels: { app: name }, serviceAccount: `bookinfo-${name}` });
}

const services: Readonly<Record<string, Workload>> = {
  productpage: service("productpage", 1),
  details: service("details", 2),
  reviews: service("reviews", 3),
  ratings: service("ratings", 4),
};

/** Whom each program asks before it answers. */
const CALLS: Readonly<Record<string, readonly string[]>> = {
  productpage: ["details", "reviews"],
  reviews: ["ratings"],
};

const policy = (name: string, spec: JsonObject): KubeObject => ({
  apiVersion: "security.istio.io/v1",
  kind: "AuthorizationPolicy",
  metadata: { namespace: "default", name },
  spec,
});

function viewer(app: string, ...by: readonly string[]): KubeObject {
  const source = by.length === 0 ? {} : { from: [{ source: { principals: by } }] };
  const rules = [{ ...source, to: [{ operation: { methods: ["GET"] } }] }];
  return policy(`${app}-viewer`, { selector: { matchLabels: { app } }, action: "ALLOW", rules });
}

/** Asks for the page from outside; what each service was answered with. */
function page(policies: readonly KubeObject[]) {
  const statuses: Record<string, number | string> = {};
  const list = (resource: string, namespace?: string): readonly KubeObject[] =>
    policies.filter(({ metadata }) => resource.endsWith("authorizationpolicies") && metadata.namespace === namespace);
  const routesTo = (name: string) => [route(name)];
  const hostOf = (name: string) => ({ name, domains: ["*"], routes: routesTo(name) });
  const table = (name: string) => ({ name, hosts: [hostOf(name)], find: () => hostOf(name) });
  const listener: GatewayListener = {
    kind: "http",
    name: "http.8080",
    routes: table("productpage"),
    tcp: [],
  };
  const own = config(
    [],
    Object.entries(services).map(([name, at]) => cluster(name, [endpoint(at, 9080)])),
    {
      // Each service has the address of its only pod.
      outbound: (_source, address) => {
        const [name = ""] = Object.entries(services).find(([, at]) => at.address === address) ?? [];
        return { kind: "http", routes: table(name), unknown: "passthrough", tcp: [] };
      },
      gateway: () => listener,
      inbound: (of, port) => inboundPolicy({ list }, of, port, "istio-system"),
    },
  );
  const { mesh, time, hops } = virtualMesh(own, ({ endpoint: { workload: at } }) => program(at));
  function* program(at: Workload | undefined): Task<HttpAnswer> {
    const [name = ""] = Object.entries(services).find(([, one]) => one === at) ?? [];
    for (const called of CALLS[name] ?? []) {
      const to = services[called];
      if (at === undefined || to === undefined) throw new Error(`no ${called}`);
      const answer = yield* fromPod(mesh, at, { address: to.address, port: 9080 }, get(), () => "unreachable");
      statuses[called] = typeof answer === "string" ? answer : answer.status;
    }
    return ok();
  }
  const answer = time.run(
    plainly(mesh, undefined, { address: "", port: 80 }, get(), () => endpoint(ingress, 8080), "172.18.0.1"),
  );
  statuses.productpage = typeof answer === "string" ? answer : answer.status;
  return { statuses, hops };
}

const BY = (name: string): string => `cluster.local/ns/default/sa/bookinfo-${name}`;
const NOTHING = policy("allow-nothing", {});
const STEPS = [
  NOTHING,
  viewer("productpage"),
  viewer("details", BY("productpage")),
  viewer("reviews", BY("productpage")),
  viewer("ratings", BY("reviews")),
];

test.each([
  ["no policy", [], { productpage: 200, details: 200, reviews: 200, ratings: 200 }],
  ["nothing is allowed", STEPS.slice(0, 1), { productpage: 403 }],
  ["the page is", STEPS.slice(0, 2), { productpage: 200, details: 403, reviews: 403 }],
  ["and details", STEPS.slice(0, 3), { productpage: 200, details: 200, reviews: 403 }],
  ["and reviews", STEPS.slice(0, 4), { productpage: 200, details: 200, reviews: 200, ratings: 403 }],
  ["and ratings", STEPS, { productpage: 200, details: 200, reviews: 200, ratings: 200 }],
])("Bookinfo, step by step: %s", (_title, policies, statuses) => {
  expect(page(policies).statuses).toEqual(statuses);
});

test("both proxies tell of a refusal, the server's with its reason", () => {
  const refused = page(STEPS.slice(0, 2)).hops.filter(({ status }) => status === 403);
  expect(
    refused.map(({ workload: { name }, direction, details, responseFlags }) => [
      name,
      direction,
      details,
      responseFlags,
    ]),
  ).toEqual([
    ["details-v1", "inbound", "rbac_access_denied_matched_policy[none]", []],
    ["productpage-v1", "outbound", "via_upstream", []],
    ["reviews-v1", "inbound", "rbac_access_denied_matched_policy[none]", []],
    ["productpage-v1", "outbound", "via_upstream", []],
  ]);
});

const DENIED = "rbac_access_denied_matched_policy[ns[istio-system]-policy[outside]-rule[0]]";

test("a gateway has policies of its own, for the port that it listens on", () => {
  const at = (port: string): KubeObject => {
    const rules = [{ to: [{ operation: { ports: [port] } }], from: [{ source: { ipBlocks: ["172.18.0.0/16"] } }] }];
    const { metadata, ...rest } = policy("outside", { action: "DENY", rules });
    return { ...rest, metadata: { ...metadata, namespace: "istio-system" } };
  };
  expect(page([at("80")]).statuses.productpage).toBe(200);
  const { statuses, hops } = page([at("8080")]);
  expect([statuses, hops.map((hop) => [hop.direction, hop.details, hop.cluster, hop.upstreamHost])]).toEqual([
    { productpage: 403 },
    [["gateway", DENIED, "productpage", undefined]],
  ]);
});
