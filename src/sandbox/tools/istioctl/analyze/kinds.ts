/** Where the API server has the kinds that analyzers look at. `runtime` ones are the cluster's alone: files are not asked for them. */
export const KINDS = {
  ConfigMap: { group: "", versions: ["v1"], plural: "configmaps" },
  Namespace: { group: "", versions: ["v1"], plural: "namespaces", runtime: true, clusterScoped: true },
  Node: { group: "", versions: ["v1"], plural: "nodes", runtime: true, clusterScoped: true },
  Pod: { group: "", versions: ["v1"], plural: "pods", runtime: true },
  Secret: { group: "", versions: ["v1"], plural: "secrets", runtime: true },
  Service: { group: "", versions: ["v1"], plural: "services", runtime: true },
  Deployment: { group: "apps", versions: ["v1"], plural: "deployments" },
  AuthorizationPolicy: { group: "security.istio.io", versions: ["v1", "v1beta1"], plural: "authorizationpolicies" },
  DestinationRule: {
    group: "networking.istio.io",
    versions: ["v1", "v1beta1", "v1alpha3"],
    plural: "destinationrules",
  },
  EnvoyFilter: { group: "networking.istio.io", versions: ["v1alpha3"], plural: "envoyfilters" },
  Gateway: { group: "networking.istio.io", versions: ["v1", "v1beta1", "v1alpha3"], plural: "gateways" },
  PeerAuthentication: { group: "security.istio.io", versions: ["v1", "v1beta1"], plural: "peerauthentications" },
  ProxyConfig: { group: "networking.istio.io", versions: ["v1beta1"], plural: "proxyconfigs" },
  RequestAuthentication: { group: "security.istio.io", versions: ["v1", "v1beta1"], plural: "requestauthentications" },
  ServiceEntry: { group: "networking.istio.io", versions: ["v1", "v1beta1", "v1alpha3"], plural: "serviceentries" },
  Sidecar: { group: "networking.istio.io", versions: ["v1", "v1beta1", "v1alpha3"], plural: "sidecars" },
  Telemetry: { group: "telemetry.istio.io", versions: ["v1", "v1alpha1"], plural: "telemetries" },
  VirtualService: { group: "networking.istio.io", versions: ["v1", "v1beta1", "v1alpha3"], plural: "virtualservices" },
  WasmPlugin: { group: "extensions.istio.io", versions: ["v1alpha1"], plural: "wasmplugins" },
  WorkloadEntry: { group: "networking.istio.io", versions: ["v1", "v1beta1", "v1alpha3"], plural: "workloadentries" },
  WorkloadGroup: { group: "networking.istio.io", versions: ["v1", "v1beta1", "v1alpha3"], plural: "workloadgroups" },
} as const satisfies Readonly<Record<string, KindPlace>>;

export interface KindPlace {
  readonly group: string;
  /** The first is the one that is asked for. */
  readonly versions: readonly string[];
  readonly plural: string;
  readonly runtime?: true;
  readonly clusterScoped?: true;
}

export type Kind = keyof typeof KINDS;

/** The place of a kind. */
export function placeOf(kind: Kind): KindPlace {
  return KINDS[kind];
}

/** The kind of an object; undefined for one that no analyzer looks at. */
export function kindOf(apiVersion: string, name: string): Kind | undefined {
  if (!Object.hasOwn(KINDS, name)) return undefined;
  const kind = name as Kind;
  const { group, versions } = placeOf(kind);
  return versions.some((version) => apiVersion === (group === "" ? version : `${group}/${version}`)) ? kind : undefined;
}
