import type { KubeObject } from "../../../objects/index.ts";
import type { Protocol } from "./protocol.ts";

/** How a service's endpoints are found. */
export type Resolution = "cluster" | "headless" | "alias" | "static" | "dns" | "none";

/** A host that the mesh knows: a Service, or a host of a ServiceEntry. */
export interface MeshService {
  /** `reviews.default.svc.cluster.local`, `*.example.com` */
  readonly host: string;
  readonly namespace: string;
  readonly object: KubeObject;
  readonly resolution: Resolution;
  /** True for Services, false for ServiceEntries. */
  readonly isKubernetes: boolean;
  readonly isExternal: boolean;
  readonly ports: readonly ServicePort[];
  /** Where clients connect to; empty: anywhere. */
  readonly addresses: readonly string[];
  readonly exportTo: readonly string[];
  /** The host that this is only another name of. */
  readonly aliasOf: string | undefined;
}

export interface ServicePort {
  readonly number: number;
  readonly name: string;
  readonly protocol: Protocol;
  /** A port number or the name of a container's. */
  readonly target: number | string;
}
