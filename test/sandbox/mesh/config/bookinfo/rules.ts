const NETWORKING = "apiVersion: networking.istio.io/v1";
const ROUTES = "apiVersion: gateway.networking.k8s.io/v1";

function virtualService(host: string, http: string): string {
  return `---\n${NETWORKING}\nkind: VirtualService\nmetadata: { name: ${host} }\nspec:\n  hosts: [${host}]\n  http:\n${http}\n`;
}

function subset(host: string, name: string, weight = ""): string {
  return `{ destination: { host: ${host}, subset: ${name} }${weight === "" ? "" : `, weight: ${weight}`} }`;
}

/** A rule with one route of subsets. */
function to(host: string, ...subsets: readonly (readonly [name: string, weight?: number])[]): string {
  return `  - route: [${subsets.map(([name, weight]) => subset(host, name, weight?.toString())).join(", ")}]`;
}

/** A rule for jason before the one for all others. */
function jason(host: string, own: string, others: string, fault = ""): string {
  const match = `match: [{ headers: { end-user: { exact: jason } } }]`;
  return `  - ${match}${fault === "" ? "" : `\n    fault: ${fault}`}\n    route: [${subset(host, own)}]\n${to(host, [others])}`;
}

function destinationRule(host: string, subsets: readonly string[], policy = ""): string {
  const all = subsets.map((name) => `{ name: ${name}, labels: { version: ${name} } }`).join(", ");
  const spec = `  host: ${host}\n${policy === "" ? "" : `  trafficPolicy: ${policy}\n`}  subsets: [${all}]`;
  return `---\n${NETWORKING}\nkind: DestinationRule\nmetadata: { name: ${host} }\nspec:\n${spec}\n`;
}

function everyDestination(policy = ""): string {
  return [
    destinationRule("productpage", ["v1"], policy),
    destinationRule("reviews", ["v1", "v2", "v3"], policy),
    destinationRule("ratings", ["v1", "v2", "v2-mysql", "v2-mysql-vm"], policy),
    destinationRule("details", ["v1", "v2"], policy),
  ].join("");
}

function apiRoute(host: string, backends: string): string {
  return `---\n${ROUTES}\nkind: HTTPRoute\nmetadata: { name: ${host} }\nspec:\n  parentRefs: [{ group: "", kind: Service, name: ${host}, port: 9080 }]\n  rules: [{ backendRefs: [${backends}] }]\n`;
}

const PATHS = `[{ uri: { exact: /productpage } }, { uri: { prefix: /static } }, { uri: { exact: /login } }, { uri: { exact: /logout } }, { uri: { prefix: /api/v1/products } }]`;

/** What Bookinfo's networking samples say, by their names. */
export const RULES = {
  gateway: `---
${NETWORKING}
kind: Gateway
metadata: { name: bookinfo-gateway }
spec:
  selector: { istio: ingressgateway }
  servers: [{ port: { number: 8080, name: http, protocol: HTTP }, hosts: ["*"] }]
---
${NETWORKING}
kind: VirtualService
metadata: { name: bookinfo }
spec:
  hosts: ["*"]
  gateways: [bookinfo-gateway]
  http: [{ match: ${PATHS}, route: [{ destination: { host: productpage, port: { number: 9080 } } }] }]
`,
  destinations: everyDestination(),
  destinationsMtls: everyDestination("{ tls: { mode: ISTIO_MUTUAL } }"),
  destinationReviews: destinationRule("reviews", ["v1", "v2", "v3"], "{ loadBalancer: { simple: RANDOM } }"),
  allV1: ["productpage", "reviews", "ratings", "details"]
    .map((host) => virtualService(host, to(host, ["v1"])))
    .join(""),
  reviewsTestV2: virtualService("reviews", jason("reviews", "v2", "v1")),
  reviewsJasonV2V3: virtualService("reviews", jason("reviews", "v2", "v3")),
  reviews50V3: virtualService("reviews", to("reviews", ["v1", 50], ["v3", 50])),
  reviews8020: virtualService("reviews", to("reviews", ["v1", 80], ["v2", 20])),
  reviews9010: virtualService("reviews", to("reviews", ["v1", 90], ["v2", 10])),
  reviewsV2V3: virtualService("reviews", to("reviews", ["v2", 50], ["v3", 50])),
  reviewsV3: virtualService("reviews", to("reviews", ["v3"])),
  reviewsV2: virtualService("reviews", to("reviews", ["v2"])),
  reviewsV2Timeout: virtualService("reviews", `${to("reviews", ["v2"])}\n    timeout: 0.5s`),
  ratingsDelay: virtualService(
    "ratings",
    jason("ratings", "v1", "v1", "{ delay: { percentage: { value: 100 }, fixedDelay: 7s } }"),
  ),
  ratingsDelay2s: virtualService(
    "ratings",
    `  - fault: { delay: { percentage: { value: 100 }, fixedDelay: 2s } }\n    route: [${subset("ratings", "v1")}]`,
  ),
  ratingsAbort: virtualService(
    "ratings",
    jason("ratings", "v1", "v1", "{ abort: { percentage: { value: 100 }, httpStatus: 500 } }"),
  ),
  ratingsDb: virtualService("ratings", to("ratings", ["v2"])),
  ratingsMysql: virtualService("ratings", to("ratings", ["v2-mysql"])),
  detailsAbort: `${destinationRule("details", ["v1"])}${virtualService(
    "details",
    `  - fault: { abort: { httpStatus: 555, percentage: { value: 100 } } }\n    route: [${subset("details", "v1")}]\n${to("details", ["v1"])}`,
  )}`,
  detailsV2: virtualService("details", to("details", ["v2"])),
  apiGateway: `---
${ROUTES}
kind: Gateway
metadata: { name: bookinfo-gateway }
spec: { gatewayClassName: istio, listeners: [{ name: http, port: 80, protocol: HTTP, allowedRoutes: { namespaces: { from: Same } } }] }
---
${ROUTES}
kind: HTTPRoute
metadata: { name: bookinfo }
spec:
  parentRefs: [{ name: bookinfo-gateway }]
  rules:
  - matches: [{ path: { type: Exact, value: /productpage } }, { path: { type: PathPrefix, value: /static } }]
    backendRefs: [{ name: productpage, port: 9080 }]
---
pods:
  - { name: bookinfo-gateway-istio, namespace: default, ip: 10.244.0.30, labels: { gateway.networking.k8s.io/gateway-name: bookinfo-gateway }, proxy: router }
`,
  apiVersions: `
services:
  - { name: reviews-v1, namespace: default, ip: 10.96.1.1, selector: { app: reviews, version: v1 }, ports: [{ name: http, port: 9080 }] }
  - { name: reviews-v3, namespace: default, ip: 10.96.1.3, selector: { app: reviews, version: v3 }, ports: [{ name: http, port: 9080 }] }
`,
  apiReviewsV1: apiRoute("reviews", "{ name: reviews-v1, port: 9080 }"),
  apiReviewsV3: apiRoute("reviews", "{ name: reviews-v3, port: 9080 }"),
  apiReviews50V3: apiRoute(
    "reviews",
    "{ name: reviews-v1, port: 9080, weight: 50 }, { name: reviews-v3, port: 9080, weight: 50 }",
  ),
  apiReviews9010: apiRoute(
    "reviews",
    "{ name: reviews-v1, port: 9080, weight: 90 }, { name: reviews-v3, port: 9080, weight: 10 }",
  ),
} as const satisfies Readonly<Record<string, string>>;

export type RuleName = keyof typeof RULES;
