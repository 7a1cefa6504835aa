import type { JsonObject, KubeObject } from "../../../objects/index.ts";
import { proxyConfigOf, type Settings } from "../../inject/settings.ts";
import { fieldEnv, textEnv, tokenVolume } from "../../manifests/parts.ts";

interface Wanted {
  readonly name: string;
  readonly account: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly gateway: KubeObject;
}

/** The template of the pods that are a Gateway's proxies. */
export function gatewayPod({ name, account, annotations, labels, gateway }: Wanted, settings: Settings): JsonObject {
  return {
    metadata: {
      annotations: {
        ...annotations,
        "istio.io/rev": settings.revision || "default",
        "prometheus.io/path": "/stats/prometheus",
        "prometheus.io/port": "15020",
        "prometheus.io/scrape": "true",
      },
      labels: {
        ...labels,
        "service.istio.io/canonical-name": name,
        "service.istio.io/canonical-revision": "latest",
        "sidecar.istio.io/inject": "false",
      },
    },
    spec: {
      // So that the proxy may listen at 80 without being root.
      securityContext: { sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: "0" }] },
      serviceAccountName: account,
      containers: [proxy(name, gateway, settings)],
      volumes: [
        ...["workload-socket", "credential-socket", "workload-certs", "istio-data"].map(emptyVolume),
        { name: "istio-envoy", emptyDir: { medium: "Memory" } },
        {
          name: "istio-podinfo",
          downwardAPI: {
            items: ["labels", "annotations"].map((path) => ({ path, fieldRef: { fieldPath: `metadata.${path}` } })),
          },
        },
        tokenVolume(settings.values.global.sds.token.aud),
        { name: "istiod-ca-cert", configMap: { name: settings.values.global.trustBundleName || "istio-ca-root-cert" } },
      ],
    },
  };
}

function emptyVolume(name: string): JsonObject {
  return { name, emptyDir: {} };
}

function proxy(name: string, { metadata }: KubeObject, settings: Settings): JsonObject {
  const { global } = settings.values;
  const { annotations = {} } = metadata;
  const level = (part: string, otherwise: string): string => annotations[`sidecar.istio.io/${part}`] ?? otherwise;
  return {
    name: "istio-proxy",
    image: imageOf(global, annotations["sidecar.istio.io/proxyImage"]),
    ...(global.proxy.resources && { resources: global.proxy.resources }),
    ...(global.imagePullPolicy && { imagePullPolicy: global.imagePullPolicy }),
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      privileged: false,
      readOnlyRootFilesystem: true,
      runAsGroup: 1337,
      runAsNonRoot: true,
      runAsUser: 1337,
    },
    ports: [
      { containerPort: 15020, name: "metrics", protocol: "TCP" },
      { containerPort: 15021, name: "status-port", protocol: "TCP" },
      { containerPort: 15090, name: "http-envoy-prom", protocol: "TCP" },
    ],
    args: [
      ...["proxy", "router", "--domain", `$(POD_NAMESPACE).svc.${global.proxy.clusterDomain}`],
      ...["--proxyLogLevel", level("logLevel", global.proxy.logLevel)],
      ...["--proxyComponentLogLevel", level("componentLogLevel", global.proxy.componentLogLevel)],
      ...["--log_output_level", level("agentLogLevel", global.logging.level)],
    ],
    env: envOf(name, metadata.namespace ?? "", settings),
    startupProbe: ready({ failureThreshold: 30, initialDelaySeconds: 1, periodSeconds: 1 }),
    readinessProbe: ready({ failureThreshold: 4, periodSeconds: 15 }),
    volumeMounts: [
      { name: "workload-socket", mountPath: "/var/run/secrets/workload-spiffe-uds" },
      { name: "credential-socket", mountPath: "/var/run/secrets/credential-uds" },
      { name: "workload-certs", mountPath: "/var/run/secrets/workload-spiffe-credentials" },
      { name: "istiod-ca-cert", mountPath: "/var/run/secrets/istio" },
      { name: "istio-data", mountPath: "/var/lib/istio/data" },
      { name: "istio-envoy", mountPath: "/etc/istio/proxy" },
      { name: "istio-token", mountPath: "/var/run/secrets/tokens" },
      { name: "istio-podinfo", mountPath: "/etc/istio/pod" },
    ],
  };
}

function imageOf(global: JsonObject, asked = String(global.proxy.image)): string {
  return asked.includes("/") ? asked : `${global.hub}/${asked}:${global.tag}`;
}

function ready(timing: JsonObject): JsonObject {
  const httpGet = { path: "/healthz/ready", port: 15021, scheme: "HTTP" };
  return { httpGet, successThreshold: 1, timeoutSeconds: 1, ...timing };
}

function envOf(name: string, namespace: string, settings: Settings): readonly JsonObject[] {
  const { mesh, revision, values } = settings;
  const { global } = values;
  const istiod = `istiod${revision === "" ? "" : `-${revision}`}.${settings.namespace}.svc:15012`;
  const trustDomain = mesh.trustDomain ?? "cluster.local";
  const limit = (resource: string): JsonObject => ({
    resourceFieldRef: { divisor: "1", resource: `limits.${resource}` },
  });
  return [
    textEnv("PILOT_CERT_PROVIDER", global.pilotCertProvider),
    textEnv("CA_ADDR", global.caAddress || istiod),
    fieldEnv("POD_NAME", "metadata.name"),
    fieldEnv("POD_NAMESPACE", "metadata.namespace"),
    fieldEnv("INSTANCE_IP", "status.podIP"),
    fieldEnv("SERVICE_ACCOUNT", "spec.serviceAccountName"),
    fieldEnv("HOST_IP", "status.hostIP"),
    { name: "ISTIO_CPU_LIMIT", valueFrom: limit("cpu") },
    textEnv("PROXY_CONFIG", `${JSON.stringify(proxyConfigOf(settings, {}))}\n`),
    textEnv("ISTIO_META_POD_PORTS", "[]"),
    textEnv("ISTIO_META_APP_CONTAINERS", ""),
    { name: "GOMEMLIMIT", valueFrom: limit("memory") },
    { name: "GOMAXPROCS", valueFrom: limit("cpu") },
    textEnv("ISTIO_META_CLUSTER_ID", global.multiCluster.clusterName || "Kubernetes"),
    fieldEnv("ISTIO_META_NODE_NAME", "spec.nodeName"),
    textEnv("ISTIO_META_INTERCEPTION_MODE", "REDIRECT"),
    textEnv("ISTIO_META_WORKLOAD_NAME", name),
    textEnv("ISTIO_META_OWNER", `kubernetes://apis/apps/v1/namespaces/${namespace}/deployments/${name}`),
    textEnv("ISTIO_META_MESH_ID", global.meshID || trustDomain),
    textEnv("TRUST_DOMAIN", trustDomain),
  ];
}
