import type { Snapshot } from "../../../control/index.ts";
import { isGranted } from "../../../mesh/index.ts";
import type { JsonObject, KubeObject } from "../../../objects/index.ts";
import type { Fault } from "./conditions.ts";
import { DOMAIN, GROUP } from "./names.ts";

/** The first reference of a route's rules that leads nowhere. */
export function routeFault(snapshot: Snapshot, route: KubeObject): Fault | undefined {
  for (const rule of (route.spec?.rules ?? []) as readonly JsonObject[]) {
    const refs: readonly JsonObject[] = (rule.backendRefs ?? []).filter(({ weight = 1 }: JsonObject) => weight !== 0);
    const mirrors: readonly JsonObject[] = (rule.filters ?? []).flatMap(
      ({ requestMirror }: JsonObject) => requestMirror?.backendRef ?? [],
    );
    for (const ref of [...refs, ...mirrors]) {
      const fault = backendFault(snapshot, route, ref);
      if (fault !== undefined) return fault;
    }
  }
  return undefined;
}

function backendFault(
  snapshot: Snapshot,
  { kind: routeKind, metadata }: KubeObject,
  ref: JsonObject,
): Fault | undefined {
  const own = metadata.namespace ?? "";
  const { group = "", kind = "Service", name, namespace = own, port } = ref;
  const from = { group: GROUP, kind: routeKind, namespace: own };
  if (!isGranted(snapshot, from, { group, kind, namespace }, name)) {
    const message = `backendRef ${name}/${namespace} not accessible to a ${routeKind} in namespace "${own}" (missing a ReferenceGrant?)`;
    return { reason: "RefNotPermitted", message };
  }
  if (group === "networking.istio.io" && kind === "Hostname") return knownHost(snapshot, name);
  if (group !== "" || kind !== "Service") {
    return { reason: "InvalidKind", message: `referencing unsupported backendRef: group "${group}" kind "${kind}"` };
  }
  if (String(name).includes(".")) {
    const message = "service name invalid; the name of the Service must be used, not the hostname.";
    return { reason: "InvalidDestination", message };
  }
  if (snapshot.get("/services", namespace, name) === undefined) {
    return { reason: "BackendNotFound", message: `backend(${name}.${namespace}.svc.${DOMAIN}) not found` };
  }
  return port === undefined ? { reason: "InvalidDestination", message: "port is required in backendRef" } : undefined;
}

/** A host that a Service or a ServiceEntry has. */
function knownHost(snapshot: Snapshot, host: string): Fault | undefined {
  const [, name = "", namespace] = /^([^.]+)\.([^.]+)\.svc\.cluster\.local$/.exec(host) ?? [];
  const isKnown =
    snapshot.get("/services", namespace, name) !== undefined ||
    snapshot
      .list("networking.istio.io/serviceentries")
      .some(({ spec }) => ((spec?.hosts ?? []) as readonly string[]).includes(host));
  return isKnown ? undefined : { reason: "BackendNotFound", message: `backend(${host}) not found` };
}
