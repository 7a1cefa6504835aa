import type { JsonObject, KubeObject } from "../../objects/index.ts";
import type { Installation } from "../install/installation.ts";
import { chartLabels, imageOf, ofRevision, ownLabels, revisionLabel } from "./names.ts";
import { autoscaler, fieldEnv, textEnv, tokenVolume } from "./parts.ts";

/** istiod: its Deployment, the Service in front of it and, where it is scaled, what scales it. */
export function istiod(installation: Installation): readonly KubeObject[] {
  const { namespace, values } = installation;
  const name = ofRevision("istiod", installation);
  const labels = {
    ...ownLabels(installation, "Pilot"),
    ...chartLabels(installation, "istiod", "istiod"),
    app: "istiod",
  };
  const metadata = { name, namespace, labels: { ...labels, istio: "pilot" } };
  const { pilot } = values;
  return [
    { apiVersion: "v1", kind: "Service", metadata, spec: service(installation) },
    { apiVersion: "apps/v1", kind: "Deployment", metadata, spec: deployment(installation, labels) },
    ...(pilot.autoscaleEnabled ? [autoscaler(metadata, pilot)] : []),
  ];
}

/** By which labels istiod's pods are known. */
function selector(installation: Installation): Record<string, string> {
  const { revision } = installation;
  return revision === "" ? { app: "istiod", istio: "pilot" } : { app: "istiod", "istio.io/rev": revision };
}

function service(installation: Installation): JsonObject {
  return {
    ports: [
      { name: "grpc-xds", port: 15010, protocol: "TCP" },
      { name: "https-dns", port: 15012, protocol: "TCP" },
      { name: "https-webhook", port: 443, protocol: "TCP", targetPort: 15017 },
      { name: "http-monitoring", port: 15014, protocol: "TCP" },
    ],
    selector: selector(installation),
  };
}

function deployment(installation: Installation, labels: Record<string, string>): JsonObject {
  const { revision, values } = installation;
  const { pilot } = values;
  const { app: _, ...own } = selector(installation);
  return {
    ...(!pilot.autoscaleEnabled && { replicas: pilot.replicaCount }),
    strategy: { rollingUpdate: { maxSurge: pilot.rollingMaxSurge, maxUnavailable: pilot.rollingMaxUnavailable } },
    selector: { matchLabels: revision === "" ? own : selector(installation) },
    template: {
      metadata: {
        labels: {
          ...labels,
          istio: revision === "" ? "pilot" : "istiod",
          "istio.io/dataplane-mode": "none",
          "sidecar.istio.io/inject": "false",
          ...pilot.podLabels,
        },
        annotations: {
          "prometheus.io/port": "15014",
          "prometheus.io/scrape": "true",
          "sidecar.istio.io/inject": "false",
          ...pilot.podAnnotations,
        },
      },
      spec: podSpec(installation),
    },
  };
}

function podSpec(installation: Installation): JsonObject {
  const { values } = installation;
  return {
    serviceAccountName: ofRevision("istiod", installation),
    ...(Object.keys(values.pilot.nodeSelector).length > 0 && { nodeSelector: values.pilot.nodeSelector }),
    tolerations: [{ key: "cni.istio.io/not-ready", operator: "Exists" }],
    containers: [discovery(installation)],
    volumes: [
      { name: "local-certs", emptyDir: { medium: "Memory" } },
      tokenVolume(values.global.sds.token.aud),
      ...["cacerts", "istio-kubeconfig"].map((name) => ({ name, secret: { secretName: name, optional: true } })),
      {
        name: "istio-csr-dns-cert",
        secret: { secretName: "istiod-tls", optional: true },
      },
      { name: "istio-csr-ca-configmap", configMap: { name: "istio-ca-root-cert", defaultMode: 420, optional: true } },
    ],
  };
}

function discovery(installation: Installation): JsonObject {
  const { namespace, values } = installation;
  const { global, pilot } = values;
  return {
    name: "discovery",
    image: imageOf(installation, pilot.image),
    ...(global.imagePullPolicy && { imagePullPolicy: global.imagePullPolicy }),
    args: [
      "discovery",
      "--monitoringAddr=:15014",
      `--log_output_level=${global.logging.level}`,
      "--domain",
      global.proxy.clusterDomain,
      "--keepaliveMaxServerConnectionAge",
      pilot.keepaliveMaxServerConnectionAge,
    ],
    ports: [
      ["http-debug", 8080],
      ["grpc-xds", 15010],
      ["tls-xds", 15012],
      ["https-webhooks", 15017],
      ["http-monitoring", 15014],
    ].map(([name, containerPort]) => ({ name, containerPort, protocol: "TCP" })),
    readinessProbe: {
      httpGet: { path: "/ready", port: 8080 },
      initialDelaySeconds: 1,
      periodSeconds: 3,
      timeoutSeconds: 5,
    },
    env: [
      textEnv("REVISION", revisionLabel(installation)),
      textEnv("PILOT_CERT_PROVIDER", global.pilotCertProvider),
      fieldEnv("POD_NAME", "metadata.name"),
      fieldEnv("POD_NAMESPACE", "metadata.namespace"),
      fieldEnv("SERVICE_ACCOUNT", "spec.serviceAccountName"),
      textEnv("KUBECONFIG", "/var/run/secrets/remote/config"),
      textEnv("CA_TRUSTED_NODE_ACCOUNTS", `${namespace}/ztunnel`),
      ...Object.entries(pilot.env).map(([name, value]) => textEnv(name, value)),
      textEnv("PILOT_TRACE_SAMPLING", pilot.traceSampling),
      textEnv("PILOT_ENABLE_ANALYSIS", false),
      textEnv("CLUSTER_ID", global.multiCluster.clusterName || "Kubernetes"),
      { name: "GOMEMLIMIT", valueFrom: { resourceFieldRef: { resource: "limits.memory", divisor: "1" } } },
      { name: "GOMAXPROCS", valueFrom: { resourceFieldRef: { resource: "limits.cpu", divisor: "1" } } },
      textEnv("PLATFORM", ""),
    ],
    resources: pilot.resources,
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
    },
    volumeMounts: [
      { name: "istio-token", mountPath: "/var/run/secrets/tokens", readOnly: true },
      { name: "local-certs", mountPath: "/var/run/secrets/istio-dns" },
      { name: "cacerts", mountPath: "/etc/cacerts", readOnly: true },
      { name: "istio-kubeconfig", mountPath: "/var/run/secrets/remote", readOnly: true },
      { name: "istio-csr-dns-cert", mountPath: "/var/run/secrets/istiod/tls", readOnly: true },
      { name: "istio-csr-ca-configmap", mountPath: "/var/run/secrets/istiod/ca", readOnly: true },
    ],
  };
}
