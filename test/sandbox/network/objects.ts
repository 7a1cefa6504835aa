import type { Choice, Objects } from "../../../src/sandbox/network/index.ts";
import { Affinity } from "../../../src/sandbox/network/index.ts";
import type { JsonObject, KubeObject } from "../../../src/sandbox/objects/index.ts";

const SLICES = "discovery.k8s.io/endpointslices";

/** A store that is nothing but what it is given, by resource. */
export function objectsOf(resources: Readonly<Record<string, readonly JsonObject[]>>): Objects {
  const all = (resource: string): readonly KubeObject[] => (resources[resource] ?? []) as readonly KubeObject[];
  const isIn = (namespace: string | undefined) => (object: KubeObject) =>
    namespace === undefined || object.metadata.namespace === namespace;
  return {
    list: (resource, namespace) => all(resource).filter(isIn(namespace)),
    get: (resource, namespace, name) => all(resource).find((one) => one.metadata.name === name && isIn(namespace)(one)),
  };
}

export function node(name: string, address: string, podCIDR = "10.244.0.0/24"): JsonObject {
  return { metadata: { name }, spec: { podCIDR }, status: { addresses: [{ type: "InternalIP", address }] } };
}

export function pod(name: string, podIP: string, more: JsonObject = {}): JsonObject {
  const { labels = { app: name }, namespace = "default", ...spec } = more;
  return {
    metadata: { name, namespace, uid: `uid-${name}`, labels },
    spec: { nodeName: "node-1", containers: [{ name: "app", ports: [{ name: "web", containerPort: 8080 }] }], ...spec },
    status: { phase: "Running", podIP },
  };
}

export function service(name: string, spec: JsonObject, status?: JsonObject): JsonObject {
  return { metadata: { name, namespace: "default", uid: `uid-${name}` }, spec, ...(status && { status }) };
}

/** A slice of a service that leads to these pods; `conditions` by the pod's name. */
export function slice(
  name: string,
  pods: readonly JsonObject[],
  { conditions = {}, port = 8080, portName = "" }: { conditions?: JsonObject; port?: number; portName?: string } = {},
): JsonObject {
  return {
    metadata: { name: `${name}-1`, namespace: "default", labels: { "kubernetes.io/service-name": name } },
    ports: [{ name: portName, port }],
    endpoints: pods.map((one) => ({
      addresses: [one.status.podIP],
      conditions: conditions[one.metadata.name] ?? { ready: true },
      nodeName: one.spec.nodeName,
      ...(one.spec.hostname && { hostname: one.spec.hostname }),
      targetRef: { kind: "Pod", name: one.metadata.name },
    })),
  };
}

export const RESOURCES = { slices: SLICES, policies: "networking.k8s.io/networkpolicies" } as const;

/** Always the same endpoint: the first by 0, the last by 0.99. */
export function choice(chance = 0, more: Partial<Choice> = {}): Choice {
  return { random: () => chance, affinity: new Affinity(), now: 0, ...more };
}
