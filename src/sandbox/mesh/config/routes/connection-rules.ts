import type { JsonObject } from "../../../objects/index.ts";
import type { TcpRoute } from "../config.ts";
import type { Origin } from "../origin.ts";
import { weighted } from "./http-rule.ts";
import { concerns } from "./match.ts";
import type { RuleContext } from "./rules.ts";

/** The `tls` rules of a VirtualService for one proxy and port: by server name, the first that matches decides. */
export function tlsRoutes(rules: readonly JsonObject[], origin: Origin, context: RuleContext): readonly TcpRoute[] {
  return rules.flatMap((rule) => {
    const entries: readonly JsonObject[] = (rule.match ?? []).filter((one: JsonObject) =>
      concerns(one, context, origin.namespace),
    );
    if (entries.length === 0) return [];
    const sni = entries.flatMap(({ sniHosts = [] }) => sniHosts.map((host: string) => host.toLowerCase()));
    return [{ sni, destinations: weighted(rule.route ?? [], origin, context) }];
  });
}

/** The first `tcp` rule of a VirtualService that concerns this proxy and port; no other one is ever reached. */
export function tcpRoutes(rules: readonly JsonObject[], origin: Origin, context: RuleContext): readonly TcpRoute[] {
  const rule = rules.find(
    ({ match = [] }) => match.length === 0 || match.some((one: JsonObject) => concerns(one, context, origin.namespace)),
  );
  return rule === undefined ? [] : [{ sni: undefined, destinations: weighted(rule.route ?? [], origin, context) }];
}
