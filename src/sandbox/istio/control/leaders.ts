import type { Change, Snapshot } from "../../control/index.ts";
import { formatMicroTime, formatTime, type KubeObject } from "../../objects/index.ts";

/** What istiods elect a leader for, with ConfigMaps; the deployer of gateways has a Lease of its revision. */
const ELECTIONS = ["istio-gateway-status-leader", "istio-leader", "istio-namespace-controller-election"];
const LEASE_SECONDS = 30;

/** The records of who leads. One that is there is left alone: nobody else competes, so nothing is renewed. */
export function leaders(snapshot: Snapshot, { metadata }: KubeObject, revision: string): readonly Change[] {
  const { namespace = "", name } = metadata;
  const pod = snapshot
    .list("/pods", namespace)
    .find((one) => one.metadata.labels?.app === "istiod" && one.metadata.name.startsWith(`${name}-`));
  if (pod === undefined) return [];
  const holder = pod.metadata.name;
  const maps = ELECTIONS.filter((one) => snapshot.get("/configmaps", namespace, one) === undefined).map(
    (one): Change => ({
      kind: "create",
      resource: "/configmaps",
      object: record(one, namespace, holder, revision, snapshot.now),
    }),
  );
  const lease = `istio-gateway-deployment-${revision}`;
  if (snapshot.get("coordination.k8s.io/leases", namespace, lease) !== undefined) return maps;
  const time = formatMicroTime(snapshot.now);
  const object: KubeObject = {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: { name: lease, namespace },
    spec: {
      acquireTime: time,
      holderIdentity: holder,
      leaseDurationSeconds: LEASE_SECONDS,
      leaseTransitions: 0,
      renewTime: time,
    },
  };
  return [...maps, { kind: "create", resource: "coordination.k8s.io/leases", object }];
}

function record(name: string, namespace: string, holder: string, revision: string, now: number): KubeObject {
  const time = formatTime(now);
  const leader = {
    holderIdentity: holder,
    holderKey: revision,
    leaseDurationSeconds: LEASE_SECONDS,
    acquireTime: time,
    renewTime: time,
    leaderTransitions: 0,
  };
  const annotations = { "control-plane.alpha.kubernetes.io/leader": JSON.stringify(leader) };
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace, annotations } };
}
