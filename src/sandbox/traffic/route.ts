import { announcer } from "../metallb/index.ts";
import type { JsonObject, KubeObject } from "../objects/index.ts";

/** What is looked at: the store. */
export interface Objects {
  get(resource: string, namespace: string | undefined, name: string): KubeObject | undefined;
  list(resource: string, namespace?: string): readonly KubeObject[];
}

/** Where a connection ends: at a pod's port, or nowhere, as the network says it. */
export type Route =
  | {
      readonly kind: "pod";
      readonly pod: KubeObject;
      readonly port: number;
      /** The client's address as the pod sees it. */
      readonly from: string;
    }
  | { readonly kind: "refused" }
  | { readonly kind: "unreachable" };

const UNREACHABLE: Route = { kind: "unreachable" };
const REFUSED: Route = { kind: "refused" };
const SLICES = "discovery.k8s.io/endpointslices";
/** The host on kind's network, and the node on the pods': kube-proxy puts its own in the client's place. */
const HOST = "172.18.0.1";
const NODE_ON_PODS = "10.244.0.1";

/**
 * The way of one connection from the host, which is on the nodes' network alone: load-balancer addresses that a speaker
 * answers for, and node ports. A pod's or a service's own address is not reachable from there, as on Linux with kind.
 * Each connection goes to any of the ready endpoints by chance.
 */
export function routeFromHost(objects: Objects, address: string, port: number, random: () => number): Route {
  const service = objects.list("/services").find((one) => outsideAddresses(one).includes(address));
  if (service !== undefined) {
    if (announcer(objects, address) === undefined) return UNREACHABLE;
    // A port that the service does not have is the node's own, where nothing listens.
    return throughService(objects, service, (one) => one.port === port, random);
  }
  const isNode = objects
    .list("/nodes")
    .some((node) => ((node.status?.addresses ?? []) as JsonObject[]).some((one) => one.address === address));
  if (!isNode) return UNREACHABLE;
  const byNodePort = objects.list("/services").find((one) => portsOf(one).some(({ nodePort }) => nodePort === port));
  if (byNodePort === undefined) return REFUSED;
  return throughService(objects, byNodePort, (one) => one.nodePort === port, random);
}

/** The way to a service itself, whatever its type; `port` by number or name, undefined: its first. */
export function routeToService(
  objects: Objects,
  service: KubeObject,
  port: string | undefined,
  random: () => number,
): Route {
  const [first] = portsOf(service);
  const wanted = (one: JsonObject): boolean =>
    port === undefined ? one === first : one.name === port || String(one.port) === port;
  return throughService(objects, service, wanted, random);
}

function throughService(
  objects: Objects,
  service: KubeObject,
  isWanted: (port: JsonObject) => boolean,
  random: () => number,
): Route {
  const wanted = portsOf(service).find(isWanted);
  if (wanted === undefined || (wanted.protocol ?? "TCP") !== "TCP") return REFUSED;
  const found = endpoints(objects, service, wanted.name ?? "");
  const endpoint = found[Math.floor(random() * found.length)];
  if (endpoint === undefined) return REFUSED;
  const from = service.spec?.externalTrafficPolicy === "Local" ? HOST : NODE_ON_PODS;
  return { kind: "pod", ...endpoint, from };
}

function endpoints(
  objects: Objects,
  { metadata }: KubeObject,
  portName: string,
): readonly { readonly pod: KubeObject; readonly port: number }[] {
  return objects
    .list(SLICES, metadata.namespace)
    .filter((slice) => slice.metadata.labels?.["kubernetes.io/service-name"] === metadata.name)
    .flatMap((slice) => {
      const port = ((slice.ports ?? []) as JsonObject[]).find((one) => (one.name ?? "") === portName)?.port;
      const ready = ((slice.endpoints ?? []) as JsonObject[]).filter(({ conditions }) => conditions?.ready !== false);
      return ready.flatMap(({ targetRef }) => {
        const pod = objects.get("/pods", metadata.namespace, targetRef?.name ?? "");
        return pod === undefined || typeof port !== "number" ? [] : [{ pod, port }];
      });
    });
}

function portsOf({ spec }: KubeObject): readonly JsonObject[] {
  return spec?.ports ?? [];
}

function outsideAddresses({ status }: KubeObject): readonly unknown[] {
  return ((status?.loadBalancer?.ingress ?? []) as JsonObject[]).map(({ ip }) => ip);
}
