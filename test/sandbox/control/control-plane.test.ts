import { createPublicKey, verify } from "node:crypto";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { createCertificate } from "../../../src/sandbox/api/index.ts";
import { PACES } from "../../../src/sandbox/control/index.ts";
import { kindOf } from "../../../src/sandbox/kinds/index.ts";
import { Machine } from "../../../src/sandbox/machine.ts";
import type { JsonObject, KubeObject } from "../../../src/sandbox/objects/index.ts";
import { type Answer, startServer } from "../api/client.ts";
import { seeded } from "../api/seeded.ts";

const certificate = createCertificate(Date.now());
let machine: Machine;

function newMachine(seed: number): Machine {
  return new Machine({
    pace: PACES.test,
    rootCertificate: certificate.cert,
    tokenKey: certificate.key,
    random: seeded(seed),
    log: () => {},
  });
}

beforeAll(() => {
  machine = newMachine(5);
  machine.createCluster("plain", "kindest/node:v1.35.0");
});

afterAll(() => machine.stop());

function put(object: JsonObject): KubeObject {
  const kind = kindOf(object.apiVersion, object.kind);
  if (!kind) throw new Error(`no kind ${object.kind}`);
  return machine.registry.create(kind, object.metadata.namespace, object as KubeObject).object;
}

function remove(apiVersion: string, word: string, namespace: string | undefined, name: string): void {
  const kind = kindOf(apiVersion, word);
  if (!kind) throw new Error(`no kind ${word}`);
  machine.registry.delete(kind, namespace, name, {});
}

async function call(path: string, token?: string): Promise<Answer> {
  const server = await startServer({ registry: machine.registry, certificate });
  return server.call(path, token === undefined ? {} : { token });
}

const TABLE = { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" };

async function rows(path: string, columns: number): Promise<string[]> {
  const server = await startServer({ registry: machine.registry, certificate });
  const { json } = await server.call(path, { headers: TABLE });
  return json.rows.map(({ cells }: JsonObject) => cells.slice(0, columns).join(" "));
}

test.each<readonly [path: string, columns: number, expected: readonly string[]]>([
  ["/api/v1/componentstatuses", 3, ["controller-manager Healthy ok", "etcd-0 Healthy ok", "scheduler Healthy ok"]],
  ["/apis/networking.k8s.io/v1/servicecidrs", 2, ["kubernetes 10.96.0.0/16"]],
  ["/apis/storage.k8s.io/v1/csinodes", 2, ["plain-control-plane 0"]],
  [
    "/apis/flowcontrol.apiserver.k8s.io/v1/prioritylevelconfigurations",
    6,
    [
      "catch-all Limited 5 <none> <none> <none>",
      "exempt Exempt 0 <none> <none> <none>",
      "global-default Limited 20 128 6 50",
      "leader-election Limited 10 16 4 50",
      "node-high Limited 40 64 6 50",
      "system Limited 30 64 6 50",
      "workload-high Limited 40 128 6 50",
      "workload-low Limited 100 128 6 50",
    ],
  ],
  [
    "/apis/flowcontrol.apiserver.k8s.io/v1/flowschemas",
    4,
    [
      "catch-all catch-all 10000 ByUser",
      "endpoint-controller workload-high 150 ByUser",
      "exempt exempt 1 <none>",
      "global-default global-default 9900 ByUser",
      "kube-controller-manager workload-high 800 ByNamespace",
      "kube-scheduler workload-high 800 ByNamespace",
      "kube-system-service-accounts workload-high 900 ByNamespace",
      "probes exempt 2 <none>",
      "service-accounts workload-low 9000 ByUser",
      "system-leader-election leader-election 100 ByUser",
      "system-node-high node-high 400 ByUser",
      "system-nodes system 500 ByUser",
      "workload-leader-election leader-election 200 ByUser",
    ],
  ],
])("a new cluster has %s", async (path, columns, expected) => {
  expect(await rows(path, columns)).toEqual(expected);
});

test("every served version of a group has an APIService, but the aggregator's own", async () => {
  const groups: JsonObject[] = (await call("/apis")).json.groups;
  const versions = groups.flatMap(({ name, versions: list }) =>
    list.map(({ version }: JsonObject) => `${version}.${name} Local True`),
  );
  const wanted = ["v1. Local True", ...versions].filter((one) => !one.includes("apiregistration"));
  expect(await rows("/apis/apiregistration.k8s.io/v1/apiservices", 3)).toEqual(wanted.sort());
});

test("the APIServices of custom resources come and go with their definitions", async () => {
  const versions = ["v1", "v2"].map((name) => ({
    name,
    served: true,
    storage: name === "v2",
    schema: { openAPIV3Schema: { type: "object" } },
  }));
  const own = (plural: string, kind: string, list: readonly JsonObject[]): JsonObject => ({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.own.example` },
    spec: { group: "own.example", scope: "Namespaced", names: { plural, kind }, versions: list },
  });
  const names = (): string[] =>
    machine.store
      .list("apiregistration.k8s.io/apiservices")
      .filter(({ spec, status }) => spec?.group === "own.example" && status?.conditions?.[0].reason === "Local")
      .map(({ metadata }) => metadata.name);
  put(own("foos", "Foo", versions));
  put(own("bars", "Bar", [{ ...versions[0], storage: true }]));
  await vi.waitUntil(() => names().join() === "v1.own.example,v2.own.example");
  remove("apiregistration.k8s.io/v1", "APIService", undefined, "v1.own.example");
  await vi.waitUntil(() => names().join() === "v1.own.example,v2.own.example");
  remove("apiextensions.k8s.io/v1", "CustomResourceDefinition", undefined, "foos.own.example");
  await vi.waitUntil(() => names().join() === "v1.own.example");
  remove("apiextensions.k8s.io/v1", "CustomResourceDefinition", undefined, "bars.own.example");
  await vi.waitUntil(() => names().length === 0);
});

test("other people's API servers do not answer, and it is said why", async () => {
  const service = { name: "metrics", namespace: "default" };
  const spec = { group: "far.example", version: "v1", groupPriorityMinimum: 100, versionPriority: 100, service };
  put({ apiVersion: "apiregistration.k8s.io/v1", kind: "APIService", metadata: { name: "v1.far.example" }, spec });
  const told = (): string => {
    const found = machine.store.get("apiregistration.k8s.io/apiservices", undefined, "v1.far.example");
    const { status, reason, message } = found?.status?.conditions?.[0] ?? {};
    return `${status} ${reason} ${message}`;
  };
  await vi.waitUntil(() => told() === 'False ServiceNotFound service/metrics in "default" is not present');
  const web = { selector: { app: "none" }, ports: [{ port: 443 }] };
  put({ apiVersion: "v1", kind: "Service", metadata: service, spec: web });
  await vi.waitUntil(() => told().startsWith('False MissingEndpoints endpoints for service/metrics in "default"'));
  const address = machine.store.get("/services", "default", "metrics")?.spec?.clusterIP;
  const held = (): unknown => machine.store.get("networking.k8s.io/ipaddresses", undefined, address)?.spec?.parentRef;
  await vi.waitUntil(() => held() !== undefined);
  expect(held()).toEqual({ group: "", resource: "services", namespace: "default", name: "metrics" });
  remove("v1", "Service", "default", "metrics");
  await vi.waitUntil(() => held() === undefined && told().includes("ServiceNotFound"));
});

test.each([
  ["v1", "Service", "/services", "kubernetes"],
  ["v1", "Endpoints", "/endpoints", "kubernetes"],
  ["discovery.k8s.io/v1", "EndpointSlice", "discovery.k8s.io/endpointslices", "kubernetes"],
  ["v1", "ServiceAccount", "/serviceaccounts", "default"],
])("%s %s that the cluster needs comes back", async (apiVersion, word, resource, name) => {
  const there = (): KubeObject | undefined => machine.store.get(resource, "default", name);
  await vi.waitUntil(() => there() !== undefined);
  const before = there();
  remove(apiVersion, word, "default", name);
  await vi.waitUntil(() => ![undefined, before?.metadata.uid].includes(there()?.metadata.uid));
  const { metadata: _, status: __, ...content } = before ?? ({} as KubeObject);
  expect(there()).toMatchObject(content);
});

test("a Secret of a service account gets a token, which is good while both are there", async () => {
  put({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "robot", namespace: "default" } });
  put({
    apiVersion: "v1",
    kind: "Secret",
    metadata: {
      name: "robot",
      namespace: "default",
      annotations: { "kubernetes.io/service-account.name": "robot" },
    },
    type: "kubernetes.io/service-account-token",
  });
  const data = (key: string): string => {
    const held = machine.store.get("/secrets", "default", "robot")?.data as JsonObject | undefined;
    return Buffer.from(held?.[key] ?? "", "base64").toString();
  };
  await vi.waitUntil(() => data("token") !== "");
  expect([data("namespace"), data("ca.crt")]).toEqual(["default", certificate.cert]);
  const token = data("token");
  expect((await call("/version", token)).code).toBe(200);
  const [head = "", body = "", signature = ""] = token.split(".");
  const [key] = (await call("/openid/v1/jwks")).json.keys ?? JSON.parse((await call("/openid/v1/jwks")).text).keys;
  const by = { key: createPublicKey({ key, format: "jwk" }), dsaEncoding: "ieee-p1363" } as const;
  expect(verify("sha256", Buffer.from(`${head}.${body}`), by, Buffer.from(signature, "base64url"))).toBe(true);
  remove("v1", "ServiceAccount", "default", "robot");
  await vi.waitUntil(() => machine.store.get("/secrets", "default", "robot") === undefined);
  expect((await call("/version", token)).code).toBe(401);
});

test("a saved cluster of before there were such objects gets them", () => {
  const state = JSON.parse(JSON.stringify(machine.save()));
  for (const resource of ["apiregistration.k8s.io/apiservices", "storage.k8s.io/csinodes"]) {
    delete state.store.resources[resource];
  }
  const other = newMachine(6);
  other.restore(state);
  other.stop();
  expect(other.store.get("storage.k8s.io/csinodes", undefined, "plain-control-plane")).toBeDefined();
  expect(other.store.get("apiregistration.k8s.io/apiservices", undefined, "v1.apps")).toBeDefined();
});

test.each([
  ["/healthz/ping", 200, "ok"],
  ["/livez/etcd?verbose", 200, "[+]etcd ok\netcd check passed\n"],
  ["/readyz?verbose&exclude=nope", 200, 'warn: some health checks cannot be excluded: no matches for "nope"'],
  ["/readyz?verbose", 200, "[+]shutdown ok\nreadyz check passed\n"],
  ["/livez/nope", 404, "the server could not find the requested resource"],
  ["/metrics", 200, 'apiserver_resource_objects{group="",resource="componentstatuses"} 3\n'],
  ["/.well-known/openid-configuration", 200, '"issuer":"https://kubernetes.default.svc.cluster.local"'],
])("%s answers %i", async (path, code, text) => {
  const answer = await call(path);
  expect(answer.code).toBe(code);
  expect(answer.text).toContain(text);
});
