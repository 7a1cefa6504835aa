import { definitionName, type Schema } from "./definitions.ts";

export type ScalarForm = "quantity" | "int-or-string" | "time" | "string" | "bytes" | "boolean" | "integer" | "number";

/** Which JSON a schema stands for, seen through upstream's Go types. `any` takes whatever comes and is not looked into. */
export type Form = ScalarForm | "list" | "map" | "struct" | "any";

/** The form of a resolved schema. */
export function formOf(schema: Schema): Form {
  if (schema["x-kubernetes-preserve-unknown-fields"] === true) return "any";
  if (schema.properties !== undefined) return "struct";
  if (schema.type === "object") return typeof schema.additionalProperties === "object" ? "map" : "any";
  if (schema.type === "array") return "list";
  if (schema.format === "quantity") return "quantity";
  if (schema.format === "int-or-string") return "int-or-string";
  if (schema.format === "date-time") return "time";
  if (schema.format === "byte") return "bytes";
  return isScalar(schema.type) ? schema.type : "any";
}

function isScalar(type: string | undefined): type is "string" | "boolean" | "integer" | "number" {
  return type === "string" || type === "boolean" || type === "integer" || type === "number";
}

const GO_SCALARS: Readonly<Record<string, string>> = {
  boolean: "bool",
  bytes: "[]uint8",
  "int-or-string": "intstr.IntOrString",
  number: "float64",
  quantity: "resource.Quantity",
  string: "string",
  time: "v1.Time",
};

/** The Go type that upstream's decoder names in its errors, such as `int32` or `[]v1.Container`. */
export function goType(schema: Schema, resolved: Schema): string {
  const form = formOf(resolved);
  if (form === "integer") return resolved.format ?? "int64";
  const scalar = GO_SCALARS[form];
  if (scalar !== undefined) return scalar;
  const named = definitionName(schema);
  if (named !== undefined) return named.split(".").slice(-2).join(".");
  const inner = form === "list" ? resolved.items : resolved.additionalProperties;
  const prefix = form === "list" ? "[]" : "map[string]";
  return typeof inner === "object" ? `${prefix}${innerGoType(inner)}` : "map[string]interface {}";
}

function innerGoType(schema: Schema): string {
  return definitionName(schema)?.split(".").slice(-2).join(".") ?? goType(schema, schema);
}
