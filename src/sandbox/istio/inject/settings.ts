import type { JsonObject, KubeObject } from "../../objects/index.ts";
import { isTree, overlay } from "../install/tree.ts";
import { DEFAULT_VALUES } from "../install/values.ts";
import { parse } from "../yaml.ts";

/** What is looked at: the store. */
export interface Objects {
  get(resource: string, namespace: string | undefined, name: string): KubeObject | undefined;
  list(resource: string, namespace?: string): readonly KubeObject[];
}

/** What an injector has been told: ConfigMaps `istio` and `istio-sidecar-injector` of its revision. */
export interface Settings {
  /** Empty: the default revision. */
  readonly revision: string;
  readonly namespace: string;
  readonly values: JsonObject;
  readonly mesh: JsonObject;
  /** `policy`, `defaultTemplates`, `alwaysInjectSelector`, `neverInjectSelector`, `injectedAnnotations`. */
  readonly config: JsonObject;
}

/** Reads them; undefined while a ConfigMap is missing or nobody can read it: istiod is not up without. */
export function readSettings(objects: Objects, namespace: string, service: string): Settings | undefined {
  const revision = service.replace(/^istiod-?/, "");
  const suffix = revision === "" ? "" : `-${revision}`;
  const own = dataOf(objects.get("/configmaps", namespace, `istio-sidecar-injector${suffix}`));
  const mesh = treeIn(dataOf(objects.get("/configmaps", namespace, `istio${suffix}`)).mesh);
  const [values, config] = [treeIn(own.values), treeIn(own.config)];
  if (values === undefined || config === undefined) return undefined;
  return { revision, namespace, values: overlay(DEFAULT_VALUES, values), mesh: mesh ?? {}, config };
}

/** The proxy's configuration for a pod: the mesh's, then what its annotation `proxy.istio.io/config` says. */
export function proxyConfigOf({ mesh }: Settings, annotations: Readonly<Record<string, string>>): JsonObject {
  const own = treeIn(annotations["proxy.istio.io/config"]);
  const defaults = isTree(mesh.defaultConfig) ? mesh.defaultConfig : {};
  return own === undefined ? defaults : overlay(defaults, own);
}

function dataOf(map: KubeObject | undefined): JsonObject {
  return isTree(map?.data) ? map.data : {};
}

const KEPT = new Map<string, JsonObject | undefined>();

/** A YAML text's mapping; undefined for anything else. The last few are kept: each pod asks for the same. */
function treeIn(text: unknown): JsonObject | undefined {
  if (typeof text !== "string") return undefined;
  if (!KEPT.has(text)) {
    if (KEPT.size >= 16) KEPT.clear();
    KEPT.set(text, read(text));
  }
  return KEPT.get(text);
}

function read(text: string): JsonObject | undefined {
  try {
    const value: unknown = parse(text);
    return isTree(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
