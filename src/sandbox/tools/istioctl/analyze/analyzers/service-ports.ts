import { SYSTEM_NAMESPACES } from "../kinds.ts";
import { type Analyzer, type Item, items, report } from "../model.ts";
import { isControlPlane } from "../pods.ts";

const PROTOCOLS = /^(?:grpc|grpc-web|hbone|http|http2|http_proxy|https|mongo|mysql|redis|tcp|tls|udp)$/i;
const STANDARD = ["kubernetes.io/h2c", "kubernetes.io/ws", "kubernetes.io/wss"];
/** SMTP, DNS, MySQL, MongoDB: bare TCP unless their name says otherwise. */
const WELL_KNOWN = [25, 53, 3306, 27017];

/** Ports whose names do not say what they speak. */
export const servicePorts: Analyzer = {
  name: "service.PortNameAnalyzer",
  description: "Checks the port names associated with each service",
  inputs: ["Service"],
  *analyze(world) {
    for (const service of world.list("Service")) {
      if (SYSTEM_NAMESPACES.has(service.namespace) || isControlPlane(service)) continue;
      const isExternal = service.spec.type === "ExternalName";
      for (const [index, port] of items(service.spec.ports).entries()) {
        const { name = "", port: number, targetPort } = port;
        if (saysProtocol(port) && !(isExternal && name === "tcp")) continue;
        const path = `spec.ports[${index}].port`;
        yield isExternal
          ? report(service, "ExternalNameServiceTypeInvalidPortName", [], path)
          : report(service, "PortNameIsNotUnderNamingConvention", [name, number, targetPort ?? 0], path);
      }
    }
  },
};

function saysProtocol({ appProtocol, name, port, protocol }: Item): boolean {
  if (protocol === "UDP" || STANDARD.includes(appProtocol)) return true;
  const said = String(appProtocol ?? name ?? "");
  return /^grpc-web/i.test(said) || PROTOCOLS.test(said.split("-")[0] ?? "") || WELL_KNOWN.includes(port);
}
