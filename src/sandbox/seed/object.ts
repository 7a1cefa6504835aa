import type { JsonObject, KubeObject } from "../objects/index.ts";

/** An object of a new cluster, before defaults. */
export function seedObject(
  apiVersion: string,
  kind: string,
  metadata: KubeObject["metadata"],
  rest: JsonObject = {},
): KubeObject {
  return { apiVersion, kind, metadata, ...rest };
}
