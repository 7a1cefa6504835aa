import type { Change, Snapshot } from "../../../control/index.ts";
import { commonHost, letsNamespaceIn } from "../../../mesh/index.ts";
import type { JsonObject, KubeObject } from "../../../objects/index.ts";
import { routeFault } from "./backends.ts";
import { status } from "./changes.ts";
import { conditionsOf, type Fault } from "./conditions.ts";
import { supportedKinds } from "./listeners.ts";
import { API_VERSION, CONTROLLER, GROUP, ROUTES } from "./names.ts";

/** A place that a route asks for by a parentRef, and why it is not let in. */
interface Try {
  readonly ref: JsonObject;
  /** Of a Gateway; undefined: a Service. */
  readonly listener: JsonObject | undefined;
  readonly fault: Fault | undefined;
}

/** Which fault is told of where all places have one: the one of the place that came closest. Source: istiod's `createRouteStatus`. */
const RANKING = ["NotAllowedByListeners", "NoMatchingListenerHostname", "ParentRefConflict", "NoMatchingParent"];

/** All routes of the cluster, and what has become of them at Gateways and Services. */
export class RouteResults {
  readonly #snapshot: Snapshot;
  readonly #routes: readonly {
    readonly resource: string;
    readonly route: KubeObject;
    readonly tries: readonly Try[];
  }[];

  constructor(snapshot: Snapshot, gateways: readonly KubeObject[]) {
    this.#snapshot = snapshot;
    this.#routes = Object.keys(ROUTES).flatMap((resource) =>
      snapshot.list(resource).map((route) => ({ resource, route, tries: triesOf(snapshot, gateways, route) })),
    );
  }

  /** How many routes a listener has. */
  attached(listener: JsonObject): number {
    return this.#routes.filter(({ tries }) => tries.some((one) => one.listener === listener && one.fault === undefined))
      .length;
  }

  changes(): readonly Change[] {
    return this.#routes.flatMap(({ resource, route, tries }) => {
      const parents = this.#parents(route, tries);
      const isQuiet = parents.length === 0 && route.status === undefined;
      return isQuiet ? [] : status(resource, route, { ...route.status, parents });
    });
  }

  /** `status.parents`: what other controllers say of it stays. */
  #parents(route: KubeObject, tries: readonly Try[]): readonly JsonObject[] {
    const before: readonly JsonObject[] = route.status?.parents ?? [];
    const refs = [...new Set(tries.map(({ ref }) => ref))];
    const unresolved = routeFault(this.#snapshot, route);
    const own = refs.map((ref) => {
      const places = tries.filter((one) => one.ref === ref);
      const bound = places.filter(({ fault }) => fault === undefined).length;
      const many = bound > 1 ? `, bound to ${bound} parents` : "";
      const wishes = {
        Accepted: {
          reason: "Accepted",
          message: `Route was valid${many}`,
          fault: bound > 0 ? undefined : worst(places),
        },
        ResolvedRefs: { reason: "ResolvedRefs", message: "All references resolved", fault: unresolved },
      };
      const old = before.find((one) => one.controllerName === CONTROLLER && refKey(one.parentRef) === refKey(ref));
      const conditions = conditionsOf(old?.conditions, wishes, route, this.#snapshot.now);
      return { conditions, controllerName: CONTROLLER, parentRef: ref };
    });
    const all = [...before.filter(({ controllerName }) => controllerName !== CONTROLLER), ...own];
    return all.toSorted((a, b) => (refKey(a.parentRef) > refKey(b.parentRef) ? -1 : 1));
  }
}

function worst(places: readonly Try[]): Fault | undefined {
  const faults = places.flatMap(({ fault }) => fault ?? []);
  const reason = RANKING.find((one) => faults.some((fault) => fault.reason === one));
  const told = faults.filter((one) => one.reason === reason);
  return reason === undefined ? undefined : { reason, message: told.map(({ message }) => message).join("; ") };
}

function refKey({
  group = GROUP,
  kind = "Gateway",
  name,
  sectionName = "",
  port = 0,
  namespace = "",
}: JsonObject): string {
  return `${group}/${kind}/${name}/${sectionName}/${port}.${namespace}`;
}

/** The parents that are Istio's; of a Gateway that nobody knows, or that is another's, nothing is said. */
function triesOf(snapshot: Snapshot, gateways: readonly KubeObject[], route: KubeObject): readonly Try[] {
  const own = route.metadata.namespace ?? "";
  const refs: readonly JsonObject[] = route.spec?.parentRefs ?? [];
  return refs.flatMap((ref): readonly Try[] => {
    const { group = GROUP, kind = "Gateway", name, namespace = own } = ref;
    if (group === "" && kind === "Service") {
      const isThere = snapshot.get("/services", namespace, name) !== undefined;
      const fault = { reason: "NoMatchingParent", message: `parent service: "${name}" not found` };
      return [{ ref, listener: undefined, fault: isThere ? undefined : fault }];
    }
    if (group !== GROUP || kind !== "Gateway") return [];
    const gateway = gateways.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace);
    const listeners: readonly JsonObject[] = gateway?.spec?.listeners ?? [];
    if (gateway === undefined) return [];
    return listeners.map((listener) => ({ ref, listener, fault: refusal(snapshot, gateway, listener, ref, route) }));
  });
}

/** Why a listener does not take a route; undefined: it does. The order of the questions is istiod's. */
function refusal(
  snapshot: Snapshot,
  gateway: KubeObject,
  listener: JsonObject,
  { port, sectionName }: JsonObject,
  { kind, metadata, spec }: KubeObject,
): Fault | undefined {
  if (port !== undefined && port !== listener.port) {
    return { reason: "NoMatchingParent", message: `port ${port} not found` };
  }
  if (sectionName !== undefined && sectionName !== listener.name) {
    return { reason: "NoMatchingParent", message: `sectionName "${sectionName}" not found` };
  }
  const given = listener.hostname ?? "";
  const hosts: readonly string[] = spec?.hostnames?.length > 0 ? spec?.hostnames : ["*"];
  if (!hosts.some((one) => commonHost(given || "*", one) !== undefined)) {
    return { reason: "NoMatchingListenerHostname", message: `no hostnames matched parent hostname "${given}"` };
  }
  const namespace = metadata.namespace ?? "";
  if (!letsNamespaceIn(snapshot, { gateway, listener }, namespace)) {
    const message = `hostnames matched parent hostname "${given}", but namespace "${namespace}" is not allowed by the parent`;
    return { reason: "NotAllowedByListeners", message };
  }
  if (supportedKinds(listener).kinds.includes(kind)) return undefined;
  return { reason: "NotAllowedByListeners", message: `kind ${API_VERSION}/${kind} is not allowed` };
}
