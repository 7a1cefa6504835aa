import type { JsonObject } from "../../../objects/index.ts";
import { type ObjectView, RESOURCES } from "../view.ts";

export interface Reference {
  readonly group: string;
  readonly kind: string;
  readonly namespace: string;
}

/** Whether a reference over a namespace's border is allowed by a ReferenceGrant there. Within a namespace all are. */
export function isGranted(view: Pick<ObjectView, "list">, from: Reference, to: Reference, name: string): boolean {
  if (from.namespace === to.namespace) return true;
  return view.list(RESOURCES.referenceGrants, to.namespace).some(({ spec }) => {
    const isFrom = (spec?.from ?? []).some(
      (one: JsonObject) => one.group === from.group && one.kind === from.kind && one.namespace === from.namespace,
    );
    return (
      isFrom &&
      (spec?.to ?? []).some(
        (one: JsonObject) =>
          (one.group ?? "") === to.group && one.kind === to.kind && (one.name === undefined || one.name === name),
      )
    );
  });
}
