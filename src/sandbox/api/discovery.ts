import {
  API_GROUPS,
  type ApiGroup,
  apiVersionOf,
  compareVersions,
  KINDS,
  type Kind,
  type Subresource,
} from "../kinds/index.ts";

/** The Content-Type of aggregated discovery: clients ask for it and must get it back to the letter. */
export const AGGREGATED_DISCOVERY_TYPE = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

interface NamedVersion {
  readonly groupVersion: string;
  readonly version: string;
}

/** `GET /api` or `GET /apis` in one piece: all groups with all resources (apidiscovery.k8s.io/v2). */
export function aggregatedDiscovery(root: "api" | "apis", kinds: readonly Kind[] = KINDS): object {
  const groups = groupsOf(kinds).filter(({ name }) => (name === "") === (root === "api"));
  return {
    kind: "APIGroupDiscoveryList",
    apiVersion: "apidiscovery.k8s.io/v2",
    metadata: {},
    items: groups.map((group) => aggregatedGroup(group, kinds)),
  };
}

/** `GET /api` in the plain form; `address` is host:port of this server. */
export function apiVersions(address = "127.0.0.1"): object {
  return {
    kind: "APIVersions",
    versions: ["v1"],
    serverAddressByClientCIDRs: [{ clientCIDR: "0.0.0.0/0", serverAddress: address }],
  };
}

/** `GET /apis` in the plain form. */
export function apiGroupList(kinds: readonly Kind[] = KINDS): object {
  const named = groupsOf(kinds).filter(({ name }) => name !== "");
  return { kind: "APIGroupList", apiVersion: "v1", groups: named.map(plainGroup) };
}

/** `GET /apis/<group>`; undefined when there is no such group. */
export function apiGroup(name: string, kinds: readonly Kind[] = KINDS): object | undefined {
  const group = groupsOf(kinds).find((one) => one.name === name && name !== "");
  return group && { kind: "APIGroup", apiVersion: "v1", ...plainGroup(group) };
}

/** `GET /api/v1` or `GET /apis/<group>/<version>`; undefined when it is not served. */
export function apiResourceList(group: string, version: string, kinds: readonly Kind[] = KINDS): object | undefined {
  const served = kinds.filter((kind) => kind.group === group && kind.version === version);
  if (served.length === 0) return undefined;
  return {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: apiVersionOf({ group, version }),
    resources: served.flatMap(plainResources),
  };
}

/** The groups in discovery order: those of Kubernetes first, then others (custom resources) as they come. */
function groupsOf(kinds: readonly Kind[]): readonly ApiGroup[] {
  const found = new Map<string, string[]>(API_GROUPS.map(({ name }) => [name, []]));
  for (const { group, version } of kinds) {
    const versions = found.get(group) ?? [];
    if (!versions.includes(version)) found.set(group, [...versions, version]);
  }
  return [...found]
    .filter(([, versions]) => versions.length > 0)
    .map(([name, versions]) => ({ name, versions: preferred(name, versions) }));
}

/** In a group's own order of preference; versions that it does not list stand as they came. */
function preferred(name: string, versions: readonly string[]): readonly string[] {
  const order = API_GROUPS.find((group) => group.name === name)?.versions ?? versions.toSorted(compareVersions);
  return versions.toSorted((a, b) => order.indexOf(a) - order.indexOf(b));
}

function aggregatedGroup({ name, versions }: ApiGroup, kinds: readonly Kind[]): object {
  return {
    metadata: { ...(name !== "" && { name }), creationTimestamp: null },
    versions: versions.map((version) => ({
      version,
      resources: kinds.filter((kind) => kind.group === name && kind.version === version).map(aggregatedResource),
      freshness: "Current",
    })),
  };
}

function aggregatedResource(kind: Kind): object {
  const subresources = Object.entries(kind.subresources);
  return {
    resource: kind.plural,
    responseKind: responseKind(kind),
    scope: kind.namespaced ? "Namespaced" : "Cluster",
    singularResource: kind.singular,
    verbs: kind.verbs,
    ...(kind.shortNames.length > 0 && { shortNames: kind.shortNames }),
    ...(kind.categories.length > 0 && { categories: kind.categories }),
    ...(subresources.length > 0 && {
      subresources: subresources.map(([name, sub]) => aggregatedSubresource(name, sub)),
    }),
  };
}

function aggregatedSubresource(subresource: string, sub: Subresource): object {
  return { subresource, responseKind: responseKind(sub), verbs: sub.verbs };
}

function responseKind({ group, version, kind }: Subresource): object {
  return { group, version, kind };
}

function plainGroup({ name, versions }: ApiGroup): object {
  const named = versions.map(
    (version): NamedVersion => ({ groupVersion: apiVersionOf({ group: name, version }), version }),
  );
  return { name, versions: named, preferredVersion: named[0] };
}

function plainResources(kind: Kind): object[] {
  const { plural, singular, namespaced, verbs, shortNames, categories } = kind;
  const own = {
    name: plural,
    singularName: singular,
    namespaced,
    kind: kind.kind,
    verbs,
    ...(shortNames.length > 0 && { shortNames }),
    ...(categories.length > 0 && { categories }),
  };
  return [own, ...Object.entries(kind.subresources).map(([name, sub]) => plainSubresource(kind, name, sub))];
}

/** A subresource names its group and version only where they differ from its parent's. */
function plainSubresource(parent: Kind, name: string, { group, version, kind, verbs }: Subresource): object {
  const foreign = group !== parent.group || version !== parent.version;
  return {
    name: `${parent.plural}/${name}`,
    singularName: "",
    namespaced: parent.namespaced,
    ...(foreign && { group, version }),
    kind,
    verbs,
  };
}
