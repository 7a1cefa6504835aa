import { expect, test } from "vitest";
import type { Arrival, HttpRequest } from "../../../../src/sandbox/mesh/model.ts";
import type { JsonObject } from "../../../../src/sandbox/objects/index.ts";
import { CLIENT, decide, decideConnection, mutual, type Policy, plaintext } from "./decide.ts";
import { publicKey, token } from "./tokens.ts";

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly host?: string;
  readonly headers?: readonly (readonly [string, string])[];
  readonly by?: Arrival;
  /** Of a good token that goes along. */
  readonly claims?: JsonObject;
}

/** `ok`, `none`, or the policy and rule that refused, `p-0`. */
type Row = readonly [title: string, policies: readonly Policy[], sent: Sent, expected: string];

const policy = (name: string, spec: JsonObject): Policy => [
  "AuthorizationPolicy",
  name.includes("/") ? name : `default/${name}`,
  spec,
];
const allow = (...rules: readonly JsonObject[]): readonly Policy[] => [policy("p", { action: "ALLOW", rules })];
const deny = (...rules: readonly JsonObject[]): readonly Policy[] => [policy("p", { action: "DENY", rules })];
const from = (...sources: readonly JsonObject[]): JsonObject => ({ from: sources.map((source) => ({ source })) });
const to = (...operations: readonly JsonObject[]): JsonObject => ({
  to: operations.map((operation) => ({ operation })),
});
const when = (key: string, values: readonly string[], notValues: readonly string[] = []): JsonObject => ({
  when: [{ key, values, notValues }],
});

const OTHER = mutual("cluster.local/ns/other/sa/batch", "10.244.7.7");
const GATEWAY = mutual("cluster.local/ns/istio-system/sa/istio-ingressgateway-service-account");
const CLAIMS = { iss: "https://issuer.example", sub: "jason", aud: ["shop", "web"], azp: "app" };

const WHOLE: readonly Row[] = [
  ["no policy allows", [], {}, "ok"],
  ["a spec with nothing in it refuses all", [policy("p", {})], {}, "none"],
  ["ALLOW without rules refuses all", allow(), {}, "none"],
  ["ALLOW with an empty rule allows all", allow({}), {}, "ok"],
  ["DENY without rules refuses none", deny(), {}, "ok"],
  ["DENY with an empty rule refuses all", deny({}), {}, "p-0"],
  ["DENY comes before ALLOW", [...deny({}), policy("q", { rules: [{}] })], {}, "p-0"],
  ["one ALLOW policy of two is enough", [policy("a", {}), policy("b", { rules: [{}] })], {}, "ok"],
  ["AUDIT refuses nothing", [policy("p", { action: "AUDIT", rules: [{}] })], {}, "ok"],
  ["AUDIT allows nothing", [policy("p", { action: "AUDIT", rules: [{}] }), policy("q", {})], {}, "none"],
  ["the second rule", deny(to({ methods: ["PUT"] }), to({ methods: ["GET"] })), {}, "p-1"],
  ["the first by name tells", [policy("z", { action: "DENY", rules: [{}] }), ...deny({})], {}, "p-0"],
  ["names are compared as text", deny(...Array.from({ length: 3 }, () => to({ methods: ["PUT"] })), {}, {}), {}, "p-3"],
  [
    "rule 10 comes before rule 2",
    deny(...Array.from({ length: 11 }, (_, at) => (at === 2 || at === 10 ? {} : to({ methods: ["PUT"] })))),
    {},
    "p-10",
  ],
  ["the root namespace's", [policy("istio-system/p", { action: "DENY", rules: [{}] })], {}, "istio-system/p-0"],
  ["another namespace's", [policy("other/p", { action: "DENY", rules: [{}] })], {}, "ok"],
  ["a selector that does not", [policy("p", { selector: { matchLabels: { app: "db" } } })], {}, "ok"],
  ["from an empty source is anybody", allow({ from: [{ source: {} }] }), {}, "ok"],
];

const SOURCES: readonly Row[] = [
  ["principal", allow(from({ principals: [CLIENT] })), {}, "ok"],
  ["another principal", allow(from({ principals: ["cluster.local/ns/default/sa/x"] })), {}, "none"],
  ["with spiffe:// in front it is none", allow(from({ principals: [`spiffe://${CLIENT}`] })), {}, "none"],
  ["principal by its begin", allow(from({ principals: ["cluster.local/ns/default/*"] })), {}, "ok"],
  ["principal by its end", allow(from({ principals: ["*/sa/client"] })), {}, "ok"],
  ["any principal", allow(from({ principals: ["*"] })), {}, "ok"],
  ["any principal, plaintext", allow(from({ principals: ["*"] })), { by: plaintext }, "none"],
  ["not that principal", deny(from({ notPrincipals: [CLIENT] })), {}, "ok"],
  ["not that principal, another", deny(from({ notPrincipals: [CLIENT] })), { by: OTHER }, "p-0"],
  ["not any principal, plaintext", deny(from({ notPrincipals: ["*"] })), { by: plaintext }, "p-0"],
  [
    "the ingress gateway's",
    allow(from({ principals: ["*/sa/istio-ingressgateway-service-account"] })),
    { by: GATEWAY },
    "ok",
  ],
  ["namespace", allow(from({ namespaces: ["default"] })), {}, "ok"],
  ["another namespace", allow(from({ namespaces: ["default"] })), { by: OTHER }, "none"],
  ["namespace by a star in its middle", allow(from({ namespaces: ["de*lt"] })), {}, "ok"],
  ["part of a namespace is none", allow(from({ namespaces: ["def"] })), {}, "none"],
  ["namespace, plaintext", allow(from({ namespaces: ["default"] })), { by: plaintext }, "none"],
  ["not that namespace", deny(from({ notNamespaces: ["default"] })), { by: OTHER }, "p-0"],
  ["service account of the policy's namespace", allow(from({ serviceAccounts: ["client"] })), {}, "ok"],
  ["service account of another", allow(from({ serviceAccounts: ["other/batch"] })), { by: OTHER }, "ok"],
  ["service account by name alone, elsewhere", allow(from({ serviceAccounts: ["batch"] })), { by: OTHER }, "none"],
  ["not that service account", deny(from({ notServiceAccounts: ["client"] })), { by: OTHER }, "p-0"],
  ["trust domain", allow(from({ trustDomains: ["cluster.local"] })), {}, "ok"],
  ["trust domain by its begin", allow(from({ trustDomains: ["old*"] })), { by: mutual("old-td/ns/a/sa/b") }, "ok"],
  ["not that trust domain", deny(from({ notTrustDomains: ["cluster.local"] })), { by: mutual("td/ns/a/sa/b") }, "p-0"],
  ["address", allow(from({ ipBlocks: ["10.244.0.2"] })), {}, "ok"],
  ["block", allow(from({ ipBlocks: ["10.244.0.0/16"] })), { by: OTHER }, "ok"],
  ["another block", allow(from({ ipBlocks: ["10.1.0.0/16"] })), {}, "none"],
  ["not that block", deny(from({ notIpBlocks: ["10.244.0.0/24"] })), { by: OTHER }, "p-0"],
  ["all addresses", allow(from({ ipBlocks: ["0.0.0.0/0"] })), {}, "ok"],
  ["the last bit counts", allow(from({ ipBlocks: ["10.244.0.3/32"] })), {}, "none"],
  ["half a block", allow(from({ ipBlocks: ["10.244.0.128/25"] })), {}, "none"],
  ["an address of version 4 is in no block of version 6", allow(from({ ipBlocks: ["::/0"] })), {}, "none"],
  ["an address of version 6", allow(from({ ipBlocks: ["fd00::/8"] })), { by: mutual(CLIENT, "fd00::7") }, "ok"],
  [
    "the client behind a proxy is not the connection's",
    allow(from({ ipBlocks: ["203.0.113.0/24"] })),
    { headers: [["x-forwarded-for", "203.0.113.9"]] },
    "none",
  ],
  [
    "the client behind a proxy",
    allow(from({ remoteIpBlocks: ["203.0.113.0/24"] })),
    { headers: [["x-forwarded-for", "203.0.113.9"]] },
    "ok",
  ],
  [
    "only what the last proxy said counts",
    allow(from({ remoteIpBlocks: ["203.0.113.0/24"] })),
    { headers: [["x-forwarded-for", "203.0.113.9, 10.1.1.1"]] },
    "none",
  ],
  ["without a proxy it is the connection's", allow(from({ remoteIpBlocks: ["10.244.0.2"] })), {}, "ok"],
  ["not that client", deny(from({ notRemoteIpBlocks: ["10.244.0.2"] })), {}, "ok"],
  ["fields of one source go together", allow(from({ namespaces: ["default"], ipBlocks: ["10.1.1.1"] })), {}, "none"],
  ["one of several sources", allow(from({ namespaces: ["x"] }, { ipBlocks: ["10.244.0.2"] })), {}, "ok"],
  ["some and none in one source", allow(from({ namespaces: ["*"], notPrincipals: [CLIENT] })), {}, "none"],
];

const OPERATIONS: readonly Row[] = [
  ["method", allow(to({ methods: ["GET"] })), {}, "ok"],
  ["another method", allow(to({ methods: ["GET"] })), { method: "POST" }, "none"],
  ["one of the methods", allow(to({ methods: ["GET", "POST"] })), { method: "POST" }, "ok"],
  ["method by its begin", allow(to({ methods: ["P*"] })), { method: "PUT" }, "ok"],
  ["methods have a case", allow(to({ methods: ["get"] })), {}, "none"],
  ["not that method", deny(to({ notMethods: ["GET"] })), { method: "POST" }, "p-0"],
  ["path without its query", allow(to({ paths: ["/a/b"] })), {}, "ok"],
  ["path by its begin", allow(to({ paths: ["/a*"] })), {}, "ok"],
  ["path by its end", allow(to({ paths: ["*/b"] })), {}, "ok"],
  ["any path", allow(to({ paths: ["*"] })), {}, "ok"],
  ["paths have a case", allow(to({ paths: ["/A/b"] })), {}, "none"],
  ["not that path", deny(to({ notPaths: ["/healthz"] })), {}, "p-0"],
  ["a way around a path", deny(to({ paths: ["/admin*"] })), { path: "/x/../admin" }, "p-0"],
  ["an escaped path", deny(to({ paths: ["/admin"] })), { path: "/%61dmin" }, "p-0"],
  ["a path with a backslash", deny(to({ paths: ["/a/admin"] })), { path: "/a\\admin" }, "p-0"],
  ["slashes stay as they are", deny(to({ paths: ["/admin"] })), { path: "//admin" }, "ok"],
  ["template of one part", allow(to({ paths: ["/a/{*}/c"] })), { path: "/a/b/c" }, "ok"],
  ["a part is not empty", allow(to({ paths: ["/a/{*}/c"] })), { path: "/a//c" }, "none"],
  ["a part is not two", allow(to({ paths: ["/a/{*}"] })), { path: "/a/b/c" }, "none"],
  ["template of many parts", allow(to({ paths: ["/a/{**}"] })), { path: "/a/b/c" }, "ok"],
  ["template with an end", allow(to({ paths: ["/a/{**}/c"] })), { path: "/a/x/y/c" }, "ok"],
  ["host", allow(to({ hosts: ["web.example"] })), {}, "ok"],
  ["hosts have no case", allow(to({ hosts: ["WEB.example"] })), { host: "web.EXAMPLE" }, "ok"],
  ["a port is part of the host", allow(to({ hosts: ["web.example"] })), { host: "web.example:80" }, "none"],
  ["host by its begin", allow(to({ hosts: ["web.example:*"] })), { host: "web.example:80" }, "ok"],
  ["not that host", deny(to({ notHosts: ["*.example"] })), { host: "web.test" }, "p-0"],
  ["port", allow(to({ ports: ["8080"] })), {}, "ok"],
  ["another port", allow(to({ ports: ["80"] })), {}, "none"],
  ["not that port", deny(to({ notPorts: ["80"] })), {}, "p-0"],
  ["fields of one operation go together", allow(to({ methods: ["GET"], paths: ["/x"] })), {}, "none"],
  ["one of several operations", allow(to({ methods: ["PUT"] }, { paths: ["/a*"] })), {}, "ok"],
  [
    "sources and operations go together",
    allow({ ...from({ namespaces: ["x"] }), ...to({ methods: ["GET"] }) }),
    {},
    "none",
  ],
  ["some and none of paths", deny(to({ paths: ["/a*"], notPaths: ["/a/b"] })), {}, "ok"],
];

const CONDITIONS: readonly Row[] = [
  ["source.ip", allow(when("source.ip", ["10.244.0.0/24"])), {}, "ok"],
  ["remote.ip", allow(when("remote.ip", ["10.244.0.0/24"])), { headers: [["x-forwarded-for", "1.1.1.1"]] }, "none"],
  ["source.namespace", allow(when("source.namespace", ["default"])), { by: OTHER }, "none"],
  ["source.principal", allow(when("source.principal", ["*/sa/client"])), {}, "ok"],
  ["source.principal, not", deny(when("source.principal", [], ["*"])), { by: plaintext }, "p-0"],
  ["destination.ip", allow(when("destination.ip", ["10.244.0.3"])), {}, "ok"],
  ["destination.port", allow(when("destination.port", ["8080"])), {}, "ok"],
  ["connection.sni", allow(when("connection.sni", ["outbound_.8080_*"])), {}, "ok"],
  ["connection.sni, plaintext", allow(when("connection.sni", ["*"])), { by: plaintext }, "none"],
  ["a header", allow(when("request.headers[X-User]", ["jason"])), { headers: [["x-user", "jason"]] }, "ok"],
  [
    "a header's other value",
    allow(when("request.headers[x-user]", ["jason"])),
    { headers: [["x-user", "jim"]] },
    "none",
  ],
  ["a header by its begin", allow(when("request.headers[x-user]", ["ja*"])), { headers: [["x-user", "jason"]] }, "ok"],
  ["a header that is there", allow(when("request.headers[x-user]", ["*"])), { headers: [["x-user", ""]] }, "ok"],
  ["a header that is not there", allow(when("request.headers[x-user]", ["*"])), {}, "none"],
  ["not that header", deny(when("request.headers[x-user]", [], ["jason"])), {}, "p-0"],
  ["values are one of", allow(when("source.ip", ["1.1.1.1", "10.244.0.2"])), {}, "ok"],
  [
    "all conditions must hold",
    allow({
      when: [
        { key: "source.ip", values: ["10.244.0.2"] },
        { key: "destination.port", values: ["1"] },
      ],
    }),
    {},
    "none",
  ],
  ["metadata of filters is never there", allow(when("experimental.envoy.filters.a.b[c]", ["d"])), {}, "none"],
  ["an unknown key allows nothing", allow({ ...when("source.age", ["7"]) }), {}, "none"],
  ["an unknown key refuses nothing", deny({ ...when("source.age", ["7"]) }), {}, "ok"],
  ["a bad value spoils an ALLOW rule", allow(from({ ipBlocks: ["nowhere", "10.244.0.2"] })), {}, "none"],
  ["a bad value is dropped from a DENY rule", deny(from({ ipBlocks: ["nowhere"] })), {}, "p-0"],
  [
    "a principal of a token",
    allow(from({ requestPrincipals: ["https://issuer.example/jason"] })),
    { claims: CLAIMS },
    "ok",
  ],
  ["any principal of a token", allow(from({ requestPrincipals: ["*"] })), { claims: CLAIMS }, "ok"],
  ["any principal, no token", allow(from({ requestPrincipals: ["*"] })), {}, "none"],
  ["a token is required", deny(from({ notRequestPrincipals: ["*"] })), {}, "p-0"],
  ["a token is required, and there", deny(from({ notRequestPrincipals: ["*"] })), { claims: CLAIMS }, "ok"],
  [
    "any subject of an issuer",
    allow(from({ requestPrincipals: ["https://issuer.example/*"] })),
    { claims: CLAIMS },
    "ok",
  ],
  ["a subject of any issuer", allow(from({ requestPrincipals: ["*/jason"] })), { claims: CLAIMS }, "ok"],
  ["another subject", allow(from({ requestPrincipals: ["*/jim"] })), { claims: CLAIMS }, "none"],
  ["request.auth.principal", allow(when("request.auth.principal", ["*/jason"])), { claims: CLAIMS }, "ok"],
  ["request.auth.audiences", allow(when("request.auth.audiences", ["web"])), { claims: CLAIMS }, "ok"],
  ["request.auth.presenter", allow(when("request.auth.presenter", ["app"])), { claims: CLAIMS }, "ok"],
  ["a claim", allow(when("request.auth.claims[group]", ["dev"])), { claims: { ...CLAIMS, group: "dev" } }, "ok"],
  [
    "one of a claim's list",
    allow(when("request.auth.claims[group]", ["d*"])),
    { claims: { ...CLAIMS, group: ["ops", "dev"] } },
    "ok",
  ],
  [
    "a claim in a claim",
    allow(when("request.auth.claims[realm][roles]", ["admin"])),
    { claims: { ...CLAIMS, realm: { roles: ["admin"] } } },
    "ok",
  ],
  [
    "scope is a list of words",
    allow(when("request.auth.claims[scope]", ["read"])),
    { claims: { ...CLAIMS, scope: "read write" } },
    "ok",
  ],
  [
    "a number is no text",
    allow(when("request.auth.claims[level]", ["7"])),
    { claims: { ...CLAIMS, level: 7 } },
    "none",
  ],
  ["a claim that is not there", deny(when("request.auth.claims[group]", [], ["dev"])), { claims: CLAIMS }, "p-0"],
];

const JWT: Policy = [
  "RequestAuthentication",
  "default/tokens",
  { jwtRules: [{ issuer: CLAIMS.iss, jwks: JSON.stringify({ keys: [publicKey("ES256")] }) }] },
];

function requestOf({
  method = "GET",
  path = "/a/b?c=d",
  host = "web.example",
  headers = [],
  claims,
}: Sent): HttpRequest {
  const own = claims === undefined ? [] : [["authorization", `Bearer ${token(claims)}`] as const];
  return { method, path, headers: [["host", host], ...headers, ...own], body: Buffer.alloc(0) };
}

function detailsOf(expected: string): string {
  const [, namespace = "default", name = "", rule = ""] = /^(?:([^/]+)\/)?(.+)-(\d+)$/.exec(expected) ?? [];
  return expected === "none" ? "none" : `ns[${namespace}]-policy[${name}]-rule[${rule}]`;
}

test.each([...WHOLE, ...SOURCES, ...OPERATIONS, ...CONDITIONS])("%s", (_title, policies, sent, expected) => {
  const decision = decide([JWT, ...policies], requestOf(sent), { arrival: sent.by ?? mutual() });
  if (expected === "ok") {
    expect("response" in decision ? decision.details : "ok").toBe("ok");
    return;
  }
  expect(
    "response" in decision && {
      details: decision.details,
      status: decision.response.status,
      body: String(decision.response.body),
      flags: decision.flags,
    },
  ).toEqual({
    details: `rbac_access_denied_matched_policy[${detailsOf(expected)}]`,
    status: 403,
    body: "RBAC: access denied",
    flags: [],
  });
});

const CONNECTIONS: readonly (readonly [title: string, policies: readonly Policy[], by: Arrival, expected: string])[] = [
  ["no policy", [], plaintext, "ok"],
  ["nothing allowed", allow(), mutual(), "none"],
  ["principal", allow(from({ principals: [CLIENT] })), mutual(), "ok"],
  ["principal, plaintext", allow(from({ principals: [CLIENT] })), plaintext, "none"],
  ["port", allow(to({ ports: ["8080"] })), plaintext, "ok"],
  ["a method allows nothing", allow(to({ methods: ["GET"] })), mutual(), "none"],
  ["nor does a path beside a port", allow(to({ paths: ["/"], ports: ["8080"] })), mutual(), "none"],
  ["nor a rule with one such operation", allow(to({ ports: ["8080"] }, { methods: ["GET"] })), mutual(), "none"],
  ["another rule still does", allow(to({ methods: ["GET"] }), from({ namespaces: ["default"] })), mutual(), "ok"],
  ["of DENY the method is dropped", deny(to({ methods: ["GET"], ports: ["8080"] })), mutual(), "p-0"],
  ["and what is left decides", deny(to({ methods: ["GET"], ports: ["80"] })), mutual(), "ok"],
  ["DENY with a method alone refuses all", deny(to({ methods: ["GET"] })), mutual(), "p-0"],
  ["a token is never there", allow(from({ requestPrincipals: ["*"] })), mutual(), "none"],
  ["address", deny(from({ ipBlocks: ["10.244.0.9"] })), plaintext, "p-0"],
];

test.each(CONNECTIONS)("a connection: %s", (_title, policies, by, expected) => {
  const reason = expected === "ok" ? undefined : `rbac_access_denied_matched_policy[${detailsOf(expected)}]`;
  expect(decideConnection(policies, by)).toBe(reason);
});
