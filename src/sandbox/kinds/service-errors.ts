import type { JsonObject, KubeObject } from "../objects/index.ts";
import { duplicate, invalidValue, required } from "./field-errors.ts";
import type { FieldError } from "./kind.ts";
import { labelErrors } from "./metadata-errors.ts";
import { duplicateNames, portErrors } from "./pod-spec-errors.ts";
import { listOf } from "./pod-status.ts";

const NODE_PORT_FIRST = 30_000;
const NODE_PORT_LAST = 32_767;

/** What is wrong with a service; `old` is undefined on create. */
export function serviceErrors({ spec = {} }: KubeObject, old: KubeObject | undefined): FieldError[] {
  const ports = listOf(spec.ports);
  const isHeadless = spec.clusterIP === "None";
  return [
    ...(ports.length === 0 && !isHeadless && spec.type !== "ExternalName" ? [required("spec.ports")] : []),
    ...(spec.type === "ExternalName" && !spec.externalName ? [required("spec.externalName")] : []),
    ...(isHeadless && spec.type === "LoadBalancer"
      ? [invalidValue("spec.clusterIPs[0]", "None", "may not be set to 'None' for LoadBalancer services")]
      : []),
    ...ports.flatMap((port, index) => onePortErrors(port, `spec.ports[${index}]`, ports.length > 1)),
    ...duplicateNames(ports, "spec.ports"),
    ...duplicatePorts(ports),
    ...labelErrors(spec.selector ?? {}, "spec.selector"),
    ...(old ? clusterIpErrors(spec, old.spec ?? {}) : []),
  ];
}

function onePortErrors(port: JsonObject, path: string, needsName: boolean): FieldError[] {
  const { nodePort } = port;
  return [
    ...(needsName && !port.name ? [required(`${path}.name`)] : []),
    ...portErrors(port.port ?? 0, `${path}.port`).map((error) =>
      port.port ? error : invalidValue(`${path}.port`, 0, "must be between 1 and 65535, inclusive"),
    ),
    ...(nodePort && (nodePort < NODE_PORT_FIRST || nodePort > NODE_PORT_LAST)
      ? [invalidValue(`${path}.nodePort`, nodePort, outOfRange())]
      : []),
  ];
}

function outOfRange(): string {
  return `provided port is not in the valid range. The range of valid ports is ${NODE_PORT_FIRST}-${NODE_PORT_LAST}`;
}

function duplicatePorts(ports: readonly JsonObject[]): FieldError[] {
  return ports.flatMap(({ port, protocol }, index) =>
    ports.findIndex((other) => other.port === port && other.protocol === protocol) < index
      ? [duplicate(`spec.ports[${index}]`, { port, protocol })]
      : [],
  );
}

/** A service keeps its address for life, except on the way to and from ExternalName. */
function clusterIpErrors(next: JsonObject, old: JsonObject): FieldError[] {
  const isFixed = next.type !== "ExternalName" && old.type !== "ExternalName" && old.clusterIP;
  if (!isFixed || next.clusterIP === old.clusterIP) return [];
  return [invalidValue("spec.clusterIPs[0]", next.clusterIPs ?? [next.clusterIP], "may not change once set")];
}
