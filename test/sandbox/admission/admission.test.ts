import { beforeEach, expect, test } from "vitest";
import { clusterAdmission } from "../../../src/sandbox/admission/index.ts";
import { Registry, StatusError } from "../../../src/sandbox/api/index.ts";
import { kindOf } from "../../../src/sandbox/kinds/index.ts";
import type { JsonObject, KubeObject } from "../../../src/sandbox/objects/index.ts";
import { createStore } from "../../../src/sandbox/store/index.ts";
import { type AdmissionHandler, webhooks } from "../../../src/sandbox/webhooks/index.ts";
import { seeded } from "../api/seeded.ts";

let registry: Registry;
let warnings: readonly string[];
/** What the webhook that only looks was shown. */
let seen: string[];
let lastSeen: KubeObject | undefined;

/** A sidecar injector and a judge, as the servers behind webhooks are written. */
const HANDLERS: readonly AdmissionHandler[] = [
  {
    answersFor: ({ name, path }) => name === "injector" && path === "/inject",
    admit: ({ object }) => {
      const spec = {
        ...object.spec,
        containers: [...(object.spec?.containers ?? []), { name: "proxy", image: "proxyv2" }],
      };
      return { allowed: true, object: { ...object, spec }, warnings: ["injected"] };
    },
  },
  {
    answersFor: ({ name, path }) => name === "injector" && path.startsWith("/see"),
    admit: ({ object }, { path }) => {
      seen.push(`${path} ${(object.spec?.containers ?? []).map(({ name }: JsonObject) => name).join(" ")}`);
      lastSeen = object;
      return { allowed: true };
    },
  },
  {
    answersFor: ({ name, path }) => name === "injector" && path === "/judge",
    admit: ({ operation }) => ({ allowed: false, message: `no ${operation} here` }),
  },
];

beforeEach(() => {
  const random = seeded(5);
  seen = [];
  lastSeen = undefined;
  const clock = (): number => Date.parse("2026-01-01T00:00:00Z");
  const store = createStore({ clock, random });
  const admit = clusterAdmission(store, webhooks(store, HANDLERS));
  registry = new Registry({ store, clock, random, admit });
  make("v1", "Namespace", "default");
});

function make(
  apiVersion: string,
  kind: string,
  name: string,
  rest: JsonObject = {},
  options: JsonObject = {},
): KubeObject {
  const found = kindOf(apiVersion, kind);
  if (!found) throw new Error(`no kind ${kind}`);
  const namespace = found.namespaced ? "default" : undefined;
  const { metadata = {}, ...body } = rest;
  const object = { apiVersion, kind, metadata: { name, ...(namespace && { namespace }), ...metadata }, ...body };
  const written = registry.create(found, namespace, object, options);
  warnings = written.warnings;
  return written.object;
}

/** Code and words of the refusal. */
function refusal(write: () => unknown): string {
  try {
    write();
  } catch (error) {
    if (error instanceof StatusError) return `${error.status.code} ${error.message}`;
    throw error;
  }
  return "written";
}

function pod(name: string, resources: JsonObject = {}, spec: JsonObject = {}): KubeObject {
  return make("v1", "Pod", name, { spec: { containers: [{ name: "c", image: "i", resources }], ...spec } });
}

const quota = (hard: JsonObject, rest: JsonObject = {}): KubeObject =>
  make("v1", "ResourceQuota", "q", { spec: { hard, ...rest } });
const range = (limit: JsonObject): KubeObject => make("v1", "LimitRange", "r", { spec: { limits: [limit] } });

test.each<[string, JsonObject, () => unknown, string]>([
  [
    "pods",
    { pods: "1" },
    () => [pod("a"), pod("b")],
    '403 pods "b" is forbidden: exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1',
  ],
  [
    "what containers ask for",
    { "requests.cpu": "1", "limits.memory": "1Gi" },
    () => pod("a", { requests: { cpu: "1500m" }, limits: { cpu: "2", memory: "2Gi" } }),
    '403 pods "a" is forbidden: exceeded quota: q, requested: limits.memory=2Gi,requests.cpu=1500m, used: limits.memory=0,requests.cpu=0, limited: limits.memory=1Gi,requests.cpu=1',
  ],
  [
    "what containers do not say",
    { "requests.cpu": "1", "limits.memory": "1Gi" },
    () => pod("a", { requests: { cpu: "1" } }),
    '403 pods "a" is forbidden: failed quota: q: must specify limits.memory for: c',
  ],
  [
    "objects of any kind",
    { "count/deployments.apps": "0" },
    () =>
      make("apps/v1", "Deployment", "d", {
        spec: {
          selector: { matchLabels: { a: "b" } },
          template: { metadata: { labels: { a: "b" } }, spec: { containers: [{ name: "c", image: "i" }] } },
        },
      }),
    '403 deployments.apps "d" is forbidden: exceeded quota: q, requested: count/deployments.apps=1, used: count/deployments.apps=0, limited: count/deployments.apps=0',
  ],
  [
    "storage",
    { "requests.storage": "5Gi" },
    () =>
      make("v1", "PersistentVolumeClaim", "p", {
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "6Gi" } } },
      }),
    '403 persistentvolumeclaims "p" is forbidden: exceeded quota: q, requested: requests.storage=6Gi, used: requests.storage=0, limited: requests.storage=5Gi',
  ],
  [
    "node ports",
    { "services.nodeports": "1" },
    () =>
      make("v1", "Service", "s", {
        spec: {
          type: "NodePort",
          ports: [
            { name: "a", port: 1 },
            { name: "b", port: 2 },
          ],
        },
      }),
    '403 services "s" is forbidden: exceeded quota: q, requested: services.nodeports=2, used: services.nodeports=0, limited: services.nodeports=1',
  ],
])("a quota limits %s", (_, hard, write, message) => {
  quota(hard);
  expect(refusal(write)).toBe(message);
});

test("a quota with a scope is about the pods in it alone", () => {
  quota({ pods: "0" }, { scopes: ["BestEffort"] });
  expect(refusal(() => pod("a", { requests: { cpu: "1" } }))).toBe("written");
  expect(refusal(() => pod("b"))).toContain("exceeded quota: q");
});

test("a limit range fills in what a container does not say, and tells so", () => {
  range({ type: "Container", default: { cpu: "500m" }, defaultRequest: { cpu: "100m", memory: "64Mi" } });
  const { spec, metadata, status } = pod("a", { requests: { memory: "32Mi" } });
  expect(spec?.containers[0].resources).toEqual({ requests: { memory: "32Mi", cpu: "100m" }, limits: { cpu: "500m" } });
  expect(metadata.annotations).toEqual({
    "kubernetes.io/limit-ranger": "LimitRanger plugin set: cpu request for container c; cpu limit for container c",
  });
  expect(status?.qosClass).toBe("Burstable");
});

test.each<[string, JsonObject, JsonObject, string]>([
  [
    "too little",
    { min: { cpu: "200m" } },
    { requests: { cpu: "100m" } },
    "minimum cpu usage per Container is 200m, but request is 100m",
  ],
  [
    "too much",
    { max: { memory: "1Gi" } },
    { limits: { memory: "2Gi" } },
    "maximum memory usage per Container is 1Gi, but limit is 2Gi",
  ],
])("a limit range refuses %s", (_, bounds, resources, why) => {
  range({ type: "Container", ...bounds });
  expect(refusal(() => pod("a", resources))).toBe(`403 pods "a" is forbidden: ${why}`);
});

test("a claim out of its range is refused", () => {
  range({ type: "PersistentVolumeClaim", max: { storage: "1Gi" } });
  const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "2Gi" } } };
  expect(refusal(() => make("v1", "PersistentVolumeClaim", "p", { spec }))).toBe(
    '403 persistentvolumeclaims "p" is forbidden: maximum storage usage per PersistentVolumeClaim is 1Gi, but request is 2Gi',
  );
});

test("accounts and priority classes that are not there are refused, those that are give their value", () => {
  expect(refusal(() => pod("a", {}, { serviceAccountName: "bot" }))).toBe(
    '403 pods "a" is forbidden: error looking up service account default/bot: serviceaccount "bot" not found',
  );
  expect(refusal(() => pod("a", {}, { priorityClassName: "high" }))).toBe(
    '403 pods "a" is forbidden: no PriorityClass with name high was found',
  );
  make("scheduling.k8s.io/v1", "PriorityClass", "high", { value: 1000, preemptionPolicy: "Never" });
  expect(pod("a", {}, { priorityClassName: "high" }).spec).toMatchObject({ priority: 1000, preemptionPolicy: "Never" });
  make("scheduling.k8s.io/v1", "PriorityClass", "usual", { value: 5, globalDefault: true });
  expect(pod("b").spec).toMatchObject({ priority: 5, priorityClassName: "usual" });
});

test("a claim without a class gets the default one", () => {
  const annotations = { "storageclass.kubernetes.io/is-default-class": "true" };
  make("storage.k8s.io/v1", "StorageClass", "fast", { metadata: { annotations }, provisioner: "p" });
  const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "2Gi" } } };
  expect(make("v1", "PersistentVolumeClaim", "p", { spec }).spec?.storageClassName).toBe("fast");
  const none = make("v1", "PersistentVolumeClaim", "n", { spec: { ...spec, storageClassName: "" } });
  expect(none.spec?.storageClassName).toBe("");
});

test.each([
  [true, "written"],
  [
    false,
    '403 persistentvolumeclaims "p" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
  ],
])("a bound claim grows where its class allows it: %s", (allowVolumeExpansion, expected) => {
  make("storage.k8s.io/v1", "StorageClass", "c", { provisioner: "p", allowVolumeExpansion });
  const spec = { accessModes: ["ReadWriteOnce"], storageClassName: "c", resources: { requests: { storage: "1Gi" } } };
  const claim = make("v1", "PersistentVolumeClaim", "p", { spec });
  const kind = kindOf("v1", "PersistentVolumeClaim");
  if (!kind) throw new Error("no claims");
  registry.updateStatus(kind, "default", "p", { ...claim, status: { phase: "Bound" } });
  const body = { spec: { resources: { requests: { storage: "2Gi" } } } };
  expect(refusal(() => registry.patch(kind, "default", "p", { kind: "merge", body }))).toBe(expected);
});

/** A webhook for pods, and the Service that it calls, with a ready endpoint. */
function hook(kind: "Mutating" | "Validating", path: string, rest: JsonObject = {}, name = `h${path.slice(1)}`): void {
  const rules = [{ apiGroups: [""], apiVersions: ["v1"], resources: ["pods"], operations: ["CREATE", "DELETE"] }];
  const service = { namespace: "default", name: "injector", path };
  make("admissionregistration.k8s.io/v1", `${kind}WebhookConfiguration`, name, {
    webhooks: [
      {
        name: "x.example.com",
        clientConfig: { service },
        rules,
        admissionReviewVersions: ["v1"],
        sideEffects: "None",
        ...rest,
      },
    ],
  });
}

function serve(): void {
  make("v1", "Service", "injector", { spec: { clusterIP: "10.96.0.50", ports: [{ port: 443 }] } });
  make("discovery.k8s.io/v1", "EndpointSlice", "injector-1", {
    metadata: { labels: { "kubernetes.io/service-name": "injector" } },
    addressType: "IPv4",
    endpoints: [{ addresses: ["10.244.0.9"], conditions: { ready: true } }],
  });
}

const POST = 'failed calling webhook "x.example.com": failed to call webhook: Post "https://injector.default.svc:443';

test("a mutating webhook changes a pod before it is prepared and checked", () => {
  serve();
  hook("Mutating", "/inject");
  const { spec } = pod("a");
  expect(spec?.containers.map(({ name }: JsonObject) => name)).toEqual(["c", "proxy"]);
  expect(spec?.containers[1]).toMatchObject({ imagePullPolicy: "Always", terminationMessagePolicy: "File" });
  expect(spec?.containers[1].volumeMounts[0].mountPath).toBe("/var/run/secrets/kubernetes.io/serviceaccount");
  expect(warnings).toEqual(["injected"]);
});

test("a mutating webhook sees the pod with its account, its token, its tolerations and its defaults", () => {
  serve();
  hook("Mutating", "/see");
  pod("a");
  expect(lastSeen?.spec).toMatchObject({
    serviceAccountName: "default",
    priority: 0,
    restartPolicy: "Always",
    tolerations: [{ key: "node.kubernetes.io/not-ready" }, { key: "node.kubernetes.io/unreachable" }],
    volumes: [{ name: expect.stringMatching(/^kube-api-access-/) }],
    containers: [{ volumeMounts: [{ mountPath: "/var/run/secrets/kubernetes.io/serviceaccount" }] }],
  });
  expect(lastSeen?.status).toBeUndefined();
});

test.each<[string, string, JsonObject, readonly string[]]>([
  ["before one that changes the pod, once", "/see", {}, ["/see c"]],
  ["before, twice if it wants to", "/see", { reinvocationPolicy: "IfNeeded" }, ["/see c", "/see c proxy"]],
  ["after it, once", "/seeAfter", {}, ["/seeAfter c proxy"]],
  // The new container has had its token mounted in between.
  [
    "after it, twice if it wants to",
    "/seeAfter",
    { reinvocationPolicy: "IfNeeded" },
    ["/seeAfter c proxy", "/seeAfter c proxy"],
  ],
])("a mutating webhook is called %s", (_, path, rest, calls) => {
  serve();
  // They are called in the order of their configurations' names: `hinject` is in the middle.
  hook("Mutating", path, rest, path === "/see" ? "a" : "z");
  hook("Mutating", "/inject");
  pod("a");
  expect(seen).toEqual(calls);
});

test("nobody is called again where nothing was changed", () => {
  serve();
  hook("Mutating", "/see", { reinvocationPolicy: "IfNeeded" }, "a");
  hook("Mutating", "/seeAfter", { reinvocationPolicy: "IfNeeded" }, "z");
  pod("a");
  expect(seen).toEqual(["/see c", "/seeAfter c"]);
});

test.each<[string, JsonObject]>([
  ["its object selector", { objectSelector: { matchLabels: { inject: "yes" } } }],
  ["its namespace selector", { namespaceSelector: { matchLabels: { inject: "yes" } } }],
  [
    "its rule's scope",
    { rules: [{ apiGroups: [""], apiVersions: ["v1"], resources: ["pods"], operations: ["*"], scope: "Cluster" }] },
  ],
])("a webhook is not called where %s says no", (_, rest) => {
  serve();
  hook("Mutating", "/inject", rest);
  expect(pod("a").spec?.containers).toHaveLength(1);
});

test.each<[string, string, JsonObject, string]>([
  ["refuses", "/judge", {}, '403 admission webhook "x.example.com" denied the request: no CREATE here'],
  [
    "is not there",
    "/nobody",
    {},
    `500 Internal error occurred: ${POST}/nobody?timeout=3s": dial tcp 10.96.0.50:443: connect: connection refused`,
  ],
  ["is not there, and need not be", "/nobody", { failurePolicy: "Ignore" }, "written"],
])("a webhook whose server %s", (_, path, rest, message) => {
  serve();
  hook("Validating", path, { timeoutSeconds: 3, ...rest });
  expect(refusal(() => pod("a"))).toBe(message);
});

test("a webhook without its Service, one with side effects in a dry run, and one for deletes", () => {
  pod("old");
  hook("Validating", "/judge", { sideEffects: "Some" });
  expect(refusal(() => pod("a"))).toBe(
    `500 Internal error occurred: ${POST}/judge?timeout=10s": service "injector" not found`,
  );
  serve();
  expect(
    refusal(() => make("v1", "Pod", "a", { spec: { containers: [{ name: "c", image: "i" }] } }, { dryRun: true })),
  ).toBe('400 admission webhook "x.example.com" does not support dry run');
  const kind = kindOf("v1", "Pod");
  expect(refusal(() => kind && registry.delete(kind, "default", "old"))).toBe(
    '403 admission webhook "x.example.com" denied the request: no DELETE here',
  );
});
