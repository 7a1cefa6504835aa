import { expect, test } from "vitest";
import type { JsonObject } from "../../../src/sandbox/objects/index.ts";
import { startServer, type TestServer } from "./client.ts";

const POD = "/api/v1/namespaces/default/pods/p";
const STRATEGIC = { "content-type": "application/strategic-merge-patch+json" };
const AMOUNTS = { requests: { cpu: "100m", memory: "64Mi" }, limits: { memory: "64Mi" } };

async function withPod(): Promise<TestServer> {
  const server = await startServer();
  const containers = [{ name: "app", image: "nginx", resources: AMOUNTS }];
  server.put({ apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec: { containers } });
  return server;
}

function patch(server: TestServer, part: string, spec: JsonObject): ReturnType<TestServer["call"]> {
  return server.call(`${POD}/${part}`, { method: "PATCH", headers: STRATEGIC, body: { spec } });
}

const debug = (more: JsonObject = {}): JsonObject => ({
  ephemeralContainers: [{ name: "debugger", image: "busybox", ...more }],
});

test("an ephemeral container is added with its defaults, and nothing else that is sent counts", async () => {
  const server = await withPod();
  const sent = { ...debug({ targetContainerName: "app" }), containers: [{ name: "app", image: "other" }] };
  const { code, json } = await patch(server, "ephemeralcontainers", sent);
  expect(code).toBe(200);
  expect(json.spec.containers[0].image).toBe("nginx");
  expect(json.spec.ephemeralContainers).toEqual([
    {
      name: "debugger",
      image: "busybox",
      imagePullPolicy: "Always",
      resources: {},
      targetContainerName: "app",
      terminationMessagePath: "/dev/termination-log",
      terminationMessagePolicy: "File",
    },
  ]);
  const owners = json.metadata.managedFields.map((one: JsonObject) => [one.operation, one.subresource]);
  expect(owners).toContainEqual(["Update", "ephemeralcontainers"]);
  expect(
    (await patch(server, "ephemeralcontainers", debug({ name: "second" }))).json.spec.ephemeralContainers,
  ).toHaveLength(2);
});

test.each<[string, JsonObject, string]>([
  ["without an image", debug({ image: "" }), "spec.ephemeralContainers[0].image: Required value"],
  ["with a name that is taken", debug({ name: "app" }), 'spec.ephemeralContainers[0].name: Duplicate value: "app"'],
  [
    "for nobody",
    debug({ targetContainerName: "x" }),
    'spec.ephemeralContainers[0].targetContainerName: Not found: "x"',
  ],
  [
    "with ports",
    debug({ ports: [{ containerPort: 80 }] }),
    "spec.ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral Container",
  ],
])("an ephemeral container %s is refused", async (_, spec, message) => {
  const { code, json } = await patch(await withPod(), "ephemeralcontainers", spec);
  expect([code, json.message]).toEqual([422, `Pod "p" is invalid: ${message}`]);
});

test("an ephemeral container stays as it is, and comes by its subresource alone", async () => {
  const server = await withPod();
  await patch(server, "ephemeralcontainers", debug());
  const list = "spec.ephemeralContainers: Forbidden: existing ephemeral containers";
  const changed = await patch(server, "ephemeralcontainers", debug({ image: "alpine" }));
  expect(changed.json.message).toBe(`Pod "p" is invalid: ${list} "debugger" may not be changed\n`);
  const removed = await patch(server, "ephemeralcontainers", { ephemeralContainers: null });
  expect(removed.json.message).toBe(`Pod "p" is invalid: ${list} "debugger" may not be removed\n`);
  const direct = await server.call(POD, { method: "PATCH", headers: STRATEGIC, body: { spec: debug({ name: "b" }) } });
  expect(direct.json.message).toContain("spec: Forbidden: pod updates may not change fields other than");
});

const resources = (one: JsonObject): JsonObject => ({ containers: [{ name: "app", resources: one }] });

test("a pod's resources are changed through `resize` alone", async () => {
  const server = await withPod();
  const wanted = resources({ requests: { cpu: "200m" } });
  const direct = await server.call(POD, { method: "PATCH", headers: STRATEGIC, body: { spec: wanted } });
  expect(direct.code).toBe(422);
  const { code, json } = await patch(server, "resize", wanted);
  expect([code, json.spec.containers[0].resources.requests.cpu, json.metadata.generation]).toEqual([200, "200m", 2]);
});

test.each<[string, JsonObject, string]>([
  [
    "its class",
    { requests: { cpu: null, memory: null }, limits: { memory: null } },
    'spec: Invalid value: "Burstable": Pod QOS Class may not change as a result of resizing',
  ],
  [
    "a limit away",
    { limits: { memory: null } },
    "spec.containers[0].resources.limits: Forbidden: resource limits cannot be removed",
  ],
  [
    "something else",
    { limits: { "example.com/gpu": "1" } },
    "spec: Forbidden: only cpu and memory resources are mutable",
  ],
])("a resize cannot change %s", async (_, one, message) => {
  const { code, json } = await patch(await withPod(), "resize", resources(one));
  expect(code).toBe(422);
  expect(json.message).toContain(message);
});

const SCALE = "/apis/apps/v1/namespaces/default/replicasets/r/scale";
const APPLY = { "content-type": "application/apply-patch+yaml" };

async function withReplicaSet(): Promise<TestServer> {
  const server = await startServer();
  const labels = { app: "r" };
  const template = { metadata: { labels }, spec: { containers: [{ name: "c", image: "i" }] } };
  const spec = { replicas: 1, selector: { matchLabels: labels }, template };
  const body = { apiVersion: "apps/v1", kind: "ReplicaSet", metadata: { name: "r" }, spec };
  const headers = { "content-type": "application/json" };
  await server.call(SCALE.replace("/r/scale", "?fieldManager=maker"), { method: "POST", headers, body });
  return server;
}

test("an apply of a scale owns the replicas, and conflicts with who else does", async () => {
  const server = await withReplicaSet();
  const body = { apiVersion: "autoscaling/v1", kind: "Scale", metadata: { name: "r" }, spec: { replicas: 3 } };
  const apply = (query: string): ReturnType<TestServer["call"]> =>
    server.call(`${SCALE}?${query}`, { method: "PATCH", headers: APPLY, body });
  const refused = await apply("fieldManager=scaler");
  expect([refused.code, refused.json.message]).toEqual([
    409,
    'Apply failed with 1 conflict: conflict with "maker" using apps/v1: .spec.replicas',
  ]);
  expect((await apply("fieldManager=scaler&force=true")).json).toMatchObject({ kind: "Scale", spec: { replicas: 3 } });
  const { json } = await server.call(SCALE.replace("/scale", ""));
  expect(json.metadata.managedFields.find((one: JsonObject) => one.manager === "scaler")).toMatchObject({
    operation: "Apply",
    subresource: "scale",
    fieldsV1: { "f:spec": { "f:replicas": {} } },
  });
});

test("a scale is a table too", async () => {
  const server = await withReplicaSet();
  const accept = "application/json;as=Table;v=v1;g=meta.k8s.io";
  const { json } = await server.call(SCALE, { headers: { accept } });
  expect(json.columnDefinitions.map((one: JsonObject) => one.name)).toEqual(["Name", "Desired", "Available", "Age"]);
  expect(json.rows[0].cells).toEqual(["r", 1, 0, "0s"]);
});
