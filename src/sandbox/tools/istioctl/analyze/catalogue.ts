/** How bad a message is, the worst first: this is the order that they are printed in. */
export const LEVELS = ["Error", "Warning", "Info"] as const;
export type Level = (typeof LEVELS)[number];

/** What a message is: its name, how bad, and its text, with Go's verbs for the parameters. */
interface MessageType {
  readonly name: string;
  readonly level: Level;
  readonly template: string;
}

/** The messages of `istioctl analyze`, by their code, word for word as upstream's `messages.yaml` has them. */
export const MESSAGES = {
  IST0101: { name: "ReferencedResourceNotFound", level: "Error", template: "Referenced %s not found: %q" },
  IST0102: {
    name: "NamespaceNotInjected",
    level: "Info",
    template:
      "The namespace is not enabled for Istio injection. Run 'kubectl label namespace %s istio-injection=enabled' to enable it, or 'kubectl label namespace %s istio-injection=disabled' to explicitly mark it as not needing injection.",
  },
  IST0103: {
    name: "PodMissingProxy",
    level: "Warning",
    template:
      "The pod %s is missing the Istio proxy. This can often be resolved by restarting or redeploying the workload.",
  },
  IST0106: { name: "SchemaValidationError", level: "Error", template: "Schema validation error: %v" },
  IST0109: {
    name: "ConflictingMeshGatewayVirtualServiceHosts",
    level: "Error",
    template:
      "The VirtualServices %s associated with mesh gateway define the same host %s which can lead to undefined behavior. This can be fixed by merging the conflicting VirtualServices into a single resource.",
  },
  IST0110: {
    name: "ConflictingSidecarWorkloadSelectors",
    level: "Error",
    template: "The Sidecars %v in namespace %q select the same workload pod %q, which can lead to undefined behavior.",
  },
  IST0111: {
    name: "MultipleSidecarsWithoutWorkloadSelectors",
    level: "Error",
    template: "The Sidecars %v in namespace %q have no workload selector, which can lead to undefined behavior.",
  },
  IST0112: {
    name: "VirtualServiceDestinationPortSelectorRequired",
    level: "Error",
    template:
      "This VirtualService routes to a service %q that exposes multiple ports %v. Specifying a port in the destination is required to disambiguate.",
  },
  IST0118: {
    name: "PortNameIsNotUnderNamingConvention",
    level: "Info",
    template: "Port name %s (port: %d, targetPort: %s) doesn't follow the naming convention of Istio port.",
  },
  IST0123: {
    name: "NamespaceMultipleInjectionLabels",
    level: "Warning",
    template:
      "The namespace has more than one type of injection labels %v, which may lead to undefined behavior. Make sure only one injection label exists.",
  },
  IST0127: {
    name: "NoMatchingWorkloadsFound",
    level: "Warning",
    template: "No matching workloads for this resource with the following labels: %s",
  },
  IST0130: {
    name: "VirtualServiceUnreachableRule",
    level: "Warning",
    template: "VirtualService rule %v not used (%s).",
  },
  IST0131: {
    name: "VirtualServiceIneffectiveMatch",
    level: "Info",
    template: "VirtualService rule %v match %v is not used (duplicate/overlapping match in rule %v).",
  },
  IST0132: {
    name: "VirtualServiceHostNotFoundInGateway",
    level: "Warning",
    template: "one or more host %v defined in VirtualService %s not found in Gateway %s.",
  },
  IST0133: { name: "SchemaWarning", level: "Warning", template: "Schema validation warning: %v" },
  IST0140: {
    name: "IngressRouteRulesNotAffected",
    level: "Warning",
    template: "Subset in virtual service %s has no effect on ingress gateway %s requests",
  },
  IST0141: {
    name: "InsufficientPermissions",
    level: "Error",
    template: "Missing required permission to create resource %v (%v)",
  },
  IST0142: {
    name: "UnsupportedKubernetesVersion",
    level: "Error",
    template: "The Kubernetes Version %q is lower than the minimum version: %v",
  },
  IST0145: {
    name: "ConflictingGateways",
    level: "Error",
    template: "Conflict with gateways %s (workload selector %s, port %s, hosts %v).",
  },
  IST0148: {
    name: "NamespaceInjectionEnabledByDefault",
    level: "Info",
    template: "is enabled for Istio injection, as Istio is installed with enableNamespacesByDefault as true.",
  },
  IST0150: {
    name: "ExternalNameServiceTypeInvalidPortName",
    level: "Warning",
    template:
      "Port name for ExternalName service is invalid. Proxy may prevent tcp named ports and unmatched traffic for ports serving TCP protocol from being forwarded correctly",
  },
  IST0156: {
    name: "UnsupportedGatewayAPIVersion",
    level: "Error",
    template: "The Gateway API CRD version %v is lower than the minimum version: %v",
  },
  IST0162: {
    name: "GatewayPortNotDefinedOnService",
    level: "Warning",
    template:
      "The gateway is listening on a target port (port %d) that is not defined in the Service associated with its workload instances (Pod selector %s). If you need to access the gateway port through the gateway Service, it will not be available.",
  },
  IST0173: {
    name: "DestinationRuleSubsetNotSelectPods",
    level: "Error",
    template:
      "The Subset %s defined in the DestinationRule does not select any pods. Which may lead to 503 UH (NoHealthyUpstream).",
  },
  IST0174: {
    name: "UnknownDestinationRuleHost",
    level: "Warning",
    template: "The host %s defined in the DestinationRule does not match any services in the mesh.",
  },
} as const satisfies Readonly<Record<string, MessageType>>;

/** A code of the catalogue. */
export type Code = keyof typeof MESSAGES;

/** What stands in a message for a verb: a list is written as Go writes a slice. */
export type Parameter = string | number | readonly (string | number)[];

/** The text of a message. */
export function textOf(code: Code, parameters: readonly Parameter[]): string {
  let next = 0;
  return MESSAGES[code].template.replaceAll(/%[a-z]/g, (verb) => written(parameters[next++] ?? "", verb === "%q"));
}

function written(value: Parameter, isQuoted: boolean): string {
  const one = (part: string | number): string => (isQuoted ? JSON.stringify(String(part)) : String(part));
  return typeof value === "object" ? `[${value.map(one).join(" ")}]` : one(value);
}
