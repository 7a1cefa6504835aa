import type { JsonObject, KubeObject } from "../../../objects/index.ts";
import type { MeshOptions } from "../mesh-options.ts";
import { exportsOf } from "../visibility.ts";
import { servicePortProtocol } from "./protocol.ts";
import type { MeshService, Resolution, ServicePort } from "./service.ts";

/** A Service as the mesh knows it. UDP is none of the proxies' business. */
export function kubernetesService(object: KubeObject, { domain, exports }: MeshOptions): MeshService {
  const { name, namespace = "", annotations = {} } = object.metadata;
  const spec = object.spec ?? {};
  const exported = annotations["networking.istio.io/exportTo"]?.split(",").map((one) => one.trim());
  const alias = spec.type === "ExternalName" ? String(spec.externalName).toLowerCase() : undefined;
  return {
    host: `${name}.${namespace}.svc.${domain}`,
    namespace,
    object,
    resolution: resolutionOf(spec),
    isKubernetes: true,
    isExternal: false,
    ports: (spec.ports ?? []).filter(({ protocol = "TCP" }: JsonObject) => protocol === "TCP").map(portOf),
    addresses: (spec.clusterIPs ?? [spec.clusterIP]).filter((one: unknown) => one && one !== "None"),
    exportTo: exportsOf(exported, exports.service),
    aliasOf: alias,
  };
}

function resolutionOf({ type, clusterIP }: JsonObject): Resolution {
  if (type === "ExternalName") return "alias";
  return clusterIP === "None" ? "headless" : "cluster";
}

function portOf({ port, name, appProtocol, targetPort }: JsonObject): ServicePort {
  return {
    number: port,
    name: name ?? "",
    protocol: servicePortProtocol(name, appProtocol, port),
    target: targetPort ?? port,
  };
}
