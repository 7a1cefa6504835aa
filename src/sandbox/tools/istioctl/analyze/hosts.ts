import type { Item } from "../pods.ts";
import { annotationsOf, type World } from "./world.ts";

const DOMAIN = "svc.cluster.local";

/** What stands behind a host: a Service, or a ServiceEntry. */
export interface HostEntry {
  readonly ports: readonly number[];
  /** The labels of the pods that a ServiceEntry selects; a Service has none here, as upstream. */
  readonly selector: Readonly<Record<string, string>>;
}

/** Hosts by `scope/name in full`; the scope is a namespace, or `*`. */
export type Hosts = ReadonlyMap<string, HostEntry>;

/** A host in full: a short one is of the namespace. */
export function fullHost(namespace: string, host: string): string {
  return host.startsWith("*") || host.includes(".") ? host : `${host}.${namespace}.${DOMAIN}`;
}

/** The service that a host names: `namespace/name`. */
export function serviceNamed(namespace: string, host: string): string {
  const [, name, own] = /^(.+)\.(.+)\.svc\.cluster\.local$/.exec(host) ?? [];
  return name === undefined ? `${namespace}/${host}` : `${own}/${name}`;
}

/** The hosts that are known, and to whom. */
export function knownHosts(world: World): Hosts {
  const hosts = new Map<string, HostEntry>();
  for (const { namespace, object } of world.list("ServiceEntry")) {
    const { exportTo = [], hosts: names = [], ports = [], workloadSelector } = object.spec ?? {};
    const entry = { ports: ports.map(({ number }: Item) => number), selector: workloadSelector?.labels ?? {} };
    for (const host of names) {
      for (const scope of scopes(exportTo, namespace)) hosts.set(`${scope}/${fullHost(namespace, host)}`, entry);
    }
  }
  for (const service of world.list("Service")) {
    const { namespace, name, object } = service;
    const entry = { ports: (object.spec?.ports ?? []).map(({ port }: Item) => port), selector: {} };
    const exported = annotationsOf(service)["networking.istio.io/exportTo"] ?? "";
    for (const scope of scopes(exported === "" ? [] : exported.split(","), namespace)) {
      hosts.set(`${scope}/${fullHost(namespace, name)}`, entry);
    }
  }
  return hosts;
}

/** Where an object is seen from: namespaces, or `*`. */
export function scopes(exportTo: readonly string[], namespace: string): readonly string[] {
  if (exportTo.length === 0 || exportTo.includes("*")) return ["*"];
  return exportTo.map((one) => (one === "." ? namespace : one));
}

/** What a host means to an object of a namespace; undefined where it means nothing. */
export function hostEntry(
  hosts: Hosts,
  namespace: string,
  exportTo: readonly string[] | undefined,
  host: string,
): HostEntry | undefined {
  const full = fullHost(namespace, host);
  const own = exportTo === undefined || exportTo.length === 0 ? ["."] : exportTo;
  for (const scope of ["*", ...own.map((one) => (one === "." ? namespace : one))]) {
    const found = hosts.get(`${scope}/${full}`);
    if (found !== undefined) return found;
  }
  const bare = host.replace(/^\*/, "");
  for (const [scoped, entry] of hosts) {
    const slash = scoped.indexOf("/");
    const name = scoped.slice(slash + 1);
    if (!name.startsWith("*") || !["*", namespace].includes(scoped.slice(0, slash))) continue;
    if (bare.endsWith(name.slice(1))) return entry;
  }
  return undefined;
}
