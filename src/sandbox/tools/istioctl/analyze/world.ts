import type { Kind } from "./kinds.ts";
import { SYSTEM_NAMESPACES } from "./kinds.ts";
import { fullName, grouped, type Item, type Resource, type World } from "./model.ts";

const DEFAULTS = { rootNamespace: "istio-system", defaultConfig: {} };

export interface Sources {
  readonly files: readonly Resource[];
  readonly cluster: readonly Resource[];
  readonly mesh: Item;
  readonly networks: Item;
  readonly istioNamespace: string;
  readonly now: number;
}

/** All that is analysed: what files say wins over what the cluster has. */
export function worldOf({ cluster, files, istioNamespace, mesh, networks, now }: Sources): World {
  const own = files.filter(({ namespace }) => !SYSTEM_NAMESPACES.has(namespace));
  const spec = networks ?? {};
  const metadata = { name: "meshnetworks", namespace: istioNamespace };
  const internal: Resource = {
    kind: "MeshNetworks",
    ...metadata,
    labels: {},
    annotations: {},
    spec,
    status: {},
    object: { metadata, spec },
  };
  const byKey = new Map<string, Resource>();
  for (const one of [...cluster, ...own, internal]) byKey.set(`${one.kind} ${fullName(one)}`, one);
  const byKind = grouped([...byKey.values()], ({ kind }) => kind);
  return {
    list: (kind: Kind) => byKind.get(kind) ?? [],
    find: (kind, namespace, name) => byKey.get(`${kind} ${fullName({ namespace, name })}`),
    mesh: { ...DEFAULTS, ...mesh },
    now,
  };
}
