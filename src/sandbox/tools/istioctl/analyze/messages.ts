/** How bad a finding is, the worst first: they are printed in this order. */
export const LEVELS = ["Error", "Warning", "Info"] as const;
export type Level = (typeof LEVELS)[number];

export interface MessageType {
  readonly code: string;
  readonly level: Level;
  /** Go's verbs stand for the arguments. */
  readonly template: string;
}

/** What an analysis says, by its name: `pkg/config/analysis/msg/messages.yaml` of istio/istio. */
export const MESSAGES = {
  Deprecated: type("IST0002", "Warning", "Deprecated: %s"),
  ReferencedResourceNotFound: type("IST0101", "Error", "Referenced %s not found: %q"),
  NamespaceNotInjected: type(
    "IST0102",
    "Info",
    "The namespace is not enabled for Istio injection. Run 'kubectl label namespace %s istio-injection=enabled' to enable it, or 'kubectl label namespace %s istio-injection=disabled' to explicitly mark it as not needing injection.",
  ),
  PodMissingProxy: type(
    "IST0103",
    "Warning",
    "The pod %s is missing the Istio proxy. This can often be resolved by restarting or redeploying the workload.",
  ),
  SchemaValidationError: type("IST0106", "Error", "Schema validation error: %v"),
  MisplacedAnnotation: type("IST0107", "Warning", "Misplaced annotation: %s can only be applied to %s"),
  UnknownAnnotation: type("IST0108", "Warning", "Unknown annotation: %s"),
  ConflictingMeshGatewayVirtualServiceHosts: type(
    "IST0109",
    "Error",
    "The VirtualServices %s associated with mesh gateway define the same host %s which can lead to undefined behavior. This can be fixed by merging the conflicting VirtualServices into a single resource.",
  ),
  ConflictingSidecarWorkloadSelectors: type(
    "IST0110",
    "Error",
    "The Sidecars %v in namespace %q select the same workload pod %q, which can lead to undefined behavior.",
  ),
  MultipleSidecarsWithoutWorkloadSelectors: type(
    "IST0111",
    "Error",
    "The Sidecars %v in namespace %q have no workload selector, which can lead to undefined behavior.",
  ),
  VirtualServiceDestinationPortSelectorRequired: type(
    "IST0112",
    "Error",
    "This VirtualService routes to a service %q that exposes multiple ports %v. Specifying a port in the destination is required to disambiguate.",
  ),
  DeploymentAssociatedToMultipleServices: type(
    "IST0116",
    "Warning",
    "This deployment %s is associated with multiple services using port %d but different protocols: %v",
  ),
  PortNameIsNotUnderNamingConvention: type(
    "IST0118",
    "Info",
    "Port name %s (port: %d, targetPort: %s) doesn't follow the naming convention of Istio port.",
  ),
  NamespaceMultipleInjectionLabels: type(
    "IST0123",
    "Warning",
    "The namespace has more than one type of injection labels %v, which may lead to undefined behavior. Make sure only one injection label exists.",
  ),
  InvalidAnnotation: type("IST0125", "Warning", "Invalid annotation %s: %s"),
  UnknownMeshNetworksServiceRegistry: type("IST0126", "Error", "Unknown service registry %s in network %s"),
  NoMatchingWorkloadsFound: type(
    "IST0127",
    "Warning",
    "No matching workloads for this resource with the following labels: %s",
  ),
  NoServerCertificateVerificationDestinationLevel: type(
    "IST0128",
    "Warning",
    "DestinationRule %s in namespace %s has TLS mode set to %s but no caCertificates are set to validate server identity for host: %s",
  ),
  NoServerCertificateVerificationPortLevel: type(
    "IST0129",
    "Warning",
    "DestinationRule %s in namespace %s has TLS mode set to %s but no caCertificates are set to validate server identity for host: %s at port %s",
  ),
  VirtualServiceUnreachableRule: type("IST0130", "Warning", "VirtualService rule %v not used (%s)."),
  VirtualServiceIneffectiveMatch: type(
    "IST0131",
    "Info",
    "VirtualService rule %v match %v is not used (duplicate/overlapping match in rule %v).",
  ),
  VirtualServiceHostNotFoundInGateway: type(
    "IST0132",
    "Warning",
    "one or more host %v defined in VirtualService %s not found in Gateway %s.",
  ),
  SchemaWarning: type("IST0133", "Warning", "Schema validation warning: %v"),
  ServiceEntryAddressesRequired: type("IST0134", "Warning", "ServiceEntry addresses are required for this protocol."),
  DeprecatedAnnotation: type(
    "IST0135",
    "Info",
    "Annotation %q has been deprecated%s and may not work in future Istio versions.",
  ),
  AlphaAnnotation: type(
    "IST0136",
    "Info",
    "Annotation %q is part of an alpha-phase feature and may be incompletely supported.",
  ),
  DeploymentConflictingPorts: type(
    "IST0137",
    "Warning",
    "This deployment %s is associated with multiple services %v using targetPort %q but different ports: %v.",
  ),
  GatewayDuplicateCertificate: type(
    "IST0138",
    "Warning",
    "Duplicate certificate in multiple gateways %v may cause 404s if clients re-use HTTP2 connections.",
  ),
  InvalidWebhook: type("IST0139", "Error", "%v"),
  IngressRouteRulesNotAffected: type(
    "IST0140",
    "Warning",
    "Subset in virtual service %s has no effect on ingress gateway %s requests",
  ),
  InsufficientPermissions: type("IST0141", "Error", "Missing required permission to create resource %v (%v)"),
  UnsupportedKubernetesVersion: type(
    "IST0142",
    "Error",
    "The Kubernetes Version %q is lower than the minimum version: %v",
  ),
  InvalidApplicationUID: type("IST0144", "Warning", "User ID (UID) 1337 is reserved for the sidecar proxy."),
  ConflictingGateways: type("IST0145", "Error", "Conflict with gateways %s (workload selector %s, port %s, hosts %v)."),
  ImageAutoWithoutInjectionWarning: type(
    "IST0146",
    "Warning",
    "%s %s contains `image: auto` but does not match any Istio injection webhook selectors.",
  ),
  ImageAutoWithoutInjectionError: type(
    "IST0147",
    "Error",
    "%s %s contains `image: auto` but does not match any Istio injection webhook selectors.",
  ),
  NamespaceInjectionEnabledByDefault: type(
    "IST0148",
    "Info",
    "is enabled for Istio injection, as Istio is installed with enableNamespacesByDefault as true.",
  ),
  JwtClaimBasedRoutingWithoutRequestAuthN: type(
    "IST0149",
    "Error",
    "The virtual service uses the JWT claim based routing (key: %s) but found no request authentication for the gateway (%s) pod (%s). The request authentication must first be applied for the gateway pods to validate the JWT token and make the claims available for routing.",
  ),
  ExternalNameServiceTypeInvalidPortName: type(
    "IST0150",
    "Warning",
    "Port name for ExternalName service is invalid. Proxy may prevent tcp named ports and unmatched traffic for ports serving TCP protocol from being forwarded correctly",
  ),
  EnvoyFilterUsesRelativeOperation: type(
    "IST0151",
    "Warning",
    "This EnvoyFilter does not have a priority and has a relative patch operation set which can cause the EnvoyFilter not to be applied. Using the INSERT_FIRST of ADD option or setting the priority may help in ensuring the EnvoyFilter is applied correctly.",
  ),
  EnvoyFilterUsesReplaceOperationIncorrectly: type(
    "IST0152",
    "Error",
    "The REPLACE operation is only valid for HTTP_FILTER and NETWORK_FILTER.",
  ),
  EnvoyFilterUsesAddOperationIncorrectly: type(
    "IST0153",
    "Error",
    "The ADD operation will be ignored when applyTo is set to ROUTE_CONFIGURATION, or HTTP_ROUTE.",
  ),
  EnvoyFilterUsesRemoveOperationIncorrectly: type(
    "IST0154",
    "Error",
    "The REMOVE operation will be ignored when applyTo is set to ROUTE_CONFIGURATION, or HTTP_ROUTE.",
  ),
  EnvoyFilterUsesRelativeOperationWithProxyVersion: type(
    "IST0155",
    "Warning",
    "This EnvoyFilter does not have a priority and has a relative patch operation (NSTERT_BEFORE/AFTER, REPLACE, MERGE, DELETE) and proxyVersion set which can cause the EnvoyFilter not to be applied during an upgrade. Using the INSERT_FIRST or ADD option or setting the priority may help in ensuring the EnvoyFilter is applied correctly.",
  ),
  UnsupportedGatewayAPIVersion: type(
    "IST0156",
    "Error",
    "The Gateway API CRD version %v is lower than the minimum version: %v",
  ),
  InvalidTelemetryProvider: type(
    "IST0157",
    "Warning",
    "The Telemetry %v in namespace %q with empty providers will be ignored.",
  ),
  PodsIstioProxyImageMismatchInNamespace: type(
    "IST0158",
    "Warning",
    "The Istio proxy images of the pods running in the namespace do not match the image defined in the injection configuration (pod names: %v). This often happens after upgrading the Istio control-plane and can be fixed by redeploying the pods.",
  ),
  ConflictingTelemetryWorkloadSelectors: type(
    "IST0159",
    "Error",
    "The Telemetries %v in namespace %q select the same workload pod %q, which can lead to undefined behavior.",
  ),
  MultipleTelemetriesWithoutWorkloadSelectors: type(
    "IST0160",
    "Error",
    "The Telemetries %v in namespace %q have no workload selector, which can lead to undefined behavior.",
  ),
  InvalidGatewayCredential: type(
    "IST0161",
    "Error",
    "The credential referenced by the Gateway %s in namespace %s is invalid, which can cause the traffic not to work as expected.",
  ),
  GatewayPortNotDefinedOnService: type(
    "IST0162",
    "Warning",
    "The gateway is listening on a target port (port %d) that is not defined in the Service associated with its workload instances (Pod selector %s). If you need to access the gateway port through the gateway Service, it will not be available.",
  ),
  InvalidExternalControlPlaneConfig: type(
    "IST0163",
    "Warning",
    "The hostname (%s) that was provided for the webhook (%s) to reach the ingress gateway on the external control plane cluster %s. Traffic may not flow properly.",
  ),
  ExternalControlPlaneAddressIsNotAHostname: type(
    "IST0164",
    "Info",
    "The address (%s) that was provided for the webhook (%s) to reach the ingress gateway on the external control plane cluster is an IP address. This is not recommended for a production environment.",
  ),
  ReferencedInternalGateway: type(
    "IST0165",
    "Warning",
    "Gateway reference in VirtualService %s is to an implementation-generated internal Gateway: %s.",
  ),
  IneffectiveSelector: type(
    "IST0166",
    "Warning",
    "Ineffective selector on Kubernetes Gateway %s. Use the TargetRef field instead.",
  ),
  IneffectivePolicy: type("IST0167", "Warning", "The policy has no impact: %s."),
  UpdateIncompatibility: type(
    "IST0169",
    "Warning",
    "The configuration %q changed in release %s: %s. Or, install with `--set compatibilityVersion=%s` to retain the old default.",
  ),
  NegativeConditionStatus: type(
    "IST0171",
    "Warning",
    "A condition with a negative status is present: type=%s, reason=%s, message=%s.",
  ),
  FutureUnsupportedGatewayAPIVersion: type(
    "IST0172",
    "Warning",
    "The Gateway API CRD version %v is lower than the minimum version: %v",
  ),
  DestinationRuleSubsetNotSelectPods: type(
    "IST0173",
    "Error",
    "The Subset %s defined in the DestinationRule does not select any pods. Which may lead to 503 UH (NoHealthyUpstream).",
  ),
  UnknownDestinationRuleHost: type(
    "IST0174",
    "Warning",
    "The host %s defined in the DestinationRule does not match any services in the mesh.",
  ),
  JwksUriFetchUnrestricted: type(
    "IST0175",
    "Warning",
    "BLOCKED_CIDRS_IN_JWKS_URIS is not configured but %d RequestAuthentication resource(s) exist (%s). Consider configuring it to restrict JWKS URI fetches to trusted networks.",
  ),
  GatewayAPICRDVersionBelowMinimum: type(
    "IST0176",
    "Warning",
    "Gateway API CRD %q is at version %q but Istio requires at least %q; resources of this kind will not be processed. Upgrade the Gateway API CRDs to satisfy the minimum version.",
  ),
  ConflictingServiceEntryProtocol: type(
    "IST0177",
    "Warning",
    "Multiple ServiceEntries (%s) define the same host %q and port %d with conflicting protocols (%s).",
  ),
} as const satisfies Readonly<Record<string, MessageType>>;

export type MessageName = keyof typeof MESSAGES;

/** Codes that upstream knows too, but that objects alone never lead to. */
const OTHER_CODES = ["IST0001", "IST0113", "IST0119", "IST0122", "IST0143", "IST0168", "IST0170"];

/** Whether `--suppress` may name it. */
export function isKnownCode(code: string): boolean {
  return OTHER_CODES.includes(code) || Object.values(MESSAGES).some((one) => one.code === code);
}

function type(code: string, level: Level, template: string): MessageType {
  return { code, level, template };
}
