import type { JsonObject, KubeObject } from "../../../objects/index.ts";
import type { MeshOptions } from "../mesh-options.ts";
import { exportsOf } from "../visibility.ts";
import { namedProtocol } from "./protocol.ts";
import type { MeshService, Resolution } from "./service.ts";

const RESOLUTIONS: Readonly<Record<string, Resolution>> = {
  STATIC: "static",
  DNS: "dns",
  DNS_ROUND_ROBIN: "dns",
  DYNAMIC_DNS: "none",
};

/** The hosts of a ServiceEntry, each a service of its own. */
export function entryServices(object: KubeObject, { exports }: MeshOptions): readonly MeshService[] {
  const { namespace = "" } = object.metadata;
  const spec = object.spec ?? {};
  return (spec.hosts ?? []).map((host: string) => ({
    host: host.toLowerCase(),
    namespace,
    object,
    resolution: RESOLUTIONS[spec.resolution] ?? "none",
    isKubernetes: false,
    isExternal: spec.location !== "MESH_INTERNAL",
    ports: (spec.ports ?? []).map(({ number, name, protocol, targetPort }: JsonObject) => ({
      number,
      name: name ?? "",
      protocol: namedProtocol(protocol),
      target: targetPort ?? number,
    })),
    // A network of more than one address cannot be a virtual host's domain; its connections are known by their port.
    addresses: (spec.addresses ?? [])
      .filter((address: string) => !address.includes("/") || address.endsWith("/32"))
      .map((address: string) => address.replace("/32", "")),
    exportTo: exportsOf(spec.exportTo, exports.service),
    aliasOf: undefined,
  }));
}
