import type { JsonObject, KubeObject } from "../objects/index.ts";
import type { Behaviour } from "./behaviour.ts";
import { AGE, column, formatLabels, NAME, NONE, orElse, wide } from "./column.ts";
import type { AdmissionContext } from "./kind.ts";
import { listOf } from "./pod-status.ts";
import { serviceErrors } from "./service-errors.ts";

const AFFINITY_SECONDS = 10_800;

export const service: Behaviour = {
  columns: [
    NAME,
    column("Type", ({ spec }) => spec?.type ?? ""),
    column("Cluster-IP", ({ spec }) => orElse(spec?.clusterIPs?.[0] ?? spec?.clusterIP)),
    column("External-IP", externalIp),
    column("Port(s)", ports),
    AGE,
    wide(column("Selector", ({ spec }) => formatLabels(spec?.selector))),
  ],
  strategy: {
    defaults,
    prepareCreate,
    validate: serviceErrors,
    fieldLabels: {
      "spec.clusterIP": ({ spec }) => spec?.clusterIP ?? "",
      "spec.type": ({ spec }) => spec?.type ?? "",
    },
  },
};

function externalIp({ spec, status }: KubeObject): string {
  const external: string[] = spec?.externalIPs ?? [];
  switch (spec?.type) {
    case "ExternalName":
      return spec.externalName ?? "";
    case "LoadBalancer": {
      const given = listOf(status?.loadBalancer?.ingress).map(({ ip, hostname }) => ip ?? hostname);
      return orElse([...given.toSorted(), ...external].join(","), "<pending>");
    }
    default:
      return orElse(external.join(","));
  }
}

function ports({ spec }: KubeObject): string {
  const shown = listOf(spec?.ports).map(
    ({ port, nodePort, protocol }) => `${port}${nodePort ? `:${nodePort}` : ""}/${protocol}`,
  );
  return orElse(shown.join(","), NONE);
}

function defaults(object: KubeObject): void {
  object.spec ??= {};
  const { spec } = object;
  spec.type ||= "ClusterIP";
  spec.sessionAffinity ||= "None";
  for (const port of listOf(spec.ports)) {
    port.protocol ||= "TCP";
    if (port.targetPort === undefined || port.targetPort === 0 || port.targetPort === "") port.targetPort = port.port;
  }
  if (spec.sessionAffinity === "ClientIP") {
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: AFFINITY_SECONDS }, ...spec.sessionAffinityConfig };
  }
  if (spec.type !== "ExternalName") spec.internalTrafficPolicy ??= "Cluster";
  if (hasExternalTraffic(spec)) spec.externalTrafficPolicy ??= "Cluster";
  if (spec.type === "LoadBalancer") spec.allocateLoadBalancerNodePorts ??= true;
  for (const ingress of listOf(object.status?.loadBalancer?.ingress)) if (ingress.ip) ingress.ipMode ??= "VIP";
}

function hasExternalTraffic({ type, externalIPs }: JsonObject): boolean {
  return type === "NodePort" || type === "LoadBalancer" || (type === "ClusterIP" && listOf(externalIPs).length > 0);
}

function prepareCreate(object: KubeObject, ctx: AdmissionContext): void {
  const spec: JsonObject = object.spec ?? {};
  object.status = { loadBalancer: {} };
  if (spec.type === "ExternalName") return;
  spec.clusterIP ||= spec.clusterIPs?.[0] ?? ctx.allocateClusterIp();
  spec.clusterIPs ??= [spec.clusterIP];
  spec.ipFamilies ??= ["IPv4"];
  spec.ipFamilyPolicy ??= "SingleStack";
  if (!needsNodePorts(spec)) return;
  for (const port of listOf(spec.ports)) port.nodePort ||= ctx.allocateNodePort();
  if (spec.type === "LoadBalancer" && spec.externalTrafficPolicy === "Local") {
    spec.healthCheckNodePort ||= ctx.allocateNodePort();
  }
}

function needsNodePorts({ type, allocateLoadBalancerNodePorts }: JsonObject): boolean {
  return type === "NodePort" || (type === "LoadBalancer" && allocateLoadBalancerNodePorts !== false);
}
