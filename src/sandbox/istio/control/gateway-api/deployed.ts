import type { JsonObject, KubeObject } from "../../../objects/index.ts";
import type { Settings } from "../../inject/settings.ts";
import { API_VERSION, accountName, deploymentName } from "./names.ts";
import { gatewayPod } from "./pod.ts";

/** Of a Gateway's annotations, those that are for its istiod alone. */
const OWN_ANNOTATIONS: ReadonlySet<string> = new Set([
  "kubectl.kubernetes.io/last-applied-configuration",
  "gateway.istio.io/name-override",
  "gateway.istio.io/service-account",
  "gateway.istio.io/controller-version",
]);
const STATUS_PORT = { name: "status-port", port: 15021, protocol: "TCP", appProtocol: "tcp" };

/** What istiod deploys for a Gateway, by resource. Source: istiod's template `kube-gateway`. */
export function deployedFor(gateway: KubeObject, settings: Settings): readonly (readonly [string, KubeObject])[] {
  const { name, namespace = "" } = gateway.metadata;
  const annotations = annotationsOf(gateway);
  const labels = labelsOf(gateway);
  const metadata = {
    namespace,
    ...(Object.keys(annotations).length > 0 && { annotations }),
    labels,
    ownerReferences: [{ apiVersion: API_VERSION, kind: "Gateway", name, uid: gateway.metadata.uid ?? "" }],
  };
  const own = deploymentName(gateway);
  const selector = { "gateway.networking.k8s.io/gateway-name": name };
  const managed = { ...labels, "gateway.istio.io/managed": "istio.io-gateway-controller" };
  const account = accountName(gateway);
  return [
    ["/serviceaccounts", { apiVersion: "v1", kind: "ServiceAccount", metadata: { ...metadata, name: account } }],
    [
      "apps/deployments",
      {
        apiVersion: "apps/v1",
        kind: "Deployment",
        metadata: { ...metadata, name: own, labels: managed },
        spec: {
          selector: { matchLabels: selector },
          template: gatewayPod({ name: own, account, annotations, labels: managed, gateway }, settings),
        },
      },
    ],
    [
      "/services",
      { apiVersion: "v1", kind: "Service", metadata: { ...metadata, name: own }, spec: service(gateway, selector) },
    ],
  ];
}

/** `spec.infrastructure` says what its objects carry; without it the Gateway's own do. */
function annotationsOf({ metadata, spec }: KubeObject): Record<string, string> {
  const all: Record<string, string> = spec?.infrastructure?.annotations ?? metadata.annotations ?? {};
  return Object.fromEntries(Object.entries(all).filter(([name]) => !OWN_ANNOTATIONS.has(name)));
}

function labelsOf({ metadata, spec }: KubeObject): Record<string, string> {
  return {
    ...(spec?.infrastructure?.labels ?? metadata.labels),
    "gateway.networking.k8s.io/gateway-class-name": String(spec?.gatewayClassName),
    "gateway.networking.k8s.io/gateway-name": metadata.name,
  };
}

function service({ metadata, spec }: KubeObject, selector: Record<string, string>): JsonObject {
  const type = metadata.annotations?.["networking.istio.io/service-type"] ?? "LoadBalancer";
  const address = spec?.addresses?.[0]?.value;
  return {
    type,
    ipFamilyPolicy: "PreferDualStack",
    ports: [STATUS_PORT, ...portsOf(spec?.listeners ?? [])],
    selector,
    ...(address !== undefined && type === "LoadBalancer" && { loadBalancerIP: address }),
  };
}

/** A port of listeners has the name of the first one. */
function portsOf(listeners: readonly JsonObject[]): readonly JsonObject[] {
  const byPort = new Map<number, JsonObject>();
  for (const { name, port, protocol } of listeners) {
    if (byPort.has(port)) continue;
    byPort.set(port, { name, port, protocol: "TCP", appProtocol: String(protocol).toLowerCase() });
  }
  return [...byPort.values()];
}
