import type { Snapshot } from "../../../control/index.ts";
import { isGranted } from "../../../mesh/index.ts";
import type { JsonObject, KubeObject } from "../../../objects/index.ts";
import { conditionsOf, type Fault, type Wish } from "./conditions.ts";
import { GROUP } from "./names.ts";

const WELL = "No errors found";

/** Which routes a listener may have, by its protocol; TLS that it ends carries plain connections. */
function routeKinds({ protocol, tls }: JsonObject): readonly string[] {
  if (protocol === "HTTP" || protocol === "HTTPS") return ["HTTPRoute", "GRPCRoute"];
  if (protocol === "TLS") return [tls?.mode === "Passthrough" ? "TLSRoute" : "TCPRoute"];
  return protocol === "TCP" ? ["TCPRoute"] : [];
}

/** The kinds of routes that a listener takes, and whether it asks for one that it cannot have. */
export function supportedKinds(listener: JsonObject): { readonly kinds: readonly string[]; readonly isValid: boolean } {
  const possible = routeKinds(listener);
  const asked: readonly JsonObject[] = listener.allowedRoutes?.kinds ?? [];
  if (asked.length === 0) return { kinds: possible, isValid: true };
  const kinds = possible.filter((kind) => asked.some((one) => one.kind === kind && (one.group ?? GROUP) === GROUP));
  return { kinds, isValid: kinds.length === asked.length };
}

/** What is wrong with a listener: nothing is served by one with a fault. */
export function listenerFaults(
  snapshot: Snapshot,
  gateway: KubeObject,
  listener: JsonObject,
): { readonly protocol: Fault | undefined; readonly tls: Fault | undefined } {
  return { protocol: protocolFault(listener), tls: tlsFault(snapshot, gateway, listener) };
}

/** One entry of `status.listeners`. */
export function listenerStatus(
  snapshot: Snapshot,
  gateway: KubeObject,
  listener: JsonObject,
  attachedRoutes: number,
): JsonObject {
  const { protocol, tls } = listenerFaults(snapshot, gateway, listener);
  const { kinds, isValid } = supportedKinds(listener);
  const unknownKinds = { reason: "InvalidRouteKinds", message: "Invalid route kinds" };
  const badTls = tls && { reason: "Invalid", message: "Bad TLS configuration" };
  const wishes: Record<string, Wish> = {
    Accepted: { reason: "Accepted", message: WELL, fault: protocol },
    Conflicted: { reason: "NoConflicts", message: WELL, isNegative: true },
    Programmed: { reason: "Programmed", message: WELL, fault: badTls },
    ResolvedRefs: { reason: "ResolvedRefs", message: WELL, fault: isValid ? tls : unknownKinds },
  };
  const before = (gateway.status?.listeners as readonly JsonObject[] | undefined)?.find(
    ({ name }) => name === listener.name,
  );
  return {
    attachedRoutes,
    conditions: conditionsOf(before?.conditions, wishes, gateway, snapshot.now),
    name: listener.name,
    supportedKinds: kinds.map((kind) => ({ group: GROUP, kind })),
  };
}

const PROTOCOLS: ReadonlySet<string> = new Set(["HTTP", "HTTPS", "TLS", "TCP"]);

function protocolFault({ protocol }: JsonObject): Fault | undefined {
  if (PROTOCOLS.has(protocol)) return undefined;
  const upper = String(protocol).toUpperCase();
  const hint = PROTOCOLS.has(upper) ? `. hint: "${upper}" (uppercase) may be supported` : "";
  return { reason: "UnsupportedProtocol", message: `protocol "${protocol}" is unsupported${hint}` };
}

function tlsFault(snapshot: Snapshot, { metadata }: KubeObject, { tls }: JsonObject): Fault | undefined {
  if (tls === undefined || tls.mode === "Passthrough") return undefined;
  const refs: readonly JsonObject[] = tls.certificateRefs ?? [];
  const [ref] = refs;
  if (ref === undefined || refs.length > 1) {
    return invalid("exactly 1 certificateRefs should be present for TLS termination");
  }
  const { group = "", kind = "Secret", name, namespace: given } = ref;
  const own = metadata.namespace ?? "";
  const namespace = given ?? own;
  const told = `invalid certificate reference ${group}/${kind}/${name}.${given ?? ""}`;
  if (group !== "" || kind !== "Secret") return invalid(`${told}, only secret is allowed`);
  const from = { group: GROUP, kind: "Gateway", namespace: own };
  if (!isGranted(snapshot, from, { group: "", kind: "Secret", namespace }, name)) {
    const message = `certificateRef ${name}/${namespace} not accessible to a Gateway in namespace "${own}" (missing a ReferenceGrant?)`;
    return { reason: "RefNotPermitted", message };
  }
  const secret = snapshot.get("/secrets", namespace, name);
  if (secret === undefined) return invalid(`${told}, secret ${namespace}/${name} not found`);
  const data = (secret.data ?? {}) as JsonObject;
  const isPair = ["tls.crt", "tls.key"].every((key) => data[key]) || ["cert", "key"].every((key) => data[key]);
  if (isPair) return undefined;
  const keys = Object.keys(data).sort().join(", ");
  return invalid(
    `${told}, found secret, but didn't have expected keys (cert and key) or (tls.crt and tls.key); found: ${keys}`,
  );
}

function invalid(message: string): Fault {
  return { reason: "InvalidCertificateRef", message };
}
