import { ageOf, type Json, type JsonObject, type KubeObject } from "../objects/index.ts";
import { AGE, NAME } from "./column.ts";
import { findPath } from "./json-path.ts";
import type { Cell, Column } from "./kind.ts";

/** How a column's value is shown, by its type; what is not of the type shows as nothing. */
const CELLS: Readonly<Record<Column["type"], (value: Json, now: number) => Cell>> = {
  boolean: (value) => (typeof value === "boolean" ? value : null),
  date: (value, now) => (typeof value === "string" ? ageOf(value, now) : null),
  integer: (value) => (typeof value === "number" ? Math.trunc(value) : null),
  number: (value) => (typeof value === "number" ? value : null),
  string: (value) => (typeof value === "string" ? value : JSON.stringify(value)),
};

/** The columns of a version of a custom resource; without any declared, the name and the age. */
export function customColumns(declared: readonly JsonObject[] | undefined): readonly Column[] {
  if (!declared || declared.length === 0) return [NAME, AGE];
  return [NAME, ...declared.map(customColumn)];
}

function customColumn({ name, type, format, priority, jsonPath }: JsonObject): Column {
  const known: Column["type"] = Object.hasOwn(CELLS, type) ? type : "string";
  return {
    name: String(name),
    type: known,
    ...(format && { format: String(format) }),
    priority: priority ? 1 : 0,
    cell: (object: KubeObject, now) => {
      const [value] = findPath(String(jsonPath), object as unknown as Json);
      return value === undefined || value === null ? null : CELLS[known](value, now);
    },
  };
}
