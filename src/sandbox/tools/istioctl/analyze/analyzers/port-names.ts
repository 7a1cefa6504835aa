import { type Analyzer, labelsOf } from "../world.ts";

const PROTOCOLS = /^(?:grpc|hbone|http|http2|http_proxy|https|mongo|mysql|redis|tcp|tls|udp)$/i;
const STANDARD = /^kubernetes\.io\/(?:h2c|ws|wss)$/;
/** Ports that are TCP whatever they are called: mail, DNS, MySQL, MongoDB. */
const KNOWN_PORTS = new Set([25, 53, 3306, 27017]);

/** Ports of Services whose protocol is said by nothing. */
export const portNames: Analyzer = {
  name: "service.PortNameAnalyzer",
  description: "Checks the port names associated with each service",
  inputs: ["Service"],
  analyze: function* (world) {
    for (const resource of world.list("Service")) {
      const { spec = {} } = resource.object;
      const labels = labelsOf(resource);
      if (labels.istio !== undefined || labels.release === "istio") continue;
      for (const [index, port] of (spec.ports ?? []).entries()) {
        const isExternal = spec.type === "ExternalName";
        if (isKnown(port) && !(isExternal && port.name === "tcp")) continue;
        const field = ["spec", "ports", index, "port"];
        const { name = "", port: number, targetPort } = port;
        if (isExternal) yield { code: "IST0150", resource, parameters: [], field };
        else yield { code: "IST0118", resource, parameters: [name, number, String(targetPort ?? 0)], field };
      }
    }
  },
};

interface Port {
  readonly name?: string;
  readonly port: number;
  readonly protocol?: string;
  readonly appProtocol?: string;
}

function isKnown({ appProtocol, name = "", port, protocol = "TCP" }: Port): boolean {
  const said = appProtocol ?? name;
  return (
    protocol === "UDP" ||
    KNOWN_PORTS.has(port) ||
    STANDARD.test(appProtocol ?? "") ||
    /^grpc-web/i.test(said) ||
    PROTOCOLS.test(said.split("-")[0] ?? "")
  );
}
