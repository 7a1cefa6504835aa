import { apiVersionOf, customKinds, KINDS, type Kind } from "../kinds/index.ts";
import type { KubeObject } from "../objects/index.ts";
import type { Store } from "../store/index.ts";

/** Where the store files CustomResourceDefinitions. */
export const DEFINITIONS = "apiextensions.k8s.io/customresourcedefinitions";

interface Tables {
  readonly all: readonly Kind[];
  readonly byPlural: ReadonlyMap<string, Kind>;
  readonly byKind: ReadonlyMap<string, Kind>;
}

const BUILT_IN = tablesOf(KINDS);

/** Every kind that is served now: Kubernetes' own, and those of the CustomResourceDefinitions that are established. */
export class ServedKinds {
  readonly #store: Store;
  /** By the stored object: the store hands out another one after every change. */
  readonly #made = new WeakMap<KubeObject, readonly Kind[]>();
  #seen: readonly KubeObject[] = [];
  #tables = BUILT_IN;

  constructor(store: Store) {
    this.#store = store;
  }

  all(): readonly Kind[] {
    return this.#current().all;
  }

  find(group: string, version: string, plural: string): Kind | undefined {
    return this.#current().byPlural.get(`${group}/${version}/${plural}`);
  }

  /** The kind that an object names by its `apiVersion` and `kind`. */
  ofObject(apiVersion: string, kind: string): Kind | undefined {
    return this.#current().byKind.get(`${apiVersion}/${kind}`);
  }

  /** Any version of a resource, the preferred one first. */
  ofResource(group: string, plural: string): Kind | undefined {
    return this.all().find((kind) => kind.group === group && kind.plural === plural);
  }

  #current(): Tables {
    const definitions = this.#store.list(DEFINITIONS);
    const isSame = definitions.length === this.#seen.length && definitions.every((one, at) => one === this.#seen[at]);
    if (isSame) return this.#tables;
    this.#seen = definitions;
    const custom = definitions.filter(isEstablished).flatMap((definition) => this.#kindsOf(definition));
    this.#tables = custom.length === 0 ? BUILT_IN : tablesOf([...KINDS, ...custom]);
    return this.#tables;
  }

  #kindsOf(definition: KubeObject): readonly Kind[] {
    const made = this.#made.get(definition) ?? customKinds(definition);
    this.#made.set(definition, made);
    return made;
  }
}

function tablesOf(all: readonly Kind[]): Tables {
  return {
    all,
    byPlural: new Map(all.map((kind) => [`${kind.group}/${kind.version}/${kind.plural}`, kind])),
    byKind: new Map(all.map((kind) => [`${apiVersionOf(kind)}/${kind.kind}`, kind])),
  };
}

/** Whether a definition's resources are served. */
function isEstablished({ status }: KubeObject): boolean {
  const conditions: readonly { type?: string; status?: string }[] = status?.conditions ?? [];
  return conditions.some(({ type, status: value }) => type === "Established" && value === "True");
}
