import type { JsonObject, KubeObject, ObjectMeta } from "../../objects/index.ts";

/** A variable with a text. */
export function textEnv(name: string, value: unknown): JsonObject {
  return { name, value: String(value) };
}

/** A variable that says a field of the pod. */
export function fieldEnv(name: string, fieldPath: string): JsonObject {
  return { name, valueFrom: { fieldRef: { fieldPath } } };
}

/** The token by which istiod knows who asks it for a certificate. */
export function tokenVolume(audience: string): JsonObject {
  const serviceAccountToken = { audience, expirationSeconds: 43200, path: "istio-token" };
  return { name: "istio-token", projected: { sources: [{ serviceAccountToken }] } };
}

/** The pod's labels and annotations as files. */
export function podInfo(name: string): JsonObject {
  const items = ["labels", "annotations"].map((path) => ({ path, fieldRef: { fieldPath: `metadata.${path}` } }));
  return { name, downwardAPI: { items } };
}

/** What scales a Deployment of this name, by the values of its chart. */
export function autoscaler(metadata: ObjectMeta, { autoscaleMax, autoscaleMin, cpu }: JsonObject): KubeObject {
  const target = { type: "Utilization", averageUtilization: cpu.targetAverageUtilization };
  return {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    metadata,
    spec: {
      maxReplicas: autoscaleMax,
      minReplicas: autoscaleMin,
      scaleTargetRef: { apiVersion: "apps/v1", kind: "Deployment", name: metadata.name },
      metrics: [{ type: "Resource", resource: { name: "cpu", target } }],
    },
  };
}
