import type { Cell, Column, Kind } from "../kinds/index.ts";
import type { KubeObject } from "../objects/index.ts";

export interface TableOptions {
  /** What of the object a row carries; `Metadata` is the API's default. */
  readonly includeObject?: "None" | "Metadata" | "Object";
  /** Epoch ms, for ages. */
  readonly now: number;
  /** False for all but the first event of a watch. Default true. */
  readonly withColumns?: boolean;
  /** The metadata of the list, such as its resourceVersion. */
  readonly listMeta?: object;
}

interface TableRow {
  readonly cells: readonly Cell[];
  readonly conditions?: readonly object[];
  readonly object?: object;
}

/** meta/v1 Table: what `kubectl get` prints. Each row has all cells; kubectl leaves out the wide ones itself. */
export function toTable(kind: Pick<Kind, "columns">, objects: readonly KubeObject[], options: TableOptions): object {
  const { withColumns = true, listMeta = {} } = options;
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata: listMeta,
    columnDefinitions: withColumns ? kind.columns.map(columnDefinition) : null,
    rows: objects.map((object) => row(kind.columns, object, options)),
  };
}

function columnDefinition({ name, type, format = "", priority }: Column): object {
  return { name, type, format, description: "", priority };
}

function row(
  columns: readonly Column[],
  object: KubeObject,
  { includeObject = "Metadata", now }: TableOptions,
): TableRow {
  return {
    cells: columns.map(({ cell }) => cell(object, now)),
    ...conditions(object),
    ...(includeObject !== "None" && { object: includeObject === "Object" ? object : partialOf(object) }),
  };
}

/** Enough for kubectl's own columns: the namespace, labels, and `kind/name`. */
function partialOf({ metadata }: KubeObject): object {
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata };
}

const FINISHED: Readonly<Record<string, string>> = {
  Failed: "The pod failed.",
  Succeeded: "The pod has completed successfully.",
};

/** Marks finished pods, so that clients can tell them without knowing pods. */
function conditions({ kind, apiVersion, status }: KubeObject): Pick<TableRow, "conditions"> {
  const reason = kind === "Pod" && apiVersion === "v1" ? status?.phase : undefined;
  const message = FINISHED[reason];
  return message === undefined ? {} : { conditions: [{ type: "Completed", status: "True", reason, message }] };
}
