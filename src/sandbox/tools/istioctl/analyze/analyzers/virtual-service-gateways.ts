import type { Item } from "../../pods.ts";
import { type Analyzer, fullName, type Resource } from "../world.ts";

/** Gateways that a VirtualService names and nobody has, or that do not take its hosts. */
export const gateways: Analyzer = {
  name: "virtualservice.GatewayAnalyzer",
  description: "Checks the gateways associated with each virtual service",
  inputs: ["Gateway", "VirtualService"],
  analyze: function* (world) {
    for (const resource of world.list("VirtualService")) {
      const { gateways: names = [], hosts = [] } = resource.object.spec ?? {};
      for (const [index, text] of names.entries()) {
        if (text === "mesh") continue;
        const named = nameIn(resource.namespace, text);
        const field = ["spec", "gateways", index];
        const gateway = world.find("Gateway", named.namespace, named.name);
        if (gateway === undefined) yield { code: "IST0101", resource, parameters: ["gateway", text], field };
        if (gateway !== undefined && takesAny(gateway, hosts, resource.namespace)) continue;
        yield { code: "IST0132", resource, parameters: [hosts, fullName(resource), fullName(named)], field };
      }
    }
  },
};

function nameIn(namespace: string, text: string): Pick<Resource, "namespace" | "name"> {
  const slash = text.indexOf("/");
  return slash < 0 ? { namespace, name: text } : { namespace: text.slice(0, slash), name: text.slice(slash + 1) };
}

function takesAny({ namespace, object }: Resource, wanted: readonly string[], from: string): boolean {
  const hosts: readonly string[] = (object.spec?.servers ?? []).flatMap(({ hosts: own = [] }: Item) => own);
  return hosts.some((text) => {
    const { namespace: scope, name } = nameIn("*", text);
    if (!["*", from].includes(scope === "." ? namespace : scope)) return false;
    return wanted.some((host) => matches(name, host));
  });
}

/** Whether two hosts, each perhaps with a wildcard in front, have one in common. */
export function matches(one: string, other: string): boolean {
  if (one === "*" || other === "*") return true;
  const [a, b] = [one.startsWith("*"), other.startsWith("*")];
  if (a && b) return one.slice(1).endsWith(other.slice(1)) || other.slice(1).endsWith(one.slice(1));
  if (a) return other.endsWith(one.slice(1));
  return b ? one.endsWith(other.slice(1)) : one === other;
}
