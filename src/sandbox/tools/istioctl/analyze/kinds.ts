/** A kind that is analysed, and where it is. */
export interface KindInfo {
  readonly kind: string;
  readonly group: string;
  /** The first is asked for; files may use any. */
  readonly versions: readonly string[];
  readonly plural: string;
  readonly isClusterScoped?: boolean;
  /** Made of a part of Istio's own configuration; nobody serves it. */
  readonly isInternal?: boolean;
  /** Only ever read from the cluster: `kuberesource.DefaultExcludedSchemas` upstream. */
  readonly isRuntime?: boolean;
}

const NETWORKING = { group: "networking.istio.io", versions: ["v1", "v1beta1", "v1alpha3"] };
const SECURITY = { group: "security.istio.io", versions: ["v1", "v1beta1"] };
const GATEWAY_API = { group: "gateway.networking.k8s.io", versions: ["v1", "v1beta1"] };
const CORE = { group: "", versions: ["v1"] };
const WEBHOOKS = { group: "admissionregistration.k8s.io", versions: ["v1"], isClusterScoped: true };

export const KINDS = {
  AuthorizationPolicy: { kind: "AuthorizationPolicy", ...SECURITY, plural: "authorizationpolicies" },
  Cluster: { kind: "Cluster", group: "", versions: [], plural: "clusters", isInternal: true },
  ConfigMap: { kind: "ConfigMap", ...CORE, plural: "configmaps" },
  CustomResourceDefinition: {
    kind: "CustomResourceDefinition",
    group: "apiextensions.k8s.io",
    versions: ["v1"],
    plural: "customresourcedefinitions",
    isClusterScoped: true,
  },
  Deployment: { kind: "Deployment", group: "apps", versions: ["v1"], plural: "deployments" },
  DestinationRule: { kind: "DestinationRule", ...NETWORKING, plural: "destinationrules" },
  EnvoyFilter: { kind: "EnvoyFilter", group: NETWORKING.group, versions: ["v1alpha3"], plural: "envoyfilters" },
  GRPCRoute: { kind: "GRPCRoute", group: GATEWAY_API.group, versions: ["v1"], plural: "grpcroutes" },
  Gateway: { kind: "Gateway", ...NETWORKING, plural: "gateways" },
  HTTPRoute: { kind: "HTTPRoute", ...GATEWAY_API, plural: "httproutes" },
  KubernetesGateway: { kind: "Gateway", ...GATEWAY_API, plural: "gateways" },
  MeshNetworks: { kind: "MeshNetworks", group: "", versions: [], plural: "meshnetworks", isInternal: true },
  MutatingWebhookConfiguration: {
    kind: "MutatingWebhookConfiguration",
    ...WEBHOOKS,
    plural: "mutatingwebhookconfigurations",
  },
  Namespace: { kind: "Namespace", ...CORE, plural: "namespaces", isClusterScoped: true, isRuntime: true },
  Node: { kind: "Node", ...CORE, plural: "nodes", isClusterScoped: true, isRuntime: true },
  PeerAuthentication: { kind: "PeerAuthentication", ...SECURITY, plural: "peerauthentications" },
  Pod: { kind: "Pod", ...CORE, plural: "pods", isRuntime: true },
  ProxyConfig: { kind: "ProxyConfig", group: NETWORKING.group, versions: ["v1beta1"], plural: "proxyconfigs" },
  RequestAuthentication: { kind: "RequestAuthentication", ...SECURITY, plural: "requestauthentications" },
  Secret: { kind: "Secret", ...CORE, plural: "secrets", isRuntime: true },
  Service: { kind: "Service", ...CORE, plural: "services", isRuntime: true },
  ServiceEntry: { kind: "ServiceEntry", ...NETWORKING, plural: "serviceentries" },
  Sidecar: { kind: "Sidecar", ...NETWORKING, plural: "sidecars" },
  Telemetry: { kind: "Telemetry", group: "telemetry.istio.io", versions: ["v1", "v1alpha1"], plural: "telemetries" },
  ValidatingWebhookConfiguration: {
    kind: "ValidatingWebhookConfiguration",
    ...WEBHOOKS,
    plural: "validatingwebhookconfigurations",
  },
  VirtualService: { kind: "VirtualService", ...NETWORKING, plural: "virtualservices" },
  WasmPlugin: { kind: "WasmPlugin", group: "extensions.istio.io", versions: ["v1alpha1"], plural: "wasmplugins" },
  WorkloadEntry: { kind: "WorkloadEntry", ...NETWORKING, plural: "workloadentries" },
  WorkloadGroup: { kind: "WorkloadGroup", ...NETWORKING, plural: "workloadgroups" },
} as const satisfies Readonly<Record<string, KindInfo>>;

export type Kind = keyof typeof KINDS;

const TABLE: Readonly<Record<Kind, KindInfo>> = KINDS;

export function infoOf(kind: Kind): KindInfo {
  return TABLE[kind];
}

/** The kind of an object of a file; undefined for one that no analyzer knows. */
export function kindOf(apiVersion: string, kind: string): Kind | undefined {
  const slash = apiVersion.indexOf("/");
  const [group, version] = [slash < 0 ? "" : apiVersion.slice(0, slash), apiVersion.slice(slash + 1)];
  return allKinds().find((one) => {
    const info = TABLE[one];
    return info.kind === kind && info.group === group && info.versions.includes(version);
  });
}

export function allKinds(): readonly Kind[] {
  return Object.keys(TABLE) as Kind[];
}

/** Namespaces that Istio leaves alone. */
export const SYSTEM_NAMESPACES: ReadonlySet<string> = new Set([
  "kube-system",
  "kube-public",
  "kube-node-lease",
  "local-path-storage",
]);
