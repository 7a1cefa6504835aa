import type { JsonObject } from "../../objects/index.ts";
import type { Origin } from "../config/origin.ts";

/** The little of protobuf's JSON, and of Envoy's own messages, that all parts of a dump are made of. */

const TYPES = "type.googleapis.com/";
/** Where istiod says what a cluster or a route comes from. */
const PATHS: Readonly<Record<string, string>> = {
  DestinationRule: "networking.istio.io/v1/namespaces/NS/destination-rule",
  VirtualService: "networking.istio.io/v1/namespaces/NS/virtual-service",
  HTTPRoute: "gateway.networking.k8s.io/v1/namespaces/NS/http-route",
  GRPCRoute: "gateway.networking.k8s.io/v1/namespaces/NS/grpc-route",
};

/** A message that says its own type, `google.protobuf.Any`. */
export function any(type: string, message: JsonObject): JsonObject {
  return { "@type": TYPES + type, ...message };
}

/** A duration: `10s`, `0.500s`. */
export function duration(ms: number): string {
  return ms % 1000 === 0 ? `${ms / 1000}s` : `${(ms / 1000).toFixed(3)}s`;
}

/** Without what is undefined: a field that nobody has set is not there. */
export function message(fields: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** `metadata` of a cluster or a route: the object that it was made of, and more that istiod says. */
export function istioMetadata(origin: Origin | undefined, more: JsonObject = {}): JsonObject | undefined {
  const path = origin && PATHS[origin.kind];
  const config =
    path === undefined ? undefined : `/apis/${path.replace("NS", origin?.namespace ?? "")}/${origin?.name}`;
  const istio = message({ config, ...more });
  return Object.keys(istio).length === 0 ? undefined : { filter_metadata: { istio } };
}

/** An address with a port, or a Unix socket by its path. */
export function socketAddress(address: string, port: number): JsonObject {
  return { socket_address: { address, port_value: port } };
}

/** Fixed places of a cluster, each an address. */
export function loadAssignment(cluster: string, addresses: readonly JsonObject[]): JsonObject {
  const endpoints = [{ lb_endpoints: addresses.map((address) => ({ endpoint: { address } })) }];
  return { cluster_name: cluster, endpoints };
}
