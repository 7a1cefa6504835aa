import { expect, test } from "vitest";
import { toTable } from "../../../src/sandbox/api/table.ts";
import { KINDS, kindOf } from "../../../src/sandbox/kinds/index.ts";
import type { JsonObject, KubeObject } from "../../../src/sandbox/objects/index.ts";

const NOW = Date.parse("2026-01-01T00:05:00Z");
const BORN = "2026-01-01T00:00:00Z";

interface Table {
  readonly metadata: object;
  readonly columnDefinitions: { readonly name: string; readonly priority: number }[] | null;
  readonly rows: readonly {
    readonly cells: (string | number)[];
    readonly object?: JsonObject;
    readonly conditions?: object[];
  }[];
}

/** A table as `kubectl get -o wide` prints it; wide columns in brackets. */
function printed(object: JsonObject): string {
  const kind = kindOf(object.apiVersion, object.kind);
  if (kind === undefined) throw new Error(`no kind ${object.kind}`);
  const full = { ...object, metadata: { name: "x", creationTimestamp: BORN, ...object.metadata } } as KubeObject;
  const { columnDefinitions, rows } = toTable(kind, [full], { now: NOW }) as Table;
  const names = (columnDefinitions ?? []).map(({ name, priority }) =>
    (priority === 1 ? `(${name})` : name).toUpperCase(),
  );
  return `${names.join(" | ")}\n${rows[0]?.cells.join(" | ")}`;
}

const containers = [
  { name: "a", image: "img:1" },
  { name: "b", image: "img:2" },
];
const template = { spec: { containers } };
const selector = { matchLabels: { b: "2", a: "1" } };

test.each<JsonObject>([
  { apiVersion: "v1", kind: "Namespace", status: { phase: "Active" } },
  { apiVersion: "v1", kind: "ConfigMap", data: { a: "1" }, binaryData: { b: "" } },
  { apiVersion: "v1", kind: "Secret", type: "Opaque", data: { a: "" } },
  { apiVersion: "v1", kind: "ServiceAccount" },
  {
    apiVersion: "v1",
    kind: "Node",
    metadata: { name: "n", labels: { "node-role.kubernetes.io/control-plane": "" } },
    spec: { unschedulable: true },
    status: {
      addresses: [{ type: "InternalIP", address: "172.18.0.2" }],
      conditions: [{ type: "Ready", status: "True" }],
      nodeInfo: {
        kubeletVersion: "v1.35.0",
        osImage: "Debian",
        kernelVersion: "6.1",
        containerRuntimeVersion: "containerd://2",
      },
    },
  },
  {
    apiVersion: "v1",
    kind: "Pod",
    spec: { containers, nodeName: "n", readinessGates: [{ conditionType: "up" }] },
    status: { phase: "Running", podIP: "10.244.0.5", conditions: [{ type: "up", status: "True" }] },
  },
  {
    apiVersion: "v1",
    kind: "Service",
    spec: { type: "ClusterIP", clusterIPs: ["10.96.0.1"], ports: [{ port: 443, protocol: "TCP" }] },
  },
  {
    apiVersion: "v1",
    kind: "Service",
    spec: {
      type: "LoadBalancer",
      clusterIP: "10.96.0.2",
      ports: [
        { port: 80, nodePort: 30080, protocol: "TCP" },
        { port: 443, protocol: "TCP" },
      ],
      selector: { app: "x" },
    },
  },
  {
    apiVersion: "v1",
    kind: "Service",
    spec: { type: "LoadBalancer", clusterIP: "10.96.0.2", ports: [] },
    status: { loadBalancer: { ingress: [{ ip: "172.18.0.9" }, { hostname: "a.b" }] } },
  },
  { apiVersion: "v1", kind: "Service", spec: { type: "ExternalName", externalName: "a.example" } },
  {
    apiVersion: "v1",
    kind: "Endpoints",
    subsets: [{ addresses: [{ ip: "1.1.1.1" }, { ip: "1.1.1.2" }], ports: [{ port: 80 }, { port: 81 }] }],
  },
  { apiVersion: "v1", kind: "Endpoints" },
  {
    apiVersion: "v1",
    kind: "Event",
    type: "Normal",
    reason: "Pulled",
    message: "Pulled\n",
    count: 3,
    involvedObject: { kind: "Pod", name: "p", fieldPath: "spec.containers{a}" },
    source: { component: "kubelet", host: "n" },
    firstTimestamp: BORN,
    lastTimestamp: "2026-01-01T00:04:00Z",
  },
  {
    apiVersion: "v1",
    kind: "Event",
    reason: "R",
    eventTime: BORN,
    involvedObject: { kind: "Node", name: "n" },
    reportingComponent: "c",
    reportingInstance: "i",
  },
  {
    apiVersion: "v1",
    kind: "PersistentVolume",
    spec: {
      capacity: { storage: "1Gi" },
      accessModes: ["ReadWriteOnce", "ReadOnlyMany"],
      persistentVolumeReclaimPolicy: "Retain",
      claimRef: { namespace: "d", name: "c" },
      storageClassName: "standard",
      volumeMode: "Filesystem",
    },
    status: { phase: "Bound" },
  },
  {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    spec: { storageClassName: "standard", accessModes: ["ReadWriteOnce"] },
    status: { phase: "Pending", capacity: { storage: "1Gi" } },
  },
  {
    apiVersion: "v1",
    kind: "ResourceQuota",
    status: { hard: { "limits.cpu": "2", pods: "10", cpu: "1" }, used: { pods: "3" } },
  },
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    spec: { replicas: 3, selector, template },
    status: { readyReplicas: 2, updatedReplicas: 3, availableReplicas: 2 },
  },
  {
    apiVersion: "apps/v1",
    kind: "ReplicaSet",
    spec: { replicas: 3, selector, template },
    status: { replicas: 3, readyReplicas: 1 },
  },
  { apiVersion: "apps/v1", kind: "StatefulSet", spec: { replicas: 1, selector, template } },
  {
    apiVersion: "apps/v1",
    kind: "DaemonSet",
    spec: { selector, template: { spec: { containers, nodeSelector: { os: "linux" } } } },
    status: { desiredNumberScheduled: 1, numberReady: 1 },
  },
  {
    apiVersion: "batch/v1",
    kind: "Job",
    spec: { completions: 2, selector, template },
    status: { succeeded: 1, startTime: BORN },
  },
  {
    apiVersion: "batch/v1",
    kind: "Job",
    spec: { parallelism: 3, selector, template },
    status: {
      conditions: [{ type: "Complete", status: "True" }],
      startTime: BORN,
      completionTime: "2026-01-01T00:00:09Z",
    },
  },
  {
    apiVersion: "batch/v1",
    kind: "CronJob",
    spec: { schedule: "*/5 * * * *", suspend: false, jobTemplate: { spec: { template } } },
    status: { active: [{}], lastScheduleTime: BORN },
  },
  {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    spec: {
      minReplicas: 1,
      maxReplicas: 5,
      scaleTargetRef: { kind: "Deployment", name: "web" },
      metrics: [
        { type: "Resource", resource: { name: "cpu", target: { averageUtilization: 80 } } },
        { type: "Resource", resource: { name: "memory", target: { averageValue: "20Mi" } } },
        { type: "Pods", pods: {} },
      ],
    },
    status: { currentMetrics: [{}, { resource: { current: { averageValue: "10Mi" } } }] },
  },
  {
    apiVersion: "policy/v1",
    kind: "PodDisruptionBudget",
    spec: { minAvailable: "50%" },
    status: { disruptionsAllowed: 1 },
  },
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    spec: { ingressClassName: "nginx", rules: ["a", "b", "c", "d"].map((host) => ({ host })), tls: [{}] },
  },
  { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", spec: { podSelector: { matchLabels: { app: "web" } } } },
  {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    addressType: "IPv4",
    ports: [{ port: 80 }, { name: "n" }, {}],
    endpoints: [{ addresses: ["1.1.1.1"] }, { addresses: ["1.1.1.2"] }],
  },
  { apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", addressType: "IPv4" },
  { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole" },
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "RoleBinding",
    roleRef: { kind: "Role", name: "r" },
    subjects: [
      { kind: "User", name: "u" },
      { kind: "ServiceAccount", namespace: "d", name: "s" },
    ],
  },
  {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: "standard", annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
    provisioner: "rancher.io/local-path",
    reclaimPolicy: "Delete",
    volumeBindingMode: "WaitForFirstConsumer",
  },
  { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", value: 1000 },
  { apiVersion: "coordination.k8s.io/v1", kind: "Lease", spec: { holderIdentity: "h" } },
  { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" },
  { apiVersion: "admissionregistration.k8s.io/v1", kind: "ValidatingWebhookConfiguration", webhooks: [{}, {}] },
])("$apiVersion $kind (row %#)", (object) => {
  expect(printed(object)).toMatchSnapshot();
});

test.each(KINDS.map((kind) => [`${kind.group}/${kind.version} ${kind.kind}`, kind] as const))(
  "an empty %s has a cell for every column",
  (_, kind) => {
    const { rows } = toTable(kind, [{ apiVersion: "v1", kind: kind.kind, metadata: { name: "x" } }], {
      now: NOW,
    }) as Table;
    expect(rows[0]?.cells).toHaveLength(kind.columns.length);
    expect(rows[0]?.cells.filter((cell) => /undefined|null|NaN/.test(String(cell)))).toEqual([]);
  },
);

const POD: KubeObject = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "p", namespace: "d", labels: { a: "1" } },
  spec: { containers: [] },
  status: { phase: "Succeeded" },
};

test("a row carries what was asked for, and marks finished pods", () => {
  const rowsWith = (includeObject: "None" | "Metadata" | "Object") =>
    (toTable(kindOf("v1", "Pod") ?? { columns: [] }, [POD], { includeObject, now: NOW }) as Table).rows[0];
  expect(rowsWith("None")).not.toHaveProperty("object");
  expect(rowsWith("Object")?.object).toBe(POD);
  expect(rowsWith("Metadata")).toMatchObject({
    object: { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: POD.metadata },
    conditions: [{ type: "Completed", status: "True", reason: "Succeeded" }],
  });
});

test("a later event of a watch comes without columns", () => {
  const table = toTable(kindOf("v1", "Pod") ?? { columns: [] }, [], {
    now: NOW,
    withColumns: false,
    listMeta: { resourceVersion: "7" },
  });
  expect(table).toEqual({
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata: { resourceVersion: "7" },
    columnDefinitions: null,
    rows: [],
  });
});
