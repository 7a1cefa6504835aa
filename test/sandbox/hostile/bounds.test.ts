import { expect, test } from "vitest";
import { startServer } from "../api/client.ts";

const CONFIGMAPS = "/api/v1/namespaces/default/configmaps";
const JSON_TYPE = "application/json";
const YAML_TYPE = "application/yaml";

const deep = (open: string, close: string, depth: number): string => `${open.repeat(depth)}1${close.repeat(depth)}`;
const named = (name: string, data: string): string =>
  `{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"${name}"},"data":${data}}`;

const LARGE = "etcdserver: request is too large";

test.each([
  ["JSON, 100,000 deep", JSON_TYPE, named("a", deep('{"a":', "}", 100_000)), 400, "exceeded max depth"],
  ["lists, 100,000 deep", JSON_TYPE, deep("[", "]", 100_000), 400, "exceeded max depth"],
  ["YAML flows, 100,000 deep", YAML_TYPE, `a: ${deep("[", "]", 100_000)}`, 400, "exceeded max depth"],
  ["YAML sequences, 2,000 deep", YAML_TYPE, "- ".repeat(2000), 400, "exceeded max depth"],
  ["YAML that has a key twice", YAML_TYPE, "a: 1\nb: 2\na: 3\n", 400, 'key "a" already set in map'],
  ["a megabyte of YAML", YAML_TYPE, `a: ${"b ".repeat(500_000)}`, 413, "YAML too large: limit is 262144"],
  ["60,000 keys", JSON_TYPE, named("a", `{${Array.from({ length: 60_000 }, (_, at) => `"k${at}":""`)}}`), 500, LARGE],
  ["four megabytes", JSON_TYPE, named("a", `{"a":"${"x".repeat(4_000_000)}"}`), 413, "limit is 3145728"],
  [
    "a ConfigMap above its own limit",
    JSON_TYPE,
    named("a", `{"a":"${"x".repeat(1_048_577)}"}`),
    422,
    "may not be more than 1048576 bytes",
  ],
])("%s: refused, in words", async (_name, type, body, code, message) => {
  const server = await startServer();
  const answer = await server.call(CONFIGMAPS, { method: "POST", headers: { "content-type": type }, body });
  expect(answer.json).toMatchObject({ kind: "Status", code });
  expect(answer.json.message).toContain(message);
  expect(server.faults).toEqual([]);
});

test("an object beyond etcd's limit is refused in etcd's words, and a patch cannot make one", async () => {
  const server = await startServer();
  server.put({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } });
  const patch = [
    { op: "add", path: "/metadata/annotations", value: {} },
    { op: "add", path: "/x", value: "x".repeat(1_000_000) },
    ...["a", "b", "c", "d"].map((name) => ({ op: "copy", from: "/x", path: `/${name}` })),
  ];
  const headers = { "content-type": "application/json-patch+json" };
  const answer = await server.call(`${CONFIGMAPS}/a`, { method: "PATCH", headers, body: patch });
  expect(answer.json).toMatchObject({ code: 413, reason: "RequestEntityTooLarge" });
  const secret = { apiVersion: "v1", kind: "Secret", metadata: { name: "a", annotations: { a: "x".repeat(260_000) } } };
  const labels = Object.fromEntries(Array.from({ length: 12_000 }, (_, at) => [`label-${at}`, "x".repeat(60)]));
  const large = { ...secret, metadata: { ...secret.metadata, labels }, data: { a: "eHh4".repeat(250_000) } };
  const created = await server.call("/api/v1/namespaces/default/secrets", { method: "POST", body: large });
  expect(created.json).toMatchObject({ code: 500, message: LARGE });
  expect(created.json).not.toHaveProperty("reason");
});

test("10,001 operations are more than a JSON patch may have", async () => {
  const server = await startServer();
  server.put({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a" } });
  const body = Array.from({ length: 10_001 }, () => ({ op: "test", path: "/kind", value: "ConfigMap" }));
  const headers = { "content-type": "application/json-patch+json" };
  const answer = await server.call(`${CONFIGMAPS}/a`, { method: "PATCH", headers, body });
  expect(answer.json).toMatchObject({
    code: 413,
    message: "The allowed maximum operations in a JSON patch is 10000, got 10001",
  });
});

test("a pattern that backtracks and a rule that loops are given up", async () => {
  const server = await startServer();
  const properties = {
    text: { type: "string", pattern: "^(a+)+$" },
    list: { type: "array", items: { type: "integer" } },
  };
  const rule = "!has(self.list) || self.list.all(a, self.list.all(b, self.list.all(c, a + b + c > 0)))";
  const spec = { type: "object", properties, "x-kubernetes-validations": [{ rule }] };
  const schema = { openAPIV3Schema: { type: "object", properties: { spec } } };
  const definition = {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "slows.example.com" },
    spec: {
      group: "example.com",
      scope: "Namespaced",
      names: { plural: "slows", kind: "Slow" },
      versions: [{ name: "v1", served: true, storage: true, schema }],
    },
  };
  const crds = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  expect(await server.call(crds, { method: "POST", body: definition })).toMatchObject({ code: 201 });
  for (const wrong of [{ text: `${"a".repeat(60)}!` }, { list: Array.from({ length: 1500 }, () => 1) }]) {
    const body = { apiVersion: "example.com/v1", kind: "Slow", metadata: { name: "one" }, spec: wrong };
    const answer = await server.call("/apis/example.com/v1/namespaces/default/slows", { method: "POST", body });
    expect(answer.code).toBe(422);
    expect(answer.json.message).toContain("running out of cost budget, no further validation rules will be run");
  }
  const body = {
    apiVersion: "example.com/v1",
    kind: "Slow",
    metadata: { name: "one" },
    spec: { text: "aaa", list: [1] },
  };
  const good = await server.call("/apis/example.com/v1/namespaces/default/slows", { method: "POST", body });
  expect(good.code).toBe(201);
});

test("a client that hangs up within a body is no fault of the server", async () => {
  const server = await startServer();
  const { connect } = await import("node:tls");
  const socket = connect({
    host: "127.0.0.1",
    port: server.port,
    ca: server.server.certificate.cert,
    servername: "localhost",
  });
  const head = [
    "POST /api/v1/namespaces HTTP/1.1",
    "Host: x",
    "Authorization: Bearer a-token-for-tests",
    "Content-Length: 100",
    "",
    "{",
  ];
  socket.on("error", () => {});
  await new Promise<void>((resolve) => socket.once("secureConnect", resolve));
  await new Promise<void>((resolve) => socket.write(head.join("\r\n"), () => resolve()));
  socket.destroy();
  expect(await server.call("/api/v1/namespaces/default")).toMatchObject({ code: 200 });
  expect(server.faults).toEqual([]);
});

test("the annotations of a pod template are held to the rules of its pods", async () => {
  const server = await startServer();
  const metadata = { labels: { app: "web" }, annotations: { "Ok/A b": "c" } };
  const template = { metadata, spec: { containers: [{ name: "web", image: "nginx" }] } };
  const body = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web" },
    spec: { selector: { matchLabels: { app: "web" } }, template },
  };
  const { json } = await server.call("/apis/apps/v1/namespaces/default/deployments", { method: "POST", body });
  expect(json).toMatchObject({ code: 422, reason: "Invalid" });
  expect(json.message).toContain(
    `Deployment.apps "web" is invalid: spec.template.annotations: Invalid value: "Ok/A b": name part must consist`,
  );
});

test.each([
  ["PUT", "/api/v1/namespaces/default/finalize", "application/json", { spec: { finalizers: [] } }, 200, undefined],
  ["PUT", "/api/v1/namespaces/default/finalize/secrets/a", "application/json", { spec: {} }, 404, "not find"],
  ["PUT", "/api/v1/namespaces/default/finalize", "application/json", { metadata: { name: "b" } }, 400, "on the URL"],
  ["PATCH", "/apis/apps/v1/namespaces/default/deployments/web/scale", "application/apply-patch+yaml", "", 400, ""],
  ["DELETE", CONFIGMAPS, JSON_TYPE, { propagationPolicy: [{ toString: 1 }] }, 400, "propagationPolicy"],
  ["DELETE", CONFIGMAPS, JSON_TYPE, { gracePeriodSeconds: { valueOf: 1 } }, 400, "gracePeriodSeconds"],
  ["DELETE", CONFIGMAPS, JSON_TYPE, { preconditions: { uid: { toString: 1 } } }, 400, "preconditions.uid"],
  ["POST", "/apis/example.com/v1/toys", JSON_TYPE, { metadata: { name: true } }, 400, "metadata.name of type string"],
  ["POST", "/apis/example.com/v1/toys", JSON_TYPE, { metadata: { name: "c", annotations: null } }, 201, undefined],
])("%s %s with %s %o: %d", async (method, path, type, body, code, message) => {
  const server = await startServer();
  const template = { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "web", image: "nginx" }] } };
  const spec = { selector: { matchLabels: { app: "web" } }, template };
  server.put({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" }, spec });
  const versions = [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }];
  const names = { plural: "toys", kind: "Toy", singular: "toy", listKind: "ToyList" };
  server.put({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: "toys.example.com" },
    spec: { group: "example.com", scope: "Cluster", names, versions },
  });
  const { json } = await server.call(`${path}?fieldManager=a`, { method, headers: { "content-type": type }, body });
  expect(server.faults).toEqual([]);
  if (message === undefined) expect(json.metadata).not.toHaveProperty("annotations");
  else expect(json).toMatchObject({ kind: "Status", code, message: expect.stringContaining(message) });
  expect(json.status === "Failure" ? json.code : code).toBe(code);
});
