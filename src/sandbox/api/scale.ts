import { findPath, type ScalePaths, setPath } from "../kinds/index.ts";
import {
  deepCopy,
  formatSelector,
  type Json,
  type JsonObject,
  type KubeObject,
  selectorOf,
  selectorOfLabels,
} from "../objects/index.ts";
import type { Call, Target } from "./call.ts";
import { patchPart } from "./patching.ts";
import { decodeObject } from "./request-body.ts";
import { named, patchOf } from "./resource-handlers.ts";
import { badRequest, invalid, methodNotAllowed } from "./status.ts";
import { sendJson } from "./wire.ts";
import { writeOptions } from "./write-query.ts";

/** Where Kubernetes' own workloads keep their replicas. */
const WORKLOAD: ScalePaths = {
  specReplicasPath: ".spec.replicas",
  statusReplicasPath: ".status.replicas",
  labelSelectorPath: ".spec.selector",
};

/** Serves autoscaling/v1 Scale of a workload: GET, PUT, PATCH. */
export async function serveScale(call: Call, target: Target): Promise<void> {
  const { kind, namespace, name } = named(target);
  const object = call.api.registry.get(kind, namespace, name);
  const { scale: paths = WORKLOAD } = kind.custom ?? {};
  if (call.method === "GET") return sendJson(call.response, scaleOf(object, paths));
  const scale = await wantedScale(call, scaleOf(object, paths));
  const replicas = scale.spec?.replicas ?? 0;
  checkReplicas(name, replicas);
  const next = deepCopy(object);
  setPath(paths.specReplicasPath, next, replicas);
  const version = scale.metadata?.resourceVersion;
  if (version) next.metadata.resourceVersion = version;
  const written = call.api.registry.update(kind, namespace, name, next, {
    ...writeOptions(call),
    subresource: "scale",
  });
  sendJson(call.response, scaleOf(written.object, paths));
}

async function wantedScale(call: Call, scale: JsonObject): Promise<JsonObject> {
  if (call.method === "PUT") return decodeObject(call.request);
  if (call.method !== "PATCH") throw methodNotAllowed();
  const { kind, body } = await patchOf(call);
  return patchPart(scale as Json, kind, body);
}

function checkReplicas(name: string, replicas: unknown): void {
  if (typeof replicas !== "number" || !Number.isInteger(replicas)) throw badRequest("spec.replicas must be an integer");
  if (replicas >= 0) return;
  const message = `Invalid value: ${replicas}: must be greater than or equal to 0`;
  throw invalid({ group: "autoscaling", kind: "Scale" }, name, [
    { type: "FieldValueInvalid", field: "spec.replicas", message },
  ]);
}

function scaleOf(
  object: KubeObject,
  { specReplicasPath, statusReplicasPath, labelSelectorPath }: ScalePaths,
): JsonObject {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const read = (path: string | undefined): Json | undefined =>
    path === undefined ? undefined : findPath(path, object as unknown as Json)[0];
  const replicas = read(specReplicasPath);
  const found = read(labelSelectorPath) ?? {};
  const selector = typeof found === "string" ? found : selectorText(found as JsonObject);
  return {
    kind: "Scale",
    apiVersion: "autoscaling/v1",
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { ...(replicas ? { replicas } : {}) },
    status: { replicas: read(statusReplicasPath) ?? 0, ...(selector && { selector }) },
  };
}

/** `app=web,tier in (a,b)`; a ReplicationController has plain labels. */
function selectorText(selector: JsonObject): string {
  const isPlain = !selector.matchLabels && !selector.matchExpressions;
  const parsed = isPlain ? selectorOfLabels(selector) : selectorOf(selector);
  return parsed.length === 0 ? "" : formatSelector(parsed);
}
