import { ageOf, type KubeObject } from "../objects/index.ts";
import type { Column } from "./kind.ts";

type CellOf = Column["cell"];

/** A column that always shows. */
export function column(name: string, cell: CellOf): Column {
  return { name, type: "string", priority: 0, cell };
}

/** A column of numbers; unset counts as 0. */
export function numberColumn(name: string, cell: (object: KubeObject) => number | undefined): Column {
  return { name, type: "integer", priority: 0, cell: (object) => cell(object) ?? 0 };
}

/** The same column, shown by `-o wide` only. */
export function wide(shown: Column): Column {
  return { ...shown, priority: 1 };
}

export const NAME: Column = {
  name: "Name",
  type: "string",
  format: "name",
  priority: 0,
  cell: ({ metadata }) => metadata.name,
};
export const AGE = column("Age", ({ metadata }, now) => ageOf(metadata.creationTimestamp, now));
/** Kinds that upstream has no printer for show the time itself. */
export const CREATED_AT: Column = {
  name: "Created At",
  type: "date",
  priority: 0,
  cell: ({ metadata }) => metadata.creationTimestamp ?? "",
};

/** What kubectl prints where nothing is set. */
export const NONE = "<none>";
export const UNSET = "<unset>";
export const UNKNOWN = "<unknown>";

/** A text, or `fallback` when it is missing or empty. */
export function orElse(value: unknown, fallback: string = NONE): string {
  return value === undefined || value === null || value === "" ? fallback : String(value);
}

/** Labels as `k=v,k2=v2` sorted by key, `<none>` when there are none. */
export function formatLabels(labels: Readonly<Record<string, unknown>> | undefined): string {
  const pairs = Object.entries(labels ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return pairs.length === 0 ? NONE : pairs.map(([key, value]) => `${key}=${value}`).join(",");
}

/** The first three, then how many more there are. */
export function firstThree(items: readonly string[], separator = ","): string {
  if (items.length <= 3) return items.join(separator);
  return `${items.slice(0, 3).join(separator)} + ${items.length - 3} more...`;
}

export function capitalised(claim: boolean): string {
  return claim ? "True" : "False";
}
