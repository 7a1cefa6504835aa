import { describe, expect, test } from "vitest";
import { type AdmissionContext, type Kind, kindOf } from "../../../src/sandbox/kinds/index.ts";
import { deepCopy, type JsonObject, type KubeObject } from "../../../src/sandbox/objects/index.ts";

const ctx: AdmissionContext = {
  now: 0,
  random: () => 0,
  allocateClusterIp: () => "10.96.0.9",
  allocateNodePort: () => 30_001,
};

function kindFor({ apiVersion, kind }: JsonObject): Kind {
  const found = kindOf(apiVersion, kind);
  if (found === undefined) throw new Error(`no kind ${kind}`);
  return found;
}

/** What stands in the store after a create. */
function created(body: JsonObject): KubeObject {
  const object = deepCopy({ metadata: { name: "x" }, ...body }) as KubeObject;
  const { strategy } = kindFor(body);
  strategy.defaults?.(object);
  strategy.admitCreate?.(object, ctx);
  strategy.prepareCreate?.(object, ctx);
  return object;
}

function errors(object: KubeObject, old?: KubeObject): string[] {
  return (kindFor(object).strategy.validate?.(object, old) ?? []).map(({ field, message }) => `${field}: ${message}`);
}

const app = { apiVersion: "apps/v1", kind: "Deployment" };
const labels = { app: "web" };
const template = { metadata: { labels }, spec: { containers: [{ name: "c", image: "nginx" }] } };
const web = { ...app, spec: { selector: { matchLabels: labels }, template } };
const svc = { apiVersion: "v1", kind: "Service" };
const simplePod = { apiVersion: "v1", kind: "Pod", spec: { containers: [{ name: "c", image: "nginx:1" }] } };

describe("what a create adds", () => {
  test("to a deployment", () => {
    expect(created(web).spec).toEqual({
      replicas: 1,
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: "25%", maxUnavailable: "25%" } },
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              name: "c",
              image: "nginx",
              imagePullPolicy: "Always",
              resources: {},
              terminationMessagePath: "/dev/termination-log",
              terminationMessagePolicy: "File",
            },
          ],
          dnsPolicy: "ClusterFirst",
          restartPolicy: "Always",
          schedulerName: "default-scheduler",
          securityContext: {},
          terminationGracePeriodSeconds: 30,
        },
      },
    });
  });

  test("to a pod: what admission fills in", () => {
    const { spec, status } = created(simplePod);
    expect(status).toEqual({ phase: "Pending", qosClass: "BestEffort" });
    expect(spec).toMatchObject({
      enableServiceLinks: true,
      preemptionPolicy: "PreemptLowerPriority",
      priority: 0,
      serviceAccount: "default",
      serviceAccountName: "default",
      tolerations: [
        { effect: "NoExecute", key: "node.kubernetes.io/not-ready", operator: "Exists", tolerationSeconds: 300 },
        { effect: "NoExecute", key: "node.kubernetes.io/unreachable", operator: "Exists", tolerationSeconds: 300 },
      ],
      containers: [
        {
          imagePullPolicy: "IfNotPresent",
          volumeMounts: [
            {
              mountPath: "/var/run/secrets/kubernetes.io/serviceaccount",
              name: "kube-api-access-bbbbb",
              readOnly: true,
            },
          ],
        },
      ],
      volumes: [{ name: "kube-api-access-bbbbb", projected: { defaultMode: 420 } }],
    });
  });

  test.each([
    [{ ports: [{ port: 80 }] }, { type: "ClusterIP", clusterIP: "10.96.0.9", clusterIPs: ["10.96.0.9"] }],
    [{ clusterIP: "None" }, { type: "ClusterIP", clusterIP: "None", clusterIPs: ["None"] }],
    [
      { type: "LoadBalancer", ports: [{ port: 80 }] },
      { externalTrafficPolicy: "Cluster", ports: [{ port: 80, targetPort: 80, protocol: "TCP", nodePort: 30_001 }] },
    ],
    [
      { type: "NodePort", ports: [{ port: 80, nodePort: 31_000 }] },
      { ports: [{ port: 80, targetPort: 80, protocol: "TCP", nodePort: 31_000 }] },
    ],
  ])("to a service with %j", (spec, expected) => {
    expect(created({ ...svc, spec }).spec).toMatchObject(expected);
  });

  test("to an ExternalName service: no address", () => {
    expect(created({ ...svc, spec: { type: "ExternalName", externalName: "a.b" } }).spec).toEqual({
      externalName: "a.b",
      sessionAffinity: "None",
      type: "ExternalName",
    });
  });

  test("to a secret: stringData becomes data", () => {
    const secret = created({ apiVersion: "v1", kind: "Secret", data: { a: "QQ==" }, stringData: { b: "B" } });
    expect([secret.type, secret.data, secret.stringData]).toEqual(["Opaque", { a: "QQ==", b: "Qg==" }, undefined]);
  });

  test("to a job: its own uid as selector and labels", () => {
    const { metadata, spec } = created({ apiVersion: "batch/v1", kind: "Job", spec: { template } });
    expect(spec?.selector).toEqual({ matchLabels: { "batch.kubernetes.io/controller-uid": metadata.uid } });
    expect(spec?.template.metadata.labels).toMatchObject({
      app: "web",
      "job-name": "x",
      "controller-uid": metadata.uid,
    });
    expect(spec).toMatchObject({
      completions: 1,
      parallelism: 1,
      backoffLimit: 6,
      podReplacementPolicy: "TerminatingOrFailed",
    });
  });

  test("to a namespace", () => {
    expect(created({ apiVersion: "v1", kind: "Namespace" })).toMatchObject({
      metadata: { labels: { "kubernetes.io/metadata.name": "x" } },
      spec: { finalizers: ["kubernetes"] },
      status: { phase: "Active" },
    });
  });

  test("nulls go, and quantities come back in canonical form", () => {
    const resources = { limits: { cpu: 0.5, memory: "1024Mi" }, requests: { cpu: "2000m" } };
    const spec = { nodeSelector: null, containers: [{ name: "c", image: "i@sha256:0", resources }] };
    const pod = created({ ...simplePod, spec });
    expect(Object.hasOwn(pod.spec ?? {}, "nodeSelector")).toBe(false);
    expect(pod.spec?.containers[0].resources).toEqual({
      limits: { cpu: "500m", memory: "1Gi" },
      requests: { cpu: "2", memory: "1Gi" },
    });
    expect(pod.status?.qosClass).toBe("Burstable");
  });

  test("a second pass changes nothing", () => {
    const once = created(web);
    const twice = deepCopy(once);
    kindFor(web).strategy.defaults?.(twice);
    expect(twice).toEqual(once);
  });
});

describe("what a create refuses", () => {
  const withContainer = (container: JsonObject): JsonObject => ({ ...simplePod, spec: { containers: [container] } });
  test.each<[string, JsonObject, string[]]>([
    ["no selector", { ...app, spec: { template } }, ["spec.selector: Required value"]],
    [
      "a selector beside the labels",
      { ...app, spec: { selector: { matchLabels: { app: "api" } }, template } },
      ['spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`'],
    ],
    [
      "negative replicas",
      { ...web, spec: { ...web.spec, replicas: -1 } },
      ["spec.replicas: Invalid value: -1: must be greater than or equal to 0"],
    ],
    ["a pod without containers", { ...simplePod, spec: {} }, ["spec.containers: Required value"]],
    ["a container without a name", withContainer({ image: "i" }), ["spec.containers[0].name: Required value"]],
    ["a container without an image", withContainer({ name: "c" }), ["spec.containers[0].image: Required value"]],
    [
      "two containers of one name",
      {
        ...simplePod,
        spec: {
          containers: [
            { name: "c", image: "i" },
            { name: "c", image: "i" },
          ],
        },
      },
      ['spec.containers[1].name: Duplicate value: "c"'],
    ],
    [
      "a mount without its volume",
      withContainer({ name: "c", image: "i", volumeMounts: [{ name: "v", mountPath: "/v" }] }),
      ['spec.containers[0].volumeMounts[0].name: Not found: "v"'],
    ],
    [
      "a value outside its enum",
      { ...simplePod, spec: { ...simplePod.spec, restartPolicy: "Sometimes" } },
      ['spec.restartPolicy: Unsupported value: "Sometimes": supported values: "Always", "Never", "OnFailure"'],
    ],
    ["a service without ports", { ...svc, spec: {} }, ["spec.ports: Required value"]],
    [
      "ports without names",
      { ...svc, spec: { ports: [{ port: 1, name: "a" }, { port: 2 }] } },
      ["spec.ports[1].name: Required value"],
    ],
    [
      "a port out of range",
      { ...svc, spec: { ports: [{ port: 70_000 }] } },
      ["spec.ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive"],
    ],
    [
      "a node port out of range",
      { ...svc, spec: { type: "NodePort", ports: [{ port: 80, nodePort: 80 }] } },
      [
        "spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767",
      ],
    ],
    [
      "a job that never ends",
      { apiVersion: "batch/v1", kind: "Job", spec: { template } },
      ['spec.template.spec.restartPolicy: Unsupported value: "Always": supported values: "Never", "OnFailure"'],
    ],
    [
      "a wrong label",
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "x", labels: { a: "b c" } } },
      [
        expect.stringMatching(
          /^metadata\.labels: Invalid value: "b c": a valid label must be an empty string or/,
        ) as unknown as string,
      ],
    ],
    [
      "a Secret without what its type is for",
      { apiVersion: "v1", kind: "Secret", type: "kubernetes.io/tls", stringData: { "tls.crt": "a" } },
      ["data[tls.key]: Required value"],
    ],
    [
      "a Secret with no name and no word",
      { apiVersion: "v1", kind: "Secret", type: "kubernetes.io/basic-auth" },
      ["data[username]: Required value", "data[password]: Required value"],
    ],
    [
      "a ConfigMap too large",
      { apiVersion: "v1", kind: "ConfigMap", data: { a: "x".repeat(1_048_577) } },
      [": Too long: may not be more than 1048576 bytes"],
    ],
  ])("%s", (_, body, expected) => {
    expect(errors(created(body))).toEqual(expected);
  });

  test.each([web, svc, simplePod].map((body) => (body === svc ? { ...svc, spec: { ports: [{ port: 80 }] } } : body)))(
    "nothing of a sound $kind",
    (body) => {
      expect(errors(created(body))).toEqual([]);
    },
  );
});

describe("what an update refuses", () => {
  const change = (body: JsonObject, edit: (object: KubeObject) => void): string[] => {
    const old = created(body);
    const next = deepCopy(old);
    edit(next);
    return errors(next, old);
  };
  const relabel = (object: KubeObject): void => {
    Object.assign(object.spec ?? {}, { selector: { matchLabels: { app: "api" } } });
    object.spec?.template && Object.assign(object.spec.template.metadata, { labels: { app: "api" } });
  };

  test("another selector of a deployment", () => {
    expect(change(web, relabel)).toEqual([
      'spec.selector: Invalid value: {"matchLabels":{"app":"api"}}: field is immutable',
    ]);
  });

  test("another address of a service", () => {
    const edit = (object: KubeObject): void =>
      void Object.assign(object.spec ?? {}, { clusterIP: "10.96.0.1", clusterIPs: ["10.96.0.1"] });
    expect(change({ ...svc, spec: { ports: [{ port: 80 }] } }, edit)).toEqual([
      'spec.clusterIPs[0]: Invalid value: ["10.96.0.1"]: may not change once set',
    ]);
  });

  test("another command of a pod, but not another image", () => {
    const set = (fields: JsonObject) => (object: KubeObject) => void Object.assign(object.spec?.containers[0], fields);
    expect(change(simplePod, set({ command: ["x"] }))).toEqual([
      expect.stringMatching(/^spec: Forbidden: pod updates may not change/),
    ]);
    expect(change(simplePod, set({ image: "nginx:2" }))).toEqual([]);
  });

  test.each([
    ["Pending", "2Gi", [expect.stringMatching(/^spec: Forbidden: spec is immutable after creation except/)]],
    ["Bound", "2Gi", []],
    ["Bound", "1Mi", ["spec.resources.requests.storage: Forbidden: field can not be less than status.capacity"]],
  ])("another size of a claim that is %s: %s", (phase, storage, expected) => {
    const spec = { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } };
    const old = { ...created({ apiVersion: "v1", kind: "PersistentVolumeClaim", spec }), status: { phase } };
    const next = deepCopy(old);
    Object.assign(next.spec?.resources.requests, { storage });
    expect(errors(next, old)).toEqual(expected);
  });

  test("any data of an immutable ConfigMap", () => {
    const body = { apiVersion: "v1", kind: "ConfigMap", immutable: true, data: { a: "1" } };
    expect(change(body, (object) => void Object.assign(object, { data: {} }))).toEqual([
      "data: Forbidden: field is immutable when `immutable` is set",
    ]);
  });
});

test("an update through the object keeps the status", () => {
  const old = { ...created(web), status: { replicas: 3 } };
  const next: KubeObject = { ...deepCopy(old), status: { replicas: 9 } };
  kindFor(web).strategy.prepareUpdate?.(next, old);
  expect(next.status).toEqual({ replicas: 3 });
});

test.each([
  ["never bound", {}, {}, {}, 0],
  ["running", { nodeName: "n" }, {}, {}, 30],
  ["with its own grace", { nodeName: "n", terminationGracePeriodSeconds: 5 }, {}, {}, 5],
  ["asked for less", { nodeName: "n" }, {}, { gracePeriodSeconds: 1 }, 1],
  ["forced", { nodeName: "n" }, {}, { gracePeriodSeconds: 0 }, 0],
  ["finished", { nodeName: "n" }, { phase: "Succeeded" }, {}, 0],
])("a pod %s ends within its grace", (_, spec, status, options, seconds) => {
  const pod: KubeObject = { apiVersion: "v1", kind: "Pod", metadata: { name: "p" }, spec, status };
  expect(kindFor(pod).strategy.gracefulDelete?.(pod, options)).toBe(seconds);
});
