import { apiVersionOf, type Kind } from "../kinds/index.ts";
import type { JsonObject, KubeObject } from "../objects/index.ts";
import type { Call } from "./call.ts";
import type { Page } from "./listing.ts";
import type { Form } from "./negotiate.ts";
import { toTable } from "./table.ts";
import { sendJson } from "./wire.ts";

interface Answer {
  readonly form: Form;
  readonly code?: number;
  readonly warnings?: readonly string[];
}

/** Answers with one object, in the form that the client accepts. */
export function sendObject(call: Call, kind: Kind, object: KubeObject, { form, ...reply }: Answer): void {
  sendJson(call.response, represent(call, kind, object, form), reply);
}

/** Answers with a list, or a page of one. */
export function sendList(call: Call, kind: Kind, { items, metadata }: Page, form: Form): void {
  const [listKind, apiVersion] =
    form.kind === "metadata"
      ? ["PartialObjectMetadataList", "meta.k8s.io/v1"]
      : [`${kind.kind}List`, apiVersionOf(kind)];
  const body =
    form.kind === "table"
      ? toTable(kind, items, { ...tableOptions(call, form), withColumns: true, listMeta: metadata })
      : { kind: listKind, apiVersion, metadata, items: form.kind === "metadata" ? items.map(partial) : items };
  sendJson(call.response, body);
}

/** One object as JSON; `withColumns` matters for Tables: in a watch only the first has them. */
export function represent(call: Call, kind: Kind, object: KubeObject, form: Form, withColumns = true): unknown {
  if (form.kind === "object") return object;
  if (form.kind === "metadata") return partial(object);
  const { resourceVersion } = object.metadata;
  const listMeta: JsonObject = resourceVersion === undefined ? {} : { resourceVersion };
  return toTable(kind, [object], { ...tableOptions(call, form), withColumns, listMeta });
}

function tableOptions(
  call: Call,
  form: Form & { kind: "table" },
): { includeObject: "None" | "Metadata" | "Object"; now: number } {
  return { includeObject: form.includeObject, now: call.api.registry.clock() };
}

function partial({ metadata }: KubeObject): JsonObject {
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata };
}
