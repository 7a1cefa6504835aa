import type { JsonObject, KubeObject } from "../../../objects/index.ts";
import { commonHost } from "../hosts.ts";
import type { ObjectView } from "../view.ts";
import { type ApiListener, GATEWAY_GROUP, letsIn } from "./gateways.ts";

/** Where a route holds: at a gateway's listener or, in the mesh, for a Service. */
export interface Attachment {
  /** `namespace/name` of the listener, or `mesh`. */
  readonly gateway: string;
  readonly host: string;
  /** Only where clients ask for this port. */
  readonly port: number | undefined;
  readonly exportTo: readonly string[];
}

/** All places that a route asks for by `parentRefs` and that let it in. */
export function attachmentsOf(
  view: ObjectView,
  route: KubeObject,
  listeners: readonly ApiListener[],
  domain: string,
): readonly Attachment[] {
  const namespace = route.metadata.namespace ?? "";
  const refs: readonly JsonObject[] = route.spec?.parentRefs ?? [];
  return refs.flatMap((ref) => {
    const { group = GATEWAY_GROUP, kind = "Gateway" } = ref;
    if (group === "" && kind === "Service") return [inMesh(ref, namespace, domain)];
    if (group !== GATEWAY_GROUP || kind !== "Gateway") return [];
    return listeners
      .filter((one) => isMeant(ref, one, namespace) && letsIn(view, one, route.kind, namespace))
      .flatMap((one) => atListener(one, route));
  });
}

/** A route beside its Service is for all clients; one elsewhere is for the clients of its own namespace. */
function inMesh(ref: JsonObject, namespace: string, domain: string): Attachment {
  const at = ref.namespace ?? namespace;
  return {
    gateway: "mesh",
    host: `${ref.name}.${at}.svc.${domain}`,
    port: ref.port,
    exportTo: at === namespace ? ["*"] : [namespace],
  };
}

function isMeant(ref: JsonObject, { gateway, listener }: ApiListener, namespace: string): boolean {
  return (
    gateway.metadata.name === ref.name &&
    gateway.metadata.namespace === (ref.namespace ?? namespace) &&
    (ref.sectionName === undefined || ref.sectionName === listener.name) &&
    (ref.port === undefined || ref.port === listener.port)
  );
}

function atListener({ listener, server }: ApiListener, { spec }: KubeObject): readonly Attachment[] {
  const own = (listener.hostname ?? "*").toLowerCase();
  const hosts: readonly string[] = spec?.hostnames?.length > 0 ? spec?.hostnames : [own];
  return hosts.flatMap((one) => {
    const host = commonHost(own, one.toLowerCase());
    return host === undefined ? [] : [{ gateway: server.gateway, host, port: undefined, exportTo: ["*"] }];
  });
}
