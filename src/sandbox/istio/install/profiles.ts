import type { JsonObject } from "../../objects/index.ts";

const SMALL = { requests: { cpu: "10m", memory: "40Mi" } };
const INGRESS = { name: "istio-ingressgateway" };
const EGRESS = { name: "istio-egressgateway" };

/** Profile `default`, which the others are laid on. */
const BASE: JsonObject = {
  components: {
    base: { enabled: true },
    pilot: { enabled: true },
    ingressGateways: [{ ...INGRESS, enabled: true }],
    egressGateways: [{ ...EGRESS, enabled: false }],
  },
};

const NO_GATEWAYS: JsonObject = { ingressGateways: [{ ...INGRESS, enabled: false }] };

/** What each profile says beyond `default`, as an IstioOperator's `spec`. */
const PROFILES: Readonly<Record<string, JsonObject>> = {
  default: {},
  demo: {
    components: {
      egressGateways: [{ ...EGRESS, enabled: true, k8s: { resources: SMALL } }],
      ingressGateways: [
        {
          ...INGRESS,
          enabled: true,
          k8s: {
            resources: SMALL,
            service: {
              ports: [
                { name: "status-port", port: 15021, targetPort: 15021 },
                { name: "http2", port: 80, targetPort: 8080 },
                { name: "https", port: 443, targetPort: 8443 },
                { name: "tcp", port: 31400, targetPort: 31400 },
                { name: "tls", port: 15443, targetPort: 15443 },
              ],
            },
          },
        },
      ],
    },
    meshConfig: {
      accessLogFile: "/dev/stdout",
      extensionProviders: [
        {
          name: "otel",
          envoyOtelAls: { service: "opentelemetry-collector.observability.svc.cluster.local", port: 4317 },
        },
        { name: "skywalking", skywalking: { service: "tracing.istio-system.svc.cluster.local", port: 11800 } },
        {
          name: "otel-tracing",
          opentelemetry: { service: "opentelemetry-collector.observability.svc.cluster.local", port: 4317 },
        },
        {
          name: "jaeger",
          opentelemetry: { service: "jaeger-collector.istio-system.svc.cluster.local", port: 4317 },
        },
      ],
    },
    values: {
      gateways: {
        "istio-egressgateway": { autoscaleEnabled: false },
        "istio-ingressgateway": { autoscaleEnabled: false },
      },
      global: { proxy: { resources: SMALL } },
      pilot: {
        autoscaleEnabled: false,
        resources: { requests: { cpu: "10m", memory: "100Mi" } },
        traceSampling: 100,
      },
    },
  },
  empty: { components: { ...NO_GATEWAYS, base: { enabled: false }, pilot: { enabled: false } } },
  minimal: { components: NO_GATEWAYS },
};

/** The names of the profiles that are simulated. */
export const PROFILE_NAMES: readonly string[] = Object.keys(PROFILES);

/** What a profile says, `default` first; undefined for a name that is none. */
export function profileLayers(name: string): readonly JsonObject[] | undefined {
  const own = Object.hasOwn(PROFILES, name) ? PROFILES[name] : undefined;
  return own && [BASE, own];
}
