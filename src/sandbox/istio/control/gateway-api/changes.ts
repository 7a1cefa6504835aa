import type { Change, Snapshot } from "../../../control/index.ts";
import { deepEqual, type JsonObject, type KubeObject } from "../../../objects/index.ts";

/** What has to be written for an object to be as it is wanted; what others have added to it stays. */
export function wanted(snapshot: Snapshot, resource: string, object: KubeObject): readonly Change[] {
  const { namespace, name } = object.metadata;
  const found = snapshot.get(resource, namespace, name);
  if (found === undefined) return [{ kind: "create", resource, object }];
  const next = laidOver(found, object) as KubeObject;
  return deepEqual(found, next) ? [] : [{ kind: "update", resource, object: next }];
}

/** What has to be written for an object to have this status. */
export function status(resource: string, { metadata, status: found }: KubeObject, next: JsonObject): readonly Change[] {
  const { namespace, name } = metadata;
  return deepEqual(found ?? {}, next) ? [] : [{ kind: "update-status", resource, namespace, name, status: next }];
}

/** Lists of the same length are the same list with other contents: what the API has filled in stays. */
function laidOver(found: unknown, wish: unknown): unknown {
  if (Array.isArray(found) && Array.isArray(wish) && found.length === wish.length) {
    return wish.map((one, index) => laidOver(found[index], one));
  }
  if (!isTree(found) || !isTree(wish)) return wish;
  const laid = Object.entries(wish).map(([key, value]) => [key, key in found ? laidOver(found[key], value) : value]);
  return { ...found, ...Object.fromEntries(laid) };
}

function isTree(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
