export interface Annotation {
  /** Kinds that it may stand on. */
  readonly on: readonly string[];
  readonly isDeprecated?: boolean;
  readonly isAlpha?: boolean;
}

type Row = readonly [status: "alpha" | "beta" | "stable" | "deprecated", on: string, names: readonly string[]];

/** Istio's annotations, by maturity and place: `annotation/annotations.yaml` of istio/api. */
const ROWS: readonly Row[] = [
  [
    "alpha",
    "Any",
    [
      "galley.istio.io/analyze-suppress",
      "install.operator.istio.io/chart-owner",
      "install.operator.istio.io/owner-generation",
      "install.operator.istio.io/version",
    ],
  ],
  ["deprecated", "Service", ["alpha.istio.io/canonical-serviceaccounts", "alpha.istio.io/kubernetes-serviceaccounts"]],
  ["alpha", "AuthorizationPolicy", ["istio.io/dry-run"]],
  ["stable", "Ingress", ["kubernetes.io/ingress.class"]],
  ["alpha", "Service", ["networking.istio.io/exportTo"]],
  ["alpha", "Service, ServiceEntry", ["networking.istio.io/traffic-distribution"]],
  [
    "alpha",
    "Gateway",
    [
      "gateway.istio.io/controller-version",
      "gateway.istio.io/name-override",
      "gateway.istio.io/service-account",
      "networking.istio.io/address-type",
      "networking.istio.io/service-type",
    ],
  ],
  [
    "alpha",
    "WorkloadEntry",
    [
      "istio.io/autoRegistrationGroup",
      "istio.io/connectedAt",
      "istio.io/disconnectedAt",
      "istio.io/workloadController",
      "proxy.istio.io/health-checks-enabled",
    ],
  ],
  ["beta", "Pod", ["ambient.istio.io/redirection", "istio.io/rev", "proxy.istio.io/config"]],
  [
    "deprecated",
    "Pod",
    [
      "alpha.istio.io/identity",
      "security.istio.io/autoMTLS",
      "sidecar.istio.io/controlPlaneAuthPolicy",
      "sidecar.istio.io/discoveryAddress",
      "sidecar.istio.io/inject",
      "traffic.sidecar.istio.io/kubevirtInterfaces",
    ],
  ],
  [
    "alpha",
    "Pod",
    [
      "ambient.istio.io/bypass-inbound-capture",
      "ambient.istio.io/dns-capture",
      "inject.istio.io/templates",
      "istio.io/reroute-virtual-interfaces",
      "prometheus.istio.io/merge-metrics",
      "proxy.istio.io/overrides",
      "readiness.status.sidecar.istio.io/applicationPorts",
      "readiness.status.sidecar.istio.io/failureThreshold",
      "readiness.status.sidecar.istio.io/initialDelaySeconds",
      "readiness.status.sidecar.istio.io/periodSeconds",
      "sidecar.istio.io/agentLogLevel",
      "sidecar.istio.io/bootstrapOverride",
      "sidecar.istio.io/componentLogLevel",
      "sidecar.istio.io/enableCoreDump",
      "sidecar.istio.io/extraStatTags",
      "sidecar.istio.io/interceptionMode",
      "sidecar.istio.io/logLevel",
      "sidecar.istio.io/nativeSidecar",
      "sidecar.istio.io/proxyCPU",
      "sidecar.istio.io/proxyCPULimit",
      "sidecar.istio.io/proxyImage",
      "sidecar.istio.io/proxyImageType",
      "sidecar.istio.io/proxyMemory",
      "sidecar.istio.io/proxyMemoryLimit",
      "sidecar.istio.io/rewriteAppHTTPProbers",
      "sidecar.istio.io/statsCompression",
      "sidecar.istio.io/statsEvictionInterval",
      "sidecar.istio.io/statsHistogramBuckets",
      "sidecar.istio.io/statsInclusionPrefixes",
      "sidecar.istio.io/statsInclusionRegexps",
      "sidecar.istio.io/statsInclusionSuffixes",
      "sidecar.istio.io/status",
      "sidecar.istio.io/userVolume",
      "sidecar.istio.io/userVolumeMount",
      "status.sidecar.istio.io/port",
      "traffic.sidecar.istio.io/excludeInboundPorts",
      "traffic.sidecar.istio.io/excludeInterfaces",
      "traffic.sidecar.istio.io/excludeOutboundIPRanges",
      "traffic.sidecar.istio.io/excludeOutboundPorts",
      "traffic.sidecar.istio.io/includeInboundPorts",
      "traffic.sidecar.istio.io/includeOutboundIPRanges",
      "traffic.sidecar.istio.io/includeOutboundPorts",
    ],
  ],
];

export const ANNOTATIONS: ReadonlyMap<string, Annotation> = new Map(
  ROWS.flatMap(([status, on, names]) =>
    names.map((name) => [
      name,
      { on: on.split(", "), isDeprecated: status === "deprecated", isAlpha: status === "alpha" },
    ]),
  ),
);

/** Whether an annotation is in Istio's hands; Kubernetes' own of an Ingress counts too. */
export function isIstios(name: string): boolean {
  return name === "kubernetes.io/ingress.class" || (name.split("/")[0] ?? "").endsWith("istio.io");
}
