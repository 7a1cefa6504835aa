import { type Kind, loadDefinitions } from "../kinds/index.ts";
import { deepCopy, type Json, type KubeObject } from "../objects/index.ts";
import { jsonPatch, mergePatch, PatchError, type ResolveRef, strategicMerge } from "../patch/index.ts";
import { checkShape } from "./bounds.ts";
import { goFormat } from "./field-validation.ts";
import { badRequest, StatusError, unsupportedMediaType } from "./status.ts";
import type { PatchKind } from "./write-options.ts";

export interface Patched {
  readonly object: KubeObject;
  /** The patch as upstream quotes it in an error. */
  readonly quoted: string;
}

/** The media types of PATCH, and what they stand for. */
export const PATCH_TYPES: Readonly<Record<string, PatchKind>> = {
  "application/apply-patch+yaml": "apply",
  "application/json-patch+json": "json",
  "application/merge-patch+json": "merge",
  "application/strategic-merge-patch+json": "strategic",
};

const CUSTOM_TYPES = ["application/json-patch+json", "application/merge-patch+json", "application/apply-patch+yaml"];

/** Applies a patch to a stored object, which is not changed. Custom resources have no strategic merge: 415. */
export function applyPatch(kind: Kind, old: KubeObject, patchKind: PatchKind, body: unknown): Patched {
  try {
    const object = patched(kind, old as unknown as Json, patchKind, body);
    if (typeof object !== "object" || object === null || Array.isArray(object))
      throw badRequest("the patch leaves no object");
    // Each operation may have put something into what another has put there.
    checkShape(object);
    const quoted = patchKind === "strategic" ? goFormat(body as Json) : JSON.stringify(body);
    // A patch leaves the untouched parts as they are in the store: frozen.
    return { object: deepCopy(object) as unknown as KubeObject, quoted };
  } catch (error) {
    throw error instanceof PatchError ? refusal(error) : error;
  }
}

/** A patch of what is no whole object and has no lists to merge by key: strategic and merge are the same there. */
export function patchPart(old: Json, patchKind: PatchKind, body: unknown): { [key: string]: Json } {
  try {
    const next = patchKind === "json" ? jsonPatch(old, body) : mergePatch(old, body as Json);
    if (typeof next === "object" && next !== null && !Array.isArray(next)) return next;
  } catch (error) {
    throw error instanceof PatchError ? refusal(error) : error;
  }
  throw badRequest("the patch leaves no object");
}

function patched(kind: Kind, old: Json, patchKind: PatchKind, body: unknown): Json {
  if (patchKind === "json") return jsonPatch(old, body);
  if (typeof body !== "object" || body === null || Array.isArray(body)) {
    const found = Array.isArray(body) ? "array" : typeof body === "boolean" ? "bool" : typeof body;
    throw badRequest(
      `error decoding patch: json: cannot unmarshal ${found} into Go value of type map[string]interface {}`,
    );
  }
  if (patchKind === "merge") return mergePatch(old, body as Json);
  if (kind.definition === undefined) {
    throw unsupportedMediaType(CUSTOM_TYPES);
  }
  return strategicMerge(old, body as Json, { $ref: `#/definitions/${kind.definition}` }, resolveDefinition);
}

const resolveDefinition: ResolveRef = (ref) => loadDefinitions()[ref.replace("#/definitions/", "")];

/** A path that is not there or a failed `test`: upstream gives no reason, only this. */
function refusal(error: PatchError): StatusError {
  if (error.reason === "invalid") return badRequest(error.message);
  if (error.reason === "too large") return new StatusError(413, "RequestEntityTooLarge", error.message);
  return new StatusError(422, "Invalid", "the server rejected our request due to an error in our request", {});
}
