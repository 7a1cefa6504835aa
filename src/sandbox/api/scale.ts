import { apiVersionOf, findPath, SCALE_COLUMNS, type ScalePaths, setPath } from "../kinds/index.ts";
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
import { formOf } from "./negotiate.ts";
import { patchPart } from "./patching.ts";
import { sendObject } from "./representation.ts";
import { decodeObject, objectOf } from "./request-body.ts";
import { named, patchOf } from "./resource-handlers.ts";
import { badRequest, invalid, methodNotAllowed } from "./status.ts";
import { applyOptions, writeOptions } from "./write-query.ts";

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
  const send = (owner: KubeObject): void => {
    const scale = scaleOf(owner, paths) as unknown as KubeObject;
    sendObject(call, { ...kind, columns: SCALE_COLUMNS }, scale, { form: formOf(call) });
  };
  if (call.method === "GET") return send(object);
  const submitted = call.method === "PATCH" ? await patchOf(call) : undefined;
  if (submitted?.kind === "apply") return send(applyScale(call, target, paths, objectOf(submitted.body)));
  const scale = submitted
    ? patchPart(scaleOf(object, paths) as Json, submitted.kind, submitted.body)
    : await sentScale(call);
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
  send(written.object);
}

async function sentScale(call: Call): Promise<JsonObject> {
  if (call.method !== "PUT") throw methodNotAllowed();
  return decodeObject(call.request);
}

/** An apply of a Scale is an apply of the replicas alone: whoever else holds them conflicts. */
function applyScale(call: Call, target: Target, paths: ScalePaths, scale: JsonObject): KubeObject {
  const { kind, namespace, name } = named(target);
  const replicas = scale.spec?.replicas ?? 0;
  checkReplicas(name, replicas);
  const config = { apiVersion: apiVersionOf(kind), kind: kind.kind, metadata: { name } } as KubeObject;
  setPath(paths.specReplicasPath, config, replicas);
  const options = { ...applyOptions(call), subresource: "scale" };
  return call.api.registry.apply(kind, namespace, name, config, options).object;
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
