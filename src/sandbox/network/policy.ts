import { type JsonObject, type KubeObject, matchesLabels, selectorOf } from "../objects/index.ts";
import { isInBlock } from "./addresses.ts";
import type { Objects } from "./source.ts";

const POLICIES = "networking.k8s.io/networkpolicies";

/** One end of a connection as policies see it: an address, and the pod that has it. */
export interface Peer {
  readonly address: string;
  readonly pod: KubeObject | undefined;
}

/** A connection after kube-proxy has chosen its end: policies never see a service's address. */
export interface Passage {
  readonly from: Peer;
  readonly to: Peer;
  readonly port: number;
  readonly protocol: "TCP" | "UDP" | "SCTP";
}

/**
 * Whether NetworkPolicies let a connection through, as kindnet enforces them since kind 0.24: a pod that a policy selects
 * for a direction takes only what some policy of that direction allows. A pod always reaches itself; a pod on its node's
 * network is not held by any.
 */
export function isAllowed(objects: Objects, passage: Passage): boolean {
  const { from, to } = passage;
  if (from.pod !== undefined && from.pod.metadata.uid === to.pod?.metadata.uid) return true;
  return allows(objects, "Egress", from, to, passage) && allows(objects, "Ingress", to, from, passage);
}

type Direction = "Ingress" | "Egress";

function allows(objects: Objects, direction: Direction, own: Peer, other: Peer, passage: Passage): boolean {
  const { pod } = own;
  if (pod === undefined || pod.spec?.hostNetwork === true) return true;
  const policies = objects
    .list(POLICIES, pod.metadata.namespace)
    .filter(({ spec }) => typesOf(spec).includes(direction) && isSelected(spec?.podSelector, pod));
  if (policies.length === 0) return true;
  const [rules, peers] = direction === "Ingress" ? (["ingress", "from"] as const) : (["egress", "to"] as const);
  return policies.some(({ metadata, spec }) =>
    ((spec?.[rules] ?? []) as JsonObject[]).some(
      (rule) => hasPort(rule.ports, passage) && hasPeer(objects, rule[peers], metadata.namespace, other),
    ),
  );
}

/** `policyTypes`, or what its absence means: always Ingress, Egress where there is a rule for it. */
function typesOf(spec: JsonObject | undefined): readonly string[] {
  return spec?.policyTypes ?? ["Ingress", ...(spec?.egress === undefined ? [] : ["Egress"])];
}

function hasPort(ports: readonly JsonObject[] | undefined, { port, protocol, to }: Passage): boolean {
  if (ports === undefined || ports.length === 0) return true;
  return ports.some((one) => {
    if ((one.protocol ?? "TCP") !== protocol) return false;
    if (one.port === undefined) return true;
    if (typeof one.port === "string") return namedPort(to.pod, one.port, protocol) === port;
    return port >= one.port && port <= (one.endPort ?? one.port);
  });
}

function namedPort(pod: KubeObject | undefined, name: string, protocol: string): number | undefined {
  const { containers = [], initContainers = [] } = pod?.spec ?? {};
  return [...containers, ...initContainers]
    .flatMap((one: JsonObject) => (one.ports ?? []) as JsonObject[])
    .find((one) => one.name === name && (one.protocol ?? "TCP") === protocol)?.containerPort;
}

function hasPeer(
  objects: Objects,
  peers: readonly JsonObject[] | undefined,
  namespace: string | undefined,
  other: Peer,
): boolean {
  if (peers === undefined || peers.length === 0) return true;
  return peers.some(({ ipBlock, podSelector, namespaceSelector }) => {
    if (ipBlock !== undefined) {
      const excepted = ((ipBlock.except ?? []) as string[]).some((block) => isInBlock(other.address, block));
      return isInBlock(other.address, ipBlock.cidr) && !excepted;
    }
    const { pod } = other;
    if (pod === undefined || pod.spec?.hostNetwork === true) return false;
    const isNear =
      namespaceSelector === undefined
        ? pod.metadata.namespace === namespace
        : isSelected(namespaceSelector, objects.get("/namespaces", undefined, pod.metadata.namespace ?? ""));
    return isNear && (podSelector === undefined || isSelected(podSelector, pod));
  });
}

function isSelected(selector: JsonObject | undefined, object: KubeObject | undefined): boolean {
  return object !== undefined && matchesLabels(selectorOf(selector ?? {}), object.metadata.labels ?? {});
}
