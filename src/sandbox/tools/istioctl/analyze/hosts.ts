import { type Item, items, type Resource, type World } from "./model.ts";

const DOMAIN = "svc.cluster.local";
const FULL = /^(.+)\.(.+)\.svc\.cluster\.local$/;
const EXPORT_TO = "networking.istio.io/exportTo";

/** A Service or a ServiceEntry, as destinations see it. */
export interface HostEntry {
  readonly ports: readonly Item[];
  readonly selector: Item;
}

/** Hosts by `scope/host`; the scope is a namespace, or `*` for all. */
export type HostMap = ReadonlyMap<string, HostEntry>;

/** A short name in its namespace; a wildcard or a name with a dot as it is. */
export function fullHost(namespace: string, host: string): string {
  return host.startsWith("*") || host.includes(".") ? host : `${host}.${namespace}.${DOMAIN}`;
}

/** `namespace/name` of the service that a host is: by its full name, else a short name in the namespace. */
export function serviceOf(namespace: string, host: string): string {
  const [, name, own] = FULL.exec(host) ?? [];
  return name === undefined ? `${namespace}/${host}` : `${own}/${name}`;
}

export function scoped(scope: string, namespace: string, host: string): string {
  return `${scope}/${fullHost(namespace, host)}`;
}

/** Whom an object is shown to: its own namespace by its name, all by `*`. */
export function scopesOf(exportTo: unknown, namespace: string): readonly string[] {
  const list = items(exportTo).map(String);
  if (list.length === 0 || list.includes("*")) return ["*"];
  return [...new Set(list.map((one) => (one === "." ? namespace : one)))];
}

/** All that a destination may name. A Service wins over a ServiceEntry of its name. */
export function hostMap(world: World): HostMap {
  const map = new Map<string, HostEntry>();
  for (const { namespace, spec } of world.list("ServiceEntry")) {
    const entry = { ports: items(spec.ports), selector: spec.workloadSelector?.labels ?? {} };
    for (const host of items(spec.hosts))
      for (const scope of scopesOf(spec.exportTo, namespace)) map.set(scoped(scope, namespace, host), entry);
  }
  for (const { annotations, name, namespace, spec } of world.list("Service")) {
    const ports = items(spec.ports).map((one) => ({ ...one, number: one.port }));
    const shown = (annotations[EXPORT_TO] || "*").split(",").map((one) => (one === "." ? namespace : one));
    for (const scope of shown) map.set(scoped(scope, namespace, name), { ports, selector: spec.selector ?? {} });
  }
  return map;
}

/** The host that an object of a namespace means; undefined when there is none that it may see. */
export function findHost(map: HostMap, { namespace, spec }: Resource, host: string): HostEntry | undefined {
  const exported = items(spec.exportTo).map(String);
  const scopes = exported.length === 0 ? [namespace] : exported.map((one) => (one === "." ? namespace : one));
  for (const scope of ["*", ...scopes]) {
    const found = map.get(scoped(scope, namespace, host));
    if (found !== undefined) return found;
  }
  for (const [key, entry] of map) {
    const slash = key.indexOf("/");
    const [scope, own] = [key.slice(0, slash), key.slice(slash + 1)];
    if (!own.startsWith("*") || (scope !== "*" && scope !== namespace)) continue;
    if (host.replace(/^\*/, "").endsWith(own.slice(1))) return entry;
  }
  return undefined;
}

/** Whether a host of a Gateway stands for another one: wildcards match what they end with. */
export function hostMatches(one: string, other: string): boolean {
  const [isWild, isOtherWild] = [one.startsWith("*"), other.startsWith("*")];
  if (isWild && isOtherWild) {
    const [short, long] = one.length < other.length ? [one, other] : [other, one];
    return long.slice(1).endsWith(short.slice(1));
  }
  if (isWild) return other.endsWith(one.slice(1));
  return isOtherWild ? one.endsWith(other.slice(1)) : one === other;
}
