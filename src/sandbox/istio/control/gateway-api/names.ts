import type { JsonObject, KubeObject } from "../../../objects/index.ts";

export const GROUP = "gateway.networking.k8s.io";
export const API_VERSION = `${GROUP}/v1`;
export const GATEWAYS = `${GROUP}/gateways`;
export const CLASSES = `${GROUP}/gatewayclasses`;
export const DOMAIN = "cluster.local";

/** Who writes the statuses, by GatewayClasses and routes. */
export const CONTROLLER = "istio.io/gateway-controller";
/** Of Gateways that another cluster's istiod serves. */
export const UNMANAGED_CONTROLLER = "istio.io/unmanaged-gateway";

/** Kinds of routes by their resource. */
export const ROUTES: Readonly<Record<string, string>> = {
  [`${GROUP}/httproutes`]: "HTTPRoute",
  [`${GROUP}/grpcroutes`]: "GRPCRoute",
  [`${GROUP}/tcproutes`]: "TCPRoute",
  [`${GROUP}/tlsroutes`]: "TLSRoute",
};

const NAME_OVERRIDE = "gateway.istio.io/name-override";
const ACCOUNT_OVERRIDE = "gateway.istio.io/service-account";

/** The name of a Gateway's Deployment and Service: its own and its class's. */
export function deploymentName({ metadata, spec }: KubeObject): string {
  return metadata.annotations?.[NAME_OVERRIDE] ?? `${metadata.name}-${spec?.gatewayClassName}`;
}

/** The name of the account that its pods run as. */
export function accountName(gateway: KubeObject): string {
  const { metadata, spec } = gateway;
  return metadata.annotations?.[ACCOUNT_OVERRIDE] ?? `${metadata.name}-${spec?.gatewayClassName}`;
}

/** Whether istiod runs the proxies. A hostname as the one address stands for a Service that is there already. */
export function isDeployed({ spec }: KubeObject): boolean {
  const [first, ...others]: readonly JsonObject[] = spec?.addresses ?? [];
  return first === undefined || (others.length === 0 && (first.type ?? "IPAddress") === "IPAddress");
}
