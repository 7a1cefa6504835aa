import type { PodTokens } from "../../api/index.ts";
import type { JsonObject, KubeObject } from "../../objects/index.ts";
import type { Store } from "../../store/index.ts";
import { fieldOf, resourceOf } from "./fields.ts";
import { type Directory, directory, type File, type Files, type Node, parentOf } from "./files.ts";

/** What volumes are made from: the cluster's objects, and tokens for a pod where somebody signs them. */
export interface VolumeSources extends Pick<Store, "get"> {
  readonly podToken?: PodTokens;
}
type Entries = Map<string, string | Buffer>;

/** The volumes that live as long as the pod: its containers share them. */
export type SharedVolumes = Map<string, Directory>;

/** Puts a container's volumes where it wants them. What comes from an object follows that object. */
export function mountVolumes(
  files: Files,
  objects: VolumeSources,
  pod: KubeObject,
  container: JsonObject,
  shared: SharedVolumes,
): void {
  const nested: NestedMounts = new Map();
  // Outside in, as a runtime does it: a volume may stand inside of another one.
  const mounts = [...((container.volumeMounts ?? []) as JsonObject[])].sort((a, b) => depth(a) - depth(b));
  for (const mount of mounts) {
    const volume = ((pod.spec?.volumes ?? []) as JsonObject[]).find((one) => one.name === mount.name);
    if (!volume) continue;
    const inside: Map<string, Node> = new Map();
    const node = nodeOf(objects, pod, container, volume, { shared, inside });
    if (node.source !== undefined && mount.subPath === undefined) nested.set(mount.mountPath, inside);
    const part = mount.subPath ? (node.source?.() ?? node.entries).get(mount.subPath) : node;
    if (part) put(files, nested, mount.mountPath, part);
    else if (!node.source) {
      const made = directory();
      node.entries.set(mount.subPath, made);
      put(files, nested, mount.mountPath, made);
    }
  }
}

/** What is mounted right inside of read-only volumes, by their mount paths: each look at them shows it, too. */
type NestedMounts = Map<string, Map<string, Node>>;

function put(files: Files, nested: NestedMounts, path: string, node: Node): void {
  const parent = parentOf(path);
  const inside = nested.get(parent);
  if (inside !== undefined) {
    inside.set(path.slice(parent.length + 1), node);
    return;
  }
  files.makeDirectory(parent, { parents: true });
  files.put(path, node);
}

function depth({ mountPath }: JsonObject): number {
  return String(mountPath).split("/").filter(Boolean).length;
}

function nodeOf(
  objects: VolumeSources,
  pod: KubeObject,
  container: JsonObject,
  volume: JsonObject,
  { shared, inside }: { readonly shared: SharedVolumes; readonly inside: ReadonlyMap<string, Node> },
): Directory {
  const entries = sourceOf(objects, pod, container, volume);
  if (entries) return { ...directory(), source: () => new Map([...tree(entries()), ...inside]) };
  const found = shared.get(volume.name) ?? directory();
  shared.set(volume.name, found);
  return found;
}

/** Read-only volumes, made anew at each look. */
function sourceOf(
  objects: VolumeSources,
  pod: KubeObject,
  container: JsonObject,
  volume: JsonObject,
): (() => Entries) | undefined {
  const { projected } = volume;
  if (projected) {
    const parts = (projected.sources ?? []) as JsonObject[];
    return () =>
      new Map(parts.flatMap((one) => [...(sourceOf(objects, pod, container, one)?.() ?? tokenOf(objects, pod, one))]));
  }
  const { configMap, secret, downwardAPI } = volume;
  if (configMap)
    return () => objectEntries(objects.get("/configmaps", pod.metadata.namespace, configMap.name), configMap.items);
  if (secret) {
    const name = secret.secretName ?? secret.name;
    return () => objectEntries(objects.get("/secrets", pod.metadata.namespace, name), secret.items);
  }
  if (downwardAPI) {
    return () => {
      const live = objects.get("/pods", pod.metadata.namespace, pod.metadata.name) ?? pod;
      const items: JsonObject[] = downwardAPI.items ?? [];
      return new Map(
        items.map((one) => [
          one.path,
          one.fieldRef ? fieldOf(live, one.fieldRef.fieldPath) : resourceOf(live, container, one.resourceFieldRef),
        ]),
      );
    };
  }
  return undefined;
}

function objectEntries(object: KubeObject | undefined, items: readonly JsonObject[] | undefined): Entries {
  const isSecret = object?.kind === "Secret";
  const data = Object.entries((object?.data ?? {}) as Record<string, string>);
  const all: Entries = new Map(data.map(([key, value]) => [key, isSecret ? Buffer.from(value, "base64") : value]));
  for (const [key, value] of Object.entries((object?.binaryData ?? {}) as Record<string, string>))
    all.set(key, Buffer.from(value, "base64"));
  if (items === undefined) return all;
  return new Map(items.flatMap(({ key, path }) => (all.has(key) ? [[path, all.get(key) ?? ""] as const] : [])));
}

function tokenOf({ podToken }: VolumeSources, pod: KubeObject, { serviceAccountToken }: JsonObject): Entries {
  const token = serviceAccountToken && podToken?.(pod, serviceAccountToken);
  return new Map(token === undefined ? [] : [[serviceAccountToken.path, token]]);
}

/** Paths with folders in them become folders. */
function tree(entries: Entries): ReadonlyMap<string, Node> {
  const root = new Map<string, Node>();
  for (const [path, content] of entries) {
    const parts = path.split("/");
    const name = parts.pop() ?? path;
    let place = root;
    for (const part of parts) {
      const found = place.get(part);
      const folder = found?.kind === "directory" ? found : directory();
      place.set(part, folder);
      place = folder.entries;
    }
    const file: File = { kind: "file", data: Buffer.from(content), mode: 0o644, changed: 0, isReadOnly: true };
    place.set(name, file);
  }
  return root;
}
