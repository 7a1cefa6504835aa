import type { JsonObject, KubeObject } from "../objects/index.ts";
import type { ResourceKey } from "../store/index.ts";
import type { Change } from "./controller.ts";

/** How the loop's changes reach the cluster: the API's own write path, with what only the system may do. */
export interface Writer {
  create(resource: ResourceKey, object: KubeObject): void;
  update(resource: ResourceKey, object: KubeObject): void;
  updateStatus(resource: ResourceKey, namespace: string | undefined, name: string, status: JsonObject): void;
  delete(resource: ResourceKey, namespace: string | undefined, name: string, options: JsonObject): void;
  bind(namespace: string | undefined, name: string, node: string): void;
  finalize(namespace: KubeObject): void;
  event(event: Extract<Change, { kind: "event" }>): void;
}

/** Thrown by a Writer when the object moved on: the loop looks again. */
export class WriteConflict extends Error {}

/** Hand one change to the writer. */
export function apply(writer: Writer, change: Change): void {
  switch (change.kind) {
    case "create":
      writer.create(change.resource, change.object);
      break;
    case "update":
      writer.update(change.resource, change.object);
      break;
    case "update-status":
      writer.updateStatus(change.resource, change.namespace, change.name, change.status);
      break;
    case "delete":
      writer.delete(change.resource, change.namespace, change.name, change.options ?? {});
      break;
    case "bind":
      writer.bind(change.namespace, change.name, change.node);
      break;
    case "finalize":
      writer.finalize(change.object);
      break;
    case "event":
      writer.event(change);
      break;
  }
}
