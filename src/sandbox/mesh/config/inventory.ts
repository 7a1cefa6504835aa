import type { Endpoint } from "../model.ts";
import type { Protocol } from "./registry/protocol.ts";

/** All that one proxy was told, by name: what it is, the configuration says when it is asked for it. */
export interface ProxyInventory<Listener> {
  /** `outbound|9080|v1|reviews.default.svc.cluster.local`, subsets among them. */
  readonly clusters: readonly string[];
  /** What a sidecar's programs may connect to; none for a gateway. */
  readonly outbound: readonly PlacedListener<Listener>[];
  /** Where a gateway listens for its Gateways. */
  readonly gatewayPorts: readonly number[];
  /** What a sidecar's Services lead to. */
  readonly inbound: readonly InboundPort[];
  /** Places of a cluster that are not ready, and that nobody is sent to. */
  unready(cluster: string): readonly Endpoint[];
}

export interface PlacedListener<Listener> {
  /** `0.0.0.0` for those that are not at an address of their own. */
  readonly address: string;
  readonly port: number;
  readonly listener: Listener;
}

export interface InboundPort {
  /** The pod's. */
  readonly port: number;
  readonly protocol: Protocol;
  /** The Service's: `reviews.default.svc.cluster.local`. */
  readonly host: string;
  readonly servicePort: number;
}
