import { localCondition, timestamp } from "../control/index.ts";
import { API_GROUPS, apiVersionOf } from "../kinds/index.ts";
import type { JsonObject, KubeObject } from "../objects/index.ts";
import type { ClusterNode } from "./cluster-nodes.ts";
import { seedFlowControl } from "./flow-control.ts";
import { seedObject } from "./object.ts";

/** The aggregator's table: `groupPriorityMinimum` by group, as upstream counts down; the order of `kubectl api-resources`. */
const PRIORITIES: Readonly<Record<string, number>> = {
  "": 18_000,
  apps: 17_800,
  "events.k8s.io": 17_750,
  "authentication.k8s.io": 17_700,
  "authorization.k8s.io": 17_600,
  autoscaling: 17_500,
  batch: 17_400,
  "certificates.k8s.io": 17_300,
  "networking.k8s.io": 17_200,
  policy: 17_100,
  "rbac.authorization.k8s.io": 17_000,
  "storage.k8s.io": 16_800,
  "apiextensions.k8s.io": 16_700,
  "admissionregistration.k8s.io": 16_700,
  "scheduling.k8s.io": 16_600,
  "coordination.k8s.io": 16_500,
  "node.k8s.io": 16_300,
  "discovery.k8s.io": 16_200,
  "flowcontrol.apiserver.k8s.io": 16_100,
  "resource.k8s.io": 15_900,
};
const VERSIONS: Readonly<Record<string, number>> = {
  v1: 1,
  "autoscaling/v2": 30,
  "flowcontrol.apiserver.k8s.io/v1": 21,
};
const LAST_GROUP = 1000;
const VERSION_PRIORITY = 15;
const ANNOTATION = "kube-aggregator.kubernetes.io/automanaged";

/**
 * What the control plane writes down of itself when it starts, complete: it is stored as it is. `now` in epoch ms;
 * `identity` tells this start from others, in the holders of leases.
 */
export function seedServer(control: ClusterNode, now: number, identity: string): readonly KubeObject[] {
  const at = timestamp(now);
  return [
    ...apiServices(at),
    ...seedFlowControl(at),
    ...["controller-manager", "scheduler", "etcd-0"].map(componentStatus),
    serviceCidr(at),
    ...leases(control, now, identity),
  ];
}

/** The resources of `seedServer`: a saved cluster without them is from before they were known. */
export const API_SERVICES = "apiregistration.k8s.io/apiservices";

function apiServices(at: string): readonly KubeObject[] {
  return API_GROUPS.filter(({ name }) => name !== "apiregistration.k8s.io").flatMap(({ name: group, versions }) =>
    versions.map((version) => {
      const spec = {
        ...(group !== "" && { group }),
        groupPriorityMinimum: PRIORITIES[group] ?? LAST_GROUP,
        version,
        versionPriority: VERSIONS[apiVersionOf({ group, version })] ?? VERSION_PRIORITY,
      };
      const metadata = { name: `${version}.${group}`, labels: { [ANNOTATION]: "onstart" } };
      const status = { conditions: [localCondition(at)] };
      return seedObject("apiregistration.k8s.io/v1", "APIService", metadata, { spec, status });
    }),
  );
}

function componentStatus(name: string): KubeObject {
  const conditions = [{ type: "Healthy", status: "True", message: "ok" }];
  return seedObject("v1", "ComponentStatus", { name }, { conditions });
}

function serviceCidr(at: string): KubeObject {
  const metadata = { name: "kubernetes", finalizers: ["networking.k8s.io/service-cidr-finalizer"] };
  const message = "Kubernetes Service CIDR is ready";
  const conditions = [{ type: "Ready", status: "True", lastTransitionTime: at, reason: "", message }];
  return seedObject("networking.k8s.io/v1", "ServiceCIDR", metadata, {
    spec: { cidrs: ["10.96.0.0/16"] },
    status: { conditions },
  });
}

/** Who leads: as of the start, as an idle sandbox renews nothing. */
function leases({ name: node }: ClusterNode, now: number, identity: string): readonly KubeObject[] {
  const time = `${new Date(now).toISOString().slice(0, 23)}000Z`;
  const server = `apiserver-${identity.replaceAll("-", "").slice(0, 26)}`;
  const lease = (name: string, spec: JsonObject, labels?: Record<string, string>): KubeObject =>
    seedObject(
      "coordination.k8s.io/v1",
      "Lease",
      { name, namespace: "kube-system", ...(labels && { labels }) },
      { spec: { ...spec, renewTime: time } },
    );
  const led = {
    acquireTime: time,
    holderIdentity: `${node}_${identity}`,
    leaseDurationSeconds: 15,
    leaseTransitions: 1,
  };
  return [
    lease(
      server,
      { holderIdentity: `${server}_${identity}`, leaseDurationSeconds: 3600 },
      { "apiserver.kubernetes.io/identity": "kube-apiserver", "kubernetes.io/hostname": node },
    ),
    lease("kube-controller-manager", led),
    lease("kube-scheduler", led),
  ];
}

/** What a node's kubelet says of the storage drivers on it: there are none. */
export function seedCsiNode({ metadata }: KubeObject): KubeObject {
  const { name, uid = "" } = metadata;
  const owner = { apiVersion: "v1", kind: "Node", name, uid };
  return seedObject("storage.k8s.io/v1", "CSINode", { name, ownerReferences: [owner] }, { spec: { drivers: null } });
}
