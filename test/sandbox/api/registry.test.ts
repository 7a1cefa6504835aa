import { expect, test } from "vitest";
import { Registry, type Status, StatusError } from "../../../src/sandbox/api/index.ts";
import { type Kind, kindOf } from "../../../src/sandbox/kinds/index.ts";
import type { JsonObject, KubeObject } from "../../../src/sandbox/objects/index.ts";
import { createStore } from "../../../src/sandbox/store/index.ts";
import { seeded } from "./seeded.ts";

const NOW = Date.parse("2026-01-01T00:00:00Z");

function kind(apiVersion: string, name: string): Kind {
  const found = kindOf(apiVersion, name);
  if (!found) throw new Error(`no kind ${apiVersion} ${name}`);
  return found;
}

const CONFIG_MAP = kind("v1", "ConfigMap");
const DEPLOYMENT = kind("apps/v1", "Deployment");
const NAMESPACE = kind("v1", "Namespace");
const POD = kind("v1", "Pod");
const SERVICE = kind("v1", "Service");

function emptyRegistry(): Registry {
  const random = seeded(1);
  const clock = (): number => NOW;
  const registry = new Registry({ store: createStore({ clock, random }), clock, random });
  registry.create(NAMESPACE, undefined, object("v1", "Namespace", "default"));
  return registry;
}

function object(apiVersion: string, kindName: string, name: string, rest: JsonObject = {}): KubeObject {
  return { apiVersion, kind: kindName, ...rest, metadata: { name, ...rest.metadata } };
}

function configMap(name: string, rest: JsonObject = {}): KubeObject {
  return object("v1", "ConfigMap", name, rest);
}

function deployment(name: string, spec: JsonObject = {}): KubeObject {
  const template = { metadata: { labels: { app: name } }, spec: { containers: [{ name: "app", image: "nginx:1" }] } };
  const selector = { matchLabels: { app: name } };
  return object("apps/v1", "Deployment", name, { spec: { selector, template, ...spec } });
}

function service(name: string, spec: JsonObject = {}): KubeObject {
  return object("v1", "Service", name, { spec: { ports: [{ port: 80 }], selector: { app: name }, ...spec } });
}

function pod(name: string, metadata: JsonObject = {}): KubeObject {
  return object("v1", "Pod", name, { metadata, spec: { nodeName: "node", containers: [{ name: "a", image: "a:1" }] } });
}

/** What a refused call carries. */
function refusal(call: () => unknown): Status {
  try {
    call();
  } catch (error) {
    if (error instanceof StatusError) return error.status;
    throw error;
  }
  throw new Error("nothing was refused");
}

test("a name is generated with five letters that make no words", () => {
  const created = emptyRegistry().create(CONFIG_MAP, "default", {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { generateName: "web-" } as KubeObject["metadata"],
  });
  expect(created.object.metadata.name).toMatch(/^web-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
});

test.each<[string, (registry: Registry) => unknown, Partial<Status>]>([
  [
    "an object that is not there",
    (registry) => registry.get(DEPLOYMENT, "default", "web"),
    {
      code: 404,
      reason: "NotFound",
      message: 'deployments.apps "web" not found',
      details: { name: "web", group: "apps", kind: "deployments" },
    },
  ],
  [
    "a namespace that is not there",
    (registry) => registry.create(CONFIG_MAP, "nope", configMap("a")),
    { code: 404, message: 'namespaces "nope" not found', details: { name: "nope", kind: "namespaces" } },
  ],
  [
    "a name that is taken",
    (registry) => {
      registry.create(CONFIG_MAP, "default", configMap("a"));
      registry.create(CONFIG_MAP, "default", configMap("a"));
    },
    {
      code: 409,
      reason: "AlreadyExists",
      message: 'configmaps "a" already exists',
      details: { name: "a", kind: "configmaps" },
    },
  ],
  [
    "a missing name",
    (registry) => registry.create(CONFIG_MAP, "default", configMap("")),
    {
      code: 422,
      reason: "Invalid",
      message: 'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
    },
  ],
  [
    "another namespace in the body",
    (registry) => registry.create(CONFIG_MAP, "default", configMap("a", { metadata: { namespace: "other" } })),
    {
      code: 400,
      reason: "BadRequest",
      message: "the namespace of the provided object does not match the namespace sent on the request",
    },
  ],
  [
    "another kind in the body",
    (registry) => registry.create(CONFIG_MAP, "default", object("v1", "Secret", "a")),
    { code: 400, message: "the kind in the data (Secret) does not match the expected kind (ConfigMap)" },
  ],
  [
    "another name in the body of a PUT",
    (registry) => {
      registry.create(CONFIG_MAP, "default", configMap("a"));
      registry.update(CONFIG_MAP, "default", "a", configMap("b"));
    },
    { code: 400, message: "the name of the object (b) does not match the name on the URL (a)" },
  ],
  [
    "a version on create",
    (registry) => registry.create(CONFIG_MAP, "default", configMap("a", { metadata: { resourceVersion: "1" } })),
    { code: 400, message: "resourceVersion should not be set on objects to be created" },
  ],
  [
    "a stale version",
    (registry) => {
      registry.create(CONFIG_MAP, "default", configMap("a"));
      registry.update(
        CONFIG_MAP,
        "default",
        "a",
        configMap("a", { metadata: { resourceVersion: "1" }, data: { x: "1" } }),
      );
    },
    {
      code: 409,
      reason: "Conflict",
      message:
        'Operation cannot be fulfilled on configmaps "a": the object has been modified; please apply your changes to the latest version and try again',
    },
  ],
  [
    "an unknown field, strictly",
    (registry) =>
      registry.create(DEPLOYMENT, "default", deployment("web", { replicsa: 2 }), { fieldValidation: "Strict" }),
    {
      code: 400,
      reason: "BadRequest",
      message:
        'Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.replicsa"',
    },
  ],
  [
    "an unknown field in a patch, strictly",
    (registry) => {
      registry.create(DEPLOYMENT, "default", deployment("web"));
      const patch = { kind: "strategic", body: { spec: { replicsa: 2, paused: null } } } as const;
      registry.patch(DEPLOYMENT, "default", "web", patch, { fieldValidation: "Strict" });
    },
    {
      code: 422,
      reason: "Invalid",
      details: {
        name: "",
        kind: "",
        causes: [
          {
            reason: "FieldValueInvalid",
            message:
              'Invalid value: "map[spec:map[paused:<nil> replicsa:2]]": strict decoding error: unknown field "spec.replicsa"',
            field: "patch",
          },
        ],
      },
    },
  ],
  [
    "a wrong type",
    (registry) => registry.create(DEPLOYMENT, "default", deployment("web", { replicas: "two" })),
    {
      code: 400,
      reason: "BadRequest",
      message:
        'Deployment in version "v1" cannot be handled as a Deployment: json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
    },
  ],
  [
    "the default namespace's end",
    (registry) => registry.delete(NAMESPACE, undefined, "default"),
    { code: 403, reason: "Forbidden", message: 'namespaces "default" is forbidden: this namespace may not be deleted' },
  ],
  [
    "a delete of another object of that name",
    (registry) => {
      registry.create(CONFIG_MAP, "default", configMap("a"));
      registry.delete(CONFIG_MAP, "default", "a", { preconditions: { uid: "other" } });
    },
    { code: 409, reason: "Conflict" },
  ],
  [
    "a failed test of a JSON patch",
    (registry) => {
      registry.create(CONFIG_MAP, "default", configMap("a"));
      registry.patch(CONFIG_MAP, "default", "a", { kind: "json", body: [{ op: "test", path: "/data", value: 1 }] });
    },
    {
      code: 422,
      reason: "Invalid",
      message: "the server rejected our request due to an error in our request",
      details: {},
    },
  ],
  [
    "a node port that another service has",
    (registry) => {
      const spec = { type: "NodePort", ports: [{ port: 80, nodePort: 30080 }] };
      registry.create(SERVICE, "default", service("a", spec));
      registry.create(SERVICE, "default", service("b", spec));
    },
    {
      code: 422,
      message:
        'Service "b" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated',
    },
  ],
  [
    "annotations beyond their limit",
    (registry) =>
      registry.create(
        CONFIG_MAP,
        "default",
        configMap("a", { metadata: { annotations: { big: "x".repeat(262_144) } } }),
      ),
    {
      code: 422,
      message: 'ConfigMap "a" is invalid: metadata.annotations: Too long: may not be more than 262144 bytes',
    },
  ],
])("%s is refused as upstream refuses it", (_, call, expected) => {
  const registry = emptyRegistry();
  expect(refusal(() => call(registry))).toMatchObject(expected);
});

test("unknown fields are dropped with a warning, and never stored", () => {
  const registry = emptyRegistry();
  const written = registry.create(DEPLOYMENT, "default", deployment("web", { replicsa: 2 }));
  expect(written.warnings).toEqual(['unknown field "spec.replicsa"']);
  expect(registry.get(DEPLOYMENT, "default", "web").spec).not.toHaveProperty("replicsa");
  expect(
    registry.create(DEPLOYMENT, "default", deployment("api", { replicsa: 2 }), { fieldValidation: "Ignore" }).warnings,
  ).toEqual([]);
});

test("generation counts changes of the spec, not of labels or status", () => {
  const registry = emptyRegistry();
  registry.create(DEPLOYMENT, "default", deployment("web"));
  const generation = (): number | undefined => registry.get(DEPLOYMENT, "default", "web").metadata.generation;
  const merge = (body: JsonObject): unknown => registry.patch(DEPLOYMENT, "default", "web", { kind: "merge", body });
  merge({ metadata: { labels: { a: "b" } } });
  registry.updateStatus(DEPLOYMENT, "default", "web", { ...deployment("web"), status: { replicas: 1 } });
  expect(generation()).toBe(1);
  merge({ spec: { replicas: 3 } });
  expect(generation()).toBe(2);
  merge({ spec: { replicas: 3 } });
  expect(generation()).toBe(2);
  expect(emptyRegistry().create(CONFIG_MAP, "default", configMap("a")).object.metadata.generation).toBeUndefined();
});

test("status and the rest are written by different doors", () => {
  const registry = emptyRegistry();
  registry.create(DEPLOYMENT, "default", { ...deployment("web"), status: { replicas: 9 } });
  expect(registry.get(DEPLOYMENT, "default", "web").status).toEqual({});
  registry.updateStatus(DEPLOYMENT, "default", "web", {
    ...deployment("web", { replicas: 7 }),
    status: { replicas: 2 },
  });
  expect(registry.get(DEPLOYMENT, "default", "web")).toMatchObject({ spec: { replicas: 1 }, status: { replicas: 2 } });
  registry.patch(DEPLOYMENT, "default", "web", {
    kind: "merge",
    body: { spec: { replicas: 4 }, status: { replicas: 0 } },
  });
  expect(registry.get(DEPLOYMENT, "default", "web")).toMatchObject({ spec: { replicas: 4 }, status: { replicas: 2 } });
});

test("a write that changes nothing does not move the version", () => {
  const registry = emptyRegistry();
  registry.create(DEPLOYMENT, "default", deployment("web"));
  const before = registry.store.resourceVersion;
  registry.update(DEPLOYMENT, "default", "web", deployment("web"));
  registry.patch(DEPLOYMENT, "default", "web", { kind: "strategic", body: { spec: { replicas: 1 } } });
  expect(registry.store.resourceVersion).toBe(before);
});

test("a dry run answers as if, and stores nothing", () => {
  const registry = emptyRegistry();
  const before = registry.store.resourceVersion;
  const created = registry.create(SERVICE, "default", service("a"), { dryRun: true }).object;
  expect(created.metadata.uid).toBeDefined();
  expect(created.spec?.clusterIP).toMatch(/^10\.96\./);
  expect(registry.store.resourceVersion).toBe(before);
});

test("services get addresses and ports that no other has, and keep them", () => {
  const registry = emptyRegistry();
  const addresses = ["a", "b", "c"].map(
    (name) => registry.create(SERVICE, "default", service(name)).object.spec?.clusterIP,
  );
  expect(new Set(addresses).size).toBe(3);
  const updated = registry.update(SERVICE, "default", "a", service("a", { type: "NodePort" })).object;
  expect(updated.spec?.clusterIP).toBe(addresses[0]);
  const nodePort = updated.spec?.ports[0].nodePort;
  expect(nodePort).toBeGreaterThanOrEqual(30_000);
  expect(nodePort).toBeLessThanOrEqual(32_767);
  const back = registry.update(SERVICE, "default", "a", service("a", { type: "ClusterIP" })).object;
  expect(back.spec?.ports[0]).not.toHaveProperty("nodePort");
});

test("a pod stays for its grace, and goes when its node has let go of it", () => {
  const registry = emptyRegistry();
  registry.create(POD, "default", pod("a"));
  const first = registry.delete(POD, "default", "a");
  expect(first.removed).toBe(false);
  expect(first.object.metadata).toMatchObject({
    deletionTimestamp: "2026-01-01T00:00:30Z",
    deletionGracePeriodSeconds: 30,
  });
  registry.delete(POD, "default", "a", { gracePeriodSeconds: 600 });
  expect(registry.get(POD, "default", "a").metadata.deletionGracePeriodSeconds).toBe(30);
  expect(registry.delete(POD, "default", "a", { gracePeriodSeconds: 0 }).removed).toBe(true);
});

test("finalizers hold an object until they are taken away, and no new ones may come", () => {
  const registry = emptyRegistry();
  registry.create(CONFIG_MAP, "default", configMap("a", { metadata: { finalizers: ["example.com/hold"] } }));
  expect(registry.delete(CONFIG_MAP, "default", "a").removed).toBe(false);
  const finalizers = (list: string[]): unknown =>
    registry.patch(CONFIG_MAP, "default", "a", { kind: "merge", body: { metadata: { finalizers: list } } });
  expect(refusal(() => finalizers(["example.com/hold", "example.com/more"])).message).toBe(
    'ConfigMap "a" is invalid: metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"example.com/more"}',
  );
  finalizers([]);
  expect(refusal(() => registry.get(CONFIG_MAP, "default", "a")).code).toBe(404);
});

test.each([
  ["Foreground", ["foregroundDeletion"]],
  ["Orphan", ["orphan"]],
] as const)("%s leaves the object to the garbage collector", (propagationPolicy, finalizers) => {
  const registry = emptyRegistry();
  registry.create(CONFIG_MAP, "default", configMap("a"));
  const { object: marked, removed } = registry.delete(CONFIG_MAP, "default", "a", { propagationPolicy });
  expect({ removed, finalizers: marked.metadata.finalizers }).toEqual({ removed: false, finalizers });
});

test("a namespace terminates: nothing new comes in, and it goes when it is finalized", () => {
  const registry = emptyRegistry();
  const created = registry.create(
    NAMESPACE,
    undefined,
    object("v1", "Namespace", "demo", { spec: { finalizers: ["kubernetes"] } }),
  );
  expect(created.object.spec?.finalizers).toEqual(["kubernetes"]);
  const { object: marked, removed } = registry.delete(NAMESPACE, undefined, "demo");
  expect({ removed, phase: marked.status?.phase }).toEqual({ removed: false, phase: "Terminating" });
  expect(refusal(() => registry.create(CONFIG_MAP, "demo", configMap("a")))).toMatchObject({
    code: 403,
    message:
      'configmaps "a" is forbidden: unable to create new content in namespace demo because it is being terminated',
    details: { causes: [{ reason: "NamespaceTerminating" }] },
  });
  registry.finalizeNamespace(NAMESPACE, "demo", { ...marked, spec: { finalizers: [] } });
  expect(refusal(() => registry.get(NAMESPACE, undefined, "demo")).code).toBe(404);
});

test("a pod is bound to a node once", () => {
  const registry = emptyRegistry();
  const unbound = pod("a");
  delete unbound.spec?.nodeName;
  registry.create(POD, "default", unbound);
  expect(registry.bindPod(POD, "default", "a", "one").object.spec?.nodeName).toBe("one");
  expect(refusal(() => registry.bindPod(POD, "default", "a", "two")).code).toBe(409);
});
