import net from "node:net";
import { expect, test } from "vitest";
import type { JsonObject } from "../../../src/sandbox/objects/index.ts";
import { type Answer, plainRequest, startServer } from "./client.ts";

const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
const json = { "content-type": "application/json" };

function configMap(name: string, rest: JsonObject = {}): JsonObject {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, ...rest };
}

/** Code, reason and message: what a refusal says. */
function refused({ code, json: { kind, status, reason, message } }: Answer): JsonObject {
  return { kind, status, code, reason, message };
}

test.each([
  ["a wrong token", "wrong"],
  ["a prefix of the token", "a-token-for-test"],
  ["an empty token", ""],
])("%s is refused", async (_, token) => {
  const { call } = await startServer();
  expect(refused(await call("/version", { token }))).toEqual({
    kind: "Status",
    status: "Failure",
    code: 401,
    reason: "Unauthorized",
    message: "Unauthorized",
  });
});

test("it speaks TLS only, and listens on the loopback alone", async () => {
  const { port, server } = await startServer();
  expect(await plainRequest(port)).toMatch(/ECONNRESET|EPROTO|HPE_/);
  expect(server.certificate.cert).toContain("BEGIN CERTIFICATE");
  const other = await new Promise((resolve) => {
    const socket = net.connect({ host: "127.0.0.2", port });
    socket.on("connect", () => resolve("connected")).on("error", () => resolve("refused"));
  });
  expect(other).toBe("refused");
});

test("it says which Kubernetes it plays", async () => {
  const { call } = await startServer();
  expect((await call("/version")).json).toMatchObject({ major: "1", minor: "35", gitVersion: "v1.35.0" });
  for (const path of ["/livez", "/readyz", "/healthz", "/readyz/ping"]) {
    expect(await call(path)).toMatchObject({ code: 200, text: "ok" });
  }
});

test.each([
  ["/apis/nope.example.com/v1/things", 404, "NotFound"],
  ["/nope", 404, "NotFound"],
  ["/", 404, "NotFound"],
  ["/api/v1/namespaces/default/nodes", 404, "NotFound"],
  ["/api/v1/pods/x", 404, "NotFound"],
  ["/api/v1/%zz", 404, "NotFound"],
  ["/api/v1/namespaces/default/pods/x/__proto__", 404, "NotFound"],
])("%s is no resource", async (path, code, reason) => {
  const { call, faults } = await startServer();
  const answer = await call(path);
  expect(refused(answer)).toEqual({
    kind: "Status",
    status: "Failure",
    code,
    reason,
    message: "the server could not find the requested resource",
  });
  expect(answer.json.details).toEqual({});
  expect(faults).toEqual([]);
});

test.each<[string, string, JsonObject, number, string, string]>([
  [
    "POST",
    CONFIG_MAPS,
    { headers: json, body: "{" },
    400,
    "BadRequest",
    "couldn't get version/kind; json parse error: ",
  ],
  [
    "POST",
    CONFIG_MAPS,
    { headers: json, body: "[]" },
    400,
    "BadRequest",
    "couldn't get version/kind; json parse error: ",
  ],
  [
    "POST",
    CONFIG_MAPS,
    { headers: json, body: "" },
    400,
    "BadRequest",
    "couldn't get version/kind; json parse error: ",
  ],
  [
    "POST",
    CONFIG_MAPS,
    { headers: { "content-type": "text/csv" }, body: "a" },
    415,
    "UnsupportedMediaType",
    "the body of the request was in an unknown format",
  ],
  [
    "POST",
    CONFIG_MAPS,
    { headers: { "content-type": "application/yaml" }, body: "a: [" },
    400,
    "BadRequest",
    "error converting YAML to JSON: ",
  ],
  [
    "POST",
    CONFIG_MAPS,
    { headers: { "content-type": "application/vnd.kubernetes.protobuf" }, body: "k8s" },
    400,
    "BadRequest",
    "cannot decode the protobuf body: ",
  ],
  [
    "PATCH",
    `${CONFIG_MAPS}/a`,
    { headers: json, body: "{}" },
    415,
    "UnsupportedMediaType",
    "the body of the request was in an unknown format",
  ],
  [
    "PATCH",
    `${CONFIG_MAPS}/a`,
    { headers: { "content-type": "application/apply-patch+yaml" }, body: "{}" },
    422,
    "Invalid",
    'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
  ],
  [
    "PUT",
    CONFIG_MAPS,
    { headers: json, body: "{}" },
    405,
    "MethodNotAllowed",
    "the server does not allow this method on the requested resource",
  ],
  [
    "POST",
    `${CONFIG_MAPS}/a`,
    { headers: json, body: "{}" },
    405,
    "MethodNotAllowed",
    "the server does not allow this method on the requested resource",
  ],
  [
    "POST",
    "/api/v1/configmaps",
    { headers: json, body: "{}" },
    405,
    "MethodNotAllowed",
    "the server does not allow this method on the requested resource",
  ],
  [
    "OPTIONS",
    CONFIG_MAPS,
    {},
    405,
    "MethodNotAllowed",
    "the server does not allow this method on the requested resource",
  ],
  ["POST", "/version", {}, 405, "MethodNotAllowed", "the server does not allow this method on the requested resource"],
  ["GET", `${CONFIG_MAPS}?limit=1&continue=abc`, {}, 400, "BadRequest", "continue key is not valid"],
  ["GET", `${CONFIG_MAPS}?labelSelector=a+in+(b`, {}, 400, "BadRequest", "unable to parse requirement"],
  ["GET", `${CONFIG_MAPS}?fieldSelector=spec.x%3Da`, {}, 400, "BadRequest", "field label not supported: spec.x"],
  ["GET", `${CONFIG_MAPS}?watch=true&resourceVersion=abc`, {}, 400, "BadRequest", "invalid resource version: "],
  ["GET", `${CONFIG_MAPS}?watch=true&sendInitialEvents=true`, {}, 422, "Invalid", "ListOptions.meta.k8s.io"],
  [
    "POST",
    `${CONFIG_MAPS}?fieldValidation=Maybe`,
    { headers: json, body: configMap("a") },
    422,
    "Invalid",
    "CreateOptions.meta.k8s.io",
  ],
  [
    "POST",
    `${CONFIG_MAPS}?dryRun=Some`,
    { headers: json, body: configMap("a") },
    422,
    "Invalid",
    "CreateOptions.meta.k8s.io",
  ],
])("%s %s with a wrong request is refused", async (method, path, sent, code, reason, message) => {
  const { call, put, faults } = await startServer();
  put(configMap("a"));
  const answer = refused(await call(path, { method, ...sent }));
  expect(answer).toMatchObject({ kind: "Status", status: "Failure", code, reason });
  expect(answer.message.startsWith(message) || answer.message).toBe(true);
  expect(faults).toEqual([]);
});

test("a body past 3 MiB is refused, announced or not, and the server lives on", async () => {
  const { call } = await startServer();
  const body = JSON.stringify(configMap("a", { data: { x: "y".repeat(4 * 1024 * 1024) } }));
  const announced = { ...json, "content-length": String(body.length) };
  for (const headers of [announced, { ...json, "transfer-encoding": "chunked" }]) {
    const outcome = await call(CONFIG_MAPS, { method: "POST", headers, body }).then(
      ({ code }) => code,
      (error: NodeJS.ErrnoException) => error.code,
    );
    // A client that still writes when the answer comes may see a cut connection instead.
    expect([413, "EPIPE", "ECONNRESET"]).toContain(outcome);
  }
  expect((await call("/readyz")).text).toBe("ok");
});

test.each([
  ["application/merge-patch+json", "null", 400],
  ["application/json-patch+json", '[{"op":"remove","path":""}]', 400],
  ["application/json-patch+json", '[{"op":"test","path":"/spec/replicas","value":7}]', 422],
])("a wrong patch of a scale is refused: %s %s", async (type, body, code) => {
  const { call, faults, put } = await startServer();
  const containers = [{ name: "c", image: "i" }];
  const template = { metadata: { labels: { a: "b" } }, spec: { containers } };
  const spec = { selector: { matchLabels: { a: "b" } }, template };
  put({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "w" }, spec });
  const path = "/apis/apps/v1/namespaces/default/deployments/w/scale";
  const answer = await call(path, { method: "PATCH", headers: { "content-type": type }, body });
  expect([answer.code, answer.json.kind, faults]).toEqual([code, "Status", []]);
});

test("an exception in a handler is a 500 Status, and is reported", async () => {
  const { call, faults, registry } = await startServer();
  registry.get = () => {
    throw new TypeError("boom");
  };
  expect(refused(await call(`${CONFIG_MAPS}/a`))).toEqual({
    kind: "Status",
    status: "Failure",
    code: 500,
    reason: "InternalError",
    message: "Internal error occurred: boom",
  });
  expect(faults).toEqual([`GET ${CONFIG_MAPS}/a`]);
});

test("YAML and JSON bodies make the same object; HEAD answers without a body", async () => {
  const { call } = await startServer();
  const yaml = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {x: "1"}\n';
  const headers = { "content-type": "application/yaml" };
  const created = await call(CONFIG_MAPS, { method: "POST", headers, body: yaml });
  expect(created).toMatchObject({ code: 201, json: { data: { x: "1" }, metadata: { name: "a" } } });
  const head = await call(`${CONFIG_MAPS}/a`, { method: "HEAD" });
  expect([head.code, head.text, head.headers["content-type"]]).toEqual([200, "", "application/json"]);
});

test("unknown fields are named in Warning headers, whatever characters they have", async () => {
  const { call } = await startServer();
  const body = configMap("a", { 'we"ird\n': 1, größe: 2 });
  const { code, headers } = await call(CONFIG_MAPS, { method: "POST", headers: json, body });
  const warnings = Buffer.from(headers.warning ?? "", "latin1").toString("utf8");
  expect(code).toBe(201);
  expect(warnings).toBe(`299 - "unknown field \\"we\\"ird \\"", 299 - "unknown field \\"größe\\""`);
});

test("a delete answers with a Status, or with the object while something holds it", async () => {
  const { call, put } = await startServer();
  const { uid } = put(configMap("a")).metadata;
  expect((await call(`${CONFIG_MAPS}/a`, { method: "DELETE" })).json).toEqual({
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Success",
    details: { name: "a", kind: "configmaps", uid },
    code: 200,
  });
  put({ ...configMap("b"), metadata: { name: "b", finalizers: ["example.com/hold"] } });
  const body = { propagationPolicy: "Background" };
  const held = await call(`${CONFIG_MAPS}/b`, { method: "DELETE", headers: json, body });
  expect(held.json).toMatchObject({ kind: "ConfigMap", metadata: { deletionTimestamp: "2026-01-01T00:00:00Z" } });
});

test("a collection is deleted by selector", async () => {
  const { call, put } = await startServer();
  put({ ...configMap("a"), metadata: { name: "a", labels: { app: "x" } } });
  put(configMap("b"));
  await call(`${CONFIG_MAPS}?labelSelector=app%3Dx`, { method: "DELETE" });
  const { items } = (await call(CONFIG_MAPS)).json;
  expect(items.map((item: JsonObject) => item.metadata.name)).toEqual(["b"]);
});

test("a dry run of a delete leaves the object", async () => {
  const { call, put } = await startServer();
  put(configMap("a"));
  await call(`${CONFIG_MAPS}/a?dryRun=All`, { method: "DELETE" });
  expect((await call(`${CONFIG_MAPS}/a`)).code).toBe(200);
});

test("the scale of a deployment is read and written apart", async () => {
  const { call, put } = await startServer();
  const template = { metadata: { labels: { app: "web" } }, spec: { containers: [{ name: "a", image: "a:1" }] } };
  const spec = { replicas: 2, selector: { matchLabels: { app: "web" } }, template };
  put({ apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "web" }, spec, status: { replicas: 2 } });
  const path = "/apis/apps/v1/namespaces/default/deployments/web";
  expect((await call(`${path}/scale`)).json).toMatchObject({
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    spec: { replicas: 2 },
    status: { replicas: 2, selector: "app=web" },
  });
  const headers = { "content-type": "application/merge-patch+json" };
  const patch = (replicas: unknown): Promise<Answer> =>
    call(`${path}/scale`, { method: "PATCH", headers, body: { spec: { replicas } } });
  expect((await patch(5)).json.spec).toEqual({ replicas: 5 });
  expect((await call(path)).json).toMatchObject({ spec: { replicas: 5 }, metadata: { generation: 2 } });
  expect(refused(await patch(-1))).toMatchObject({
    code: 422,
    message: 'Scale.autoscaling "web" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0',
  });
  expect(refused(await patch("5"))).toMatchObject({ code: 400 });
});

test("partial metadata is given to who asks for it", async () => {
  const { call, put } = await startServer();
  put(configMap("a", { data: { x: "1" } }));
  const headers = { accept: "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1" };
  const { kind, items } = (await call(CONFIG_MAPS, { headers })).json;
  expect(kind).toBe("PartialObjectMetadataList");
  expect(Object.keys(items[0])).toEqual(["kind", "apiVersion", "metadata"]);
});

test("a stream that cannot be is refused before anything is upgraded", async () => {
  const { call, put } = await startServer();
  const containers = [{ name: "a", image: "a:1" }];
  put({ apiVersion: "v1", kind: "Pod", metadata: { name: "a" }, spec: { containers } });
  const path = "/api/v1/namespaces/default/pods/a/exec?command=ls&stdout=1";
  const needsUpgrade = { code: 400, message: "Upgrade request required" };
  expect(refused(await call(path, { method: "POST" }))).toMatchObject(needsUpgrade);
  const expected = { code: 400, message: "pod a does not have a host assigned" };
  const headers = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-key": "x",
    "sec-websocket-version": "13",
  };
  expect(refused(await call(path, { headers }))).toMatchObject(expected);
  expect((await call(path, { headers, token: "wrong" })).code).toBe(401);
});

test("logs come from the hook, a container must be meant", async () => {
  const logs = (
    pod: { metadata: { name: string } },
    container: string,
    { tailLines }: { tailLines?: number | undefined },
  ): string[] => [`${pod.metadata.name} ${container} ${tailLines}`, "second"];
  const { call, put } = await startServer({ logs });
  const containers = [
    { name: "app", image: "a:1" },
    { name: "proxy", image: "p:1" },
  ];
  const containerStatuses = [{ name: "app", state: { running: { startedAt: "2026-01-01T00:00:00Z" } } }];
  const status = { phase: "Running", containerStatuses };
  put({ apiVersion: "v1", kind: "Pod", metadata: { name: "a" }, spec: { containers }, status });
  const path = "/api/v1/namespaces/default/pods/a/log";
  expect((await call(`${path}?container=app&tailLines=5`)).text).toBe("a app 5\nsecond\n");
  expect(refused(await call(path)).message).toBe(
    "a container name must be specified for pod a, choose one of: [app proxy]",
  );
  expect(refused(await call(`${path}?container=nope`)).message).toBe("container nope is not valid for pod a");
});

test("paths of the caller's own are served behind the token", async () => {
  const { call } = await startServer({
    extra: (request, response) => {
      if (request.url !== "/own") return false;
      response.end("mine");
      return true;
    },
  });
  expect((await call("/own")).text).toBe("mine");
  expect((await call("/own", { token: "wrong" })).code).toBe(401);
});

test("closing ends watches as if they were done", async () => {
  const { server, watch, put } = await startServer();
  put(configMap("a"));
  const events = await watch(`${CONFIG_MAPS}?watch=true`);
  expect((await events.next()).value.type).toBe("ADDED");
  expect(server.openStreams).toBe(1);
  await server.close();
  expect(await events.next()).toEqual({ done: true, value: undefined });
  expect(server.openStreams).toBe(0);
});
