import type { JsonObject, KubeObject } from "../../objects/index.ts";
import type { GatewayWish, Installation } from "../install/installation.ts";
import { chartLabels, imageOf, ofRevision, ownLabels, revisionLabel } from "./names.ts";
import { autoscaler, fieldEnv, podInfo, textEnv, tokenVolume } from "./parts.ts";
import { secretReader } from "./roles.ts";

const CHARTS = { ingress: "istio-ingress", egress: "istio-egress" } as const;
const COMPONENTS = { ingress: "IngressGateways", egress: "EgressGateways" } as const;

/** A gateway that the installation brings along: account, role, Service, Deployment and what scales it. */
export function gateway(installation: Installation, wish: GatewayWish): readonly KubeObject[] {
  const { kind, name, namespace, values } = wish;
  const labels = {
    ...ownLabels(installation, COMPONENTS[kind]),
    ...chartLabels(installation, CHARTS[kind], `istio-${kind}gateway`),
    ...values.labels,
    "istio.io/dataplane-mode": "none",
  };
  const metadata = { name, namespace, labels };
  const account = `${name}-service-account`;
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: account, namespace, labels } },
    ...secretReader(name, namespace, { release: "istio", "istio.io/rev": revisionLabel(installation) }),
    {
      apiVersion: "v1",
      kind: "Service",
      metadata: withAnnotations(metadata, values.serviceAnnotations),
      spec: service(values),
    },
    { apiVersion: "apps/v1", kind: "Deployment", metadata, spec: deployment(installation, wish, labels) },
    ...(values.autoscaleEnabled ? [autoscaler(metadata, values)] : []),
  ];
}

function withAnnotations(metadata: KubeObject["metadata"], annotations: JsonObject): KubeObject["metadata"] {
  return Object.keys(annotations).length === 0 ? metadata : { ...metadata, annotations };
}

function service({ externalTrafficPolicy, labels, loadBalancerIP, ports, type }: JsonObject): JsonObject {
  return {
    type,
    ...(externalTrafficPolicy && { externalTrafficPolicy }),
    ...(loadBalancerIP && { loadBalancerIP }),
    ports: (ports as readonly JsonObject[]).map((port) => ({ protocol: "TCP", ...port })),
    selector: labels,
  };
}

function deployment(installation: Installation, wish: GatewayWish, labels: Record<string, string>): JsonObject {
  const { name, values } = wish;
  return {
    ...(!values.autoscaleEnabled && values.replicaCount !== undefined && { replicas: values.replicaCount }),
    selector: { matchLabels: values.labels },
    strategy: { rollingUpdate: { maxSurge: values.rollingMaxSurge, maxUnavailable: values.rollingMaxUnavailable } },
    template: {
      metadata: {
        labels: {
          ...labels,
          chart: "gateways",
          heritage: "Tiller",
          "service.istio.io/canonical-name": name,
          "service.istio.io/canonical-revision": installation.revision || "latest",
          "sidecar.istio.io/inject": "false",
        },
        annotations: {
          "istio.io/rev": revisionLabel(installation),
          "prometheus.io/path": "/stats/prometheus",
          "prometheus.io/port": "15020",
          "prometheus.io/scrape": "true",
          "sidecar.istio.io/inject": "false",
          ...values.podAnnotations,
        },
      },
      spec: {
        securityContext: { runAsGroup: 1337, runAsNonRoot: true, runAsUser: 1337 },
        serviceAccountName: `${name}-service-account`,
        containers: [proxy(installation, wish)],
        volumes: [
          ...["workload-socket", "credential-socket", "workload-certs"].map((volume) => ({
            name: volume,
            emptyDir: {},
          })),
          { name: "istiod-ca-cert", configMap: { name: "istio-ca-root-cert" } },
          podInfo("podinfo"),
          ...["istio-envoy", "istio-data"].map((volume) => ({ name: volume, emptyDir: {} })),
          tokenVolume(installation.values.global.sds.token.aud),
          { name: "config-volume", configMap: { name: ofRevision("istio", installation), optional: true } },
        ],
      },
    },
  };
}

function proxy(installation: Installation, { name, namespace, values }: GatewayWish): JsonObject {
  const { global, meshConfig } = installation.values;
  const trustDomain = meshConfig.trustDomain ?? "cluster.local";
  const ports = (values.ports as readonly JsonObject[]).map(({ port, protocol = "TCP", targetPort = port }) => ({
    containerPort: targetPort,
    protocol,
  }));
  return {
    name: "istio-proxy",
    image: imageOf(installation, global.proxy.image),
    ...(global.imagePullPolicy && { imagePullPolicy: global.imagePullPolicy }),
    ports: [...ports, { name: "http-envoy-prom", containerPort: 15090, protocol: "TCP" }],
    args: [
      "proxy",
      "router",
      "--domain",
      `$(POD_NAMESPACE).svc.${global.proxy.clusterDomain}`,
      `--proxyLogLevel=${global.proxy.logLevel}`,
      `--proxyComponentLogLevel=${global.proxy.componentLogLevel}`,
      `--log_output_level=${global.logging.level}`,
    ],
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      privileged: false,
      readOnlyRootFilesystem: true,
    },
    readinessProbe: {
      failureThreshold: 30,
      httpGet: { path: "/healthz/ready", port: 15021, scheme: "HTTP" },
      initialDelaySeconds: 1,
      periodSeconds: 2,
      successThreshold: 1,
      timeoutSeconds: 1,
    },
    resources: values.resources,
    env: [
      textEnv("PILOT_CERT_PROVIDER", global.pilotCertProvider),
      textEnv(
        "CA_ADDR",
        global.caAddress || `${ofRevision("istiod", installation)}.${installation.namespace}.svc:15012`,
      ),
      fieldEnv("NODE_NAME", "spec.nodeName"),
      fieldEnv("POD_NAME", "metadata.name"),
      fieldEnv("POD_NAMESPACE", "metadata.namespace"),
      fieldEnv("INSTANCE_IP", "status.podIP"),
      fieldEnv("HOST_IP", "status.hostIP"),
      { name: "ISTIO_CPU_LIMIT", valueFrom: { resourceFieldRef: { resource: "limits.cpu" } } },
      fieldEnv("SERVICE_ACCOUNT", "spec.serviceAccountName"),
      textEnv("ISTIO_META_WORKLOAD_NAME", name),
      textEnv("ISTIO_META_OWNER", `kubernetes://apis/apps/v1/namespaces/${namespace}/deployments/${name}`),
      textEnv("ISTIO_META_MESH_ID", global.meshID || trustDomain),
      textEnv("TRUST_DOMAIN", trustDomain),
      textEnv("ISTIO_META_UNPRIVILEGED_POD", true),
      ...Object.entries(values.env).map(([key, value]) => textEnv(key, value)),
      textEnv("ISTIO_META_CLUSTER_ID", global.multiCluster.clusterName || "Kubernetes"),
      fieldEnv("ISTIO_META_NODE_NAME", "spec.nodeName"),
    ],
    volumeMounts: [
      { name: "workload-socket", mountPath: "/var/run/secrets/workload-spiffe-uds" },
      { name: "credential-socket", mountPath: "/var/run/secrets/credential-uds" },
      { name: "workload-certs", mountPath: "/var/run/secrets/workload-spiffe-credentials" },
      { name: "istio-envoy", mountPath: "/etc/istio/proxy" },
      { name: "config-volume", mountPath: "/etc/istio/config" },
      { name: "istiod-ca-cert", mountPath: "/var/run/secrets/istio" },
      { name: "istio-token", mountPath: "/var/run/secrets/tokens", readOnly: true },
      { name: "istio-data", mountPath: "/var/lib/istio/data" },
      { name: "podinfo", mountPath: "/etc/istio/pod" },
    ],
  };
}
