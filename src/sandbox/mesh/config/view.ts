import type { KubeObject } from "../../objects/index.ts";

/** The objects of the cluster, to read only. A store is one. */
export interface ObjectView {
  /** Grows with every write. */
  readonly resourceVersion: number;
  /** By namespace and name. Without a namespace the same array comes back for as long as nothing in it changes. */
  list(resource: string, namespace?: string): readonly KubeObject[];
}

/** Where the store files what the mesh reads. */
export const RESOURCES = {
  services: "/services",
  pods: "/pods",
  namespaces: "/namespaces",
  secrets: "/secrets",
  configMaps: "/configmaps",
  endpointSlices: "discovery.k8s.io/endpointslices",
  virtualServices: "networking.istio.io/virtualservices",
  destinationRules: "networking.istio.io/destinationrules",
  gateways: "networking.istio.io/gateways",
  serviceEntries: "networking.istio.io/serviceentries",
  workloadEntries: "networking.istio.io/workloadentries",
  sidecars: "networking.istio.io/sidecars",
  telemetries: "telemetry.istio.io/telemetries",
  peerAuthentications: "security.istio.io/peerauthentications",
  requestAuthentications: "security.istio.io/requestauthentications",
  authorizationPolicies: "security.istio.io/authorizationpolicies",
  apiGateways: "gateway.networking.k8s.io/gateways",
  httpRoutes: "gateway.networking.k8s.io/httproutes",
  grpcRoutes: "gateway.networking.k8s.io/grpcroutes",
  tlsRoutes: "gateway.networking.k8s.io/tlsroutes",
  tcpRoutes: "gateway.networking.k8s.io/tcproutes",
  referenceGrants: "gateway.networking.k8s.io/referencegrants",
} as const;

/** Oldest first, as istiod settles conflicts; then by namespace and name. */
export function byAge(objects: readonly KubeObject[]): readonly KubeObject[] {
  return objects.toSorted((a, b) => {
    const [one, other] = [keyOf(a), keyOf(b)];
    return one < other ? -1 : one > other ? 1 : 0;
  });
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.creationTimestamp ?? ""} ${metadata.namespace ?? ""} ${metadata.name}`;
}
