import type { FieldError, Kind } from "../kinds/index.ts";
import type { KubeObject } from "../objects/index.ts";
import { resourceKey, type Store } from "../store/index.ts";
import { allocationErrors, isService } from "./allocation.ts";
import { nameErrors } from "./names.ts";
import { finalizerErrors } from "./object-rules.ts";
import { forbidden, invalid, notFound } from "./status.ts";

const NAMESPACES = { group: "", plural: "namespaces" };

/** 404 when the namespace of a new object is not there, 403 when it is going. */
export function checkNamespace(store: Pick<Store, "get">, kind: Kind, object: KubeObject): void {
  const { namespace, name } = object.metadata;
  if (!kind.namespaced || namespace === undefined) return;
  const found = store.get(resourceKey(NAMESPACES), undefined, namespace);
  if (!found) throw notFound(NAMESPACES, namespace);
  if (!found.metadata.deletionTimestamp) return;
  const message = `namespace ${namespace} is being terminated`;
  const cause = { reason: "NamespaceTerminating", message, field: "metadata.namespace" };
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  throw forbidden(kind, name ?? "", why, [cause]);
}

/** 422 with all that is wrong with an object; `old` is undefined on create. */
export function checkObject(store: Store, kind: Kind, object: KubeObject, old: KubeObject | undefined): void {
  const errors: FieldError[] = [
    ...(old ? finalizerErrors(object, old) : nameErrors(kind, object.metadata.name)),
    ...(kind.strategy.validate?.(object, old) ?? []),
    ...(isService(kind) ? allocationErrors(object, store) : []),
  ];
  if (errors.length > 0) throw invalid(kind, object.metadata.name ?? "", errors);
}
