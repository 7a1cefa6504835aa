import type { JsonObject } from "../../objects/index.ts";
import { fieldEnv, podInfo, textEnv, tokenVolume } from "../manifests/parts.ts";
import { annotated, appContainers, type Injection, interceptionMode } from "./request.ts";

/** What the sidecar and the gateway of an injected pod have in common: arguments, environment, volumes. */
export function proxyArgs(injection: Injection, role: "router" | "sidecar"): readonly string[] {
  const { global } = injection.settings.values;
  const { proxy } = global;
  return [
    "proxy",
    role,
    "--domain",
    `$(POD_NAMESPACE).svc.${proxy.clusterDomain}`,
    `--proxyLogLevel=${annotated(injection, "sidecar.istio.io/logLevel", proxy.logLevel)}`,
    `--proxyComponentLogLevel=${annotated(injection, "sidecar.istio.io/componentLogLevel", proxy.componentLogLevel)}`,
    `--log_output_level=${annotated(injection, "sidecar.istio.io/agentLogLevel", global.logging.level)}`,
    ...(global.logAsJson ? ["--log_as_json"] : []),
  ];
}

export function proxyEnv(injection: Injection, role: "router" | "sidecar"): readonly JsonObject[] {
  const { owner, pod, proxyConfig, settings } = injection;
  const { mesh, namespace, revision, values } = settings;
  const { global } = values;
  const trustDomain = mesh.trustDomain ?? "cluster.local";
  const istiod = `istiod${revision === "" ? "" : `-${revision}`}.${namespace}.svc:15012`;
  const limit = (resource: string): JsonObject => ({
    resourceFieldRef: { divisor: "0", resource: `limits.${resource}` },
  });
  const { annotations = {} } = pod.metadata;
  return [
    textEnv("PILOT_CERT_PROVIDER", global.pilotCertProvider),
    textEnv("CA_ADDR", global.caAddress || istiod),
    fieldEnv("POD_NAME", "metadata.name"),
    fieldEnv("POD_NAMESPACE", "metadata.namespace"),
    fieldEnv("INSTANCE_IP", "status.podIP"),
    fieldEnv("SERVICE_ACCOUNT", "spec.serviceAccountName"),
    fieldEnv("HOST_IP", "status.hostIP"),
    { name: "ISTIO_CPU_LIMIT", valueFrom: limit("cpu") },
    textEnv("PROXY_CONFIG", `${JSON.stringify(ownConfig(proxyConfig, istiod))}\n`),
    textEnv("ISTIO_META_POD_PORTS", podPorts(injection)),
    textEnv(
      "ISTIO_META_APP_CONTAINERS",
      appContainers(injection)
        .map(({ name }) => name)
        .join(","),
    ),
    { name: "GOMEMLIMIT", valueFrom: limit("memory") },
    { name: "GOMAXPROCS", valueFrom: limit("cpu") },
    textEnv("ISTIO_META_CLUSTER_ID", global.multiCluster.clusterName || "Kubernetes"),
    fieldEnv("ISTIO_META_NODE_NAME", "spec.nodeName"),
    textEnv("ISTIO_META_INTERCEPTION_MODE", interceptionMode(injection)),
    ...(global.network ? [textEnv("ISTIO_META_NETWORK", global.network)] : []),
    ...(role === "sidecar" && Object.keys(annotations).length > 0
      ? [textEnv("ISTIO_METAJSON_ANNOTATIONS", `${sortedJson(annotations)}\n`)]
      : []),
    textEnv("ISTIO_META_WORKLOAD_NAME", owner.name),
    textEnv(
      "ISTIO_META_OWNER",
      `kubernetes://apis/${owner.apiVersion}/namespaces/${pod.metadata.namespace}/${owner.kind.toLowerCase()}s/${owner.name}`,
    ),
    textEnv("ISTIO_META_MESH_ID", global.meshID || trustDomain),
    textEnv("TRUST_DOMAIN", trustDomain),
    ...Object.entries(proxyConfig.proxyMetadata ?? {}).map(([name, value]) => textEnv(name, value)),
  ];
}

/** What differs from the defaults, as the proxy is told it. */
function ownConfig({ discoveryAddress, ...rest }: JsonObject, istiod: string): JsonObject {
  return discoveryAddress === undefined || discoveryAddress === istiod ? rest : { discoveryAddress, ...rest };
}

function podPorts({ pod }: Injection): string {
  const containers: readonly JsonObject[] = pod.spec?.containers ?? [];
  const ports = containers.flatMap(({ ports: own = [] }) => own as readonly JsonObject[]);
  return `[\n${ports.map((port) => `    ${JSON.stringify(port)}`).join("\n    ,")}\n]`;
}

function sortedJson(value: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))));
}

export const PROXY_MOUNTS: readonly JsonObject[] = [
  { name: "workload-socket", mountPath: "/var/run/secrets/workload-spiffe-uds" },
  { name: "credential-socket", mountPath: "/var/run/secrets/credential-uds" },
  { name: "workload-certs", mountPath: "/var/run/secrets/workload-spiffe-credentials" },
  { name: "istiod-ca-cert", mountPath: "/var/run/secrets/istio" },
  { name: "istio-ca-crl", mountPath: "/var/run/secrets/istio/crl" },
  { name: "istio-data", mountPath: "/var/lib/istio/data" },
  { name: "istio-envoy", mountPath: "/etc/istio/proxy" },
  { name: "istio-token", mountPath: "/var/run/secrets/tokens" },
  { name: "istio-podinfo", mountPath: "/etc/istio/pod" },
];

export function proxyVolumes({ settings }: Injection): readonly JsonObject[] {
  return [
    { name: "workload-socket", emptyDir: {} },
    { name: "credential-socket", emptyDir: {} },
    { name: "workload-certs", emptyDir: {} },
    { name: "istio-envoy", emptyDir: { medium: "Memory" } },
    { name: "istio-data", emptyDir: {} },
    podInfo("istio-podinfo"),
    tokenVolume(settings.values.global.sds.token.aud),
    { name: "istiod-ca-cert", configMap: { name: "istio-ca-root-cert" } },
    { name: "istio-ca-crl", configMap: { name: "istio-ca-crl", optional: true } },
  ];
}

/** By which name and version telemetry knows the workload. */
export function canonicalLabels({ owner, pod }: Injection): Record<string, string> {
  const { labels = {} } = pod.metadata;
  const named = labels["service.istio.io/canonical-name"] || labels["app.kubernetes.io/name"] || labels.app;
  const version =
    labels["service.istio.io/canonical-revision"] || labels["app.kubernetes.io/version"] || labels.version;
  return {
    "service.istio.io/canonical-name": named || owner.name,
    "service.istio.io/canonical-revision": version || "latest",
  };
}

/** kubectl's own default is the first container, which the proxy may be: so it is said. */
export function defaultContainer(injection: Injection): Record<string, string> {
  const [first] = appContainers(injection);
  if (first === undefined) return {};
  const { annotations = {} } = injection.pod.metadata;
  const names = ["kubectl.kubernetes.io/default-container", "kubectl.kubernetes.io/default-logs-container"];
  return Object.fromEntries(names.map((name) => [name, annotations[name] ?? String(first.name)]));
}

export function readiness({ settings }: Injection): JsonObject {
  const { proxy } = settings.values.global;
  return {
    httpGet: { path: "/healthz/ready", port: 15021 },
    ...(proxy.readinessInitialDelaySeconds > 0 && { initialDelaySeconds: proxy.readinessInitialDelaySeconds }),
    periodSeconds: proxy.readinessPeriodSeconds,
    timeoutSeconds: 3,
    failureThreshold: proxy.readinessFailureThreshold,
  };
}
