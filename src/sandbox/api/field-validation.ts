import { type CustomSchema, checkSchema, type Kind, prune, pruneCustom, unknownFields } from "../kinds/index.ts";
import type { Json, KubeObject } from "../objects/index.ts";
import { badRequest, invalid, type StatusError } from "./status.ts";

/** What to do with fields that the schema does not know: refuse, drop with a warning, drop. */
export type FieldValidation = "Strict" | "Warn" | "Ignore";

/** How the object came: as itself, or as the result of a patch (which is refused in other words). */
export type Submission = { readonly kind: "object" } | { readonly kind: "patch"; readonly patch: string };

/**
 * Checks an object against its kind's schema. Unknown fields are pruned (from `object` itself) and come back as warnings, or are
 * refused; a wrong type is always refused. The words are upstream's.
 */
export function checkFields(
  kind: Kind,
  object: KubeObject,
  validation: FieldValidation,
  submission: Submission,
): readonly string[] {
  if (kind.custom) return checkCustomFields(kind, kind.custom.schema, object, validation, submission);
  if (kind.definition === undefined) return [];
  const { unknown, typeErrors } = checkSchema(kind.definition, object);
  if (typeErrors.length > 0) {
    throw badRequest(`${cannotBeHandled(kind)}: ${typeErrors.map(({ message }) => message).join(", ")}`);
  }
  return unknownWarnings(kind, unknown, validation, submission, () => prune(kind.definition ?? "", object));
}

/** A custom resource's types are checked with its values, by its strategy. */
function checkCustomFields(
  kind: Kind,
  schema: CustomSchema,
  object: KubeObject,
  validation: FieldValidation,
  submission: Submission,
): readonly string[] {
  return unknownWarnings(kind, unknownFields(schema, object), validation, submission, () =>
    pruneCustom(schema, object),
  );
}

function unknownWarnings(
  kind: Kind,
  unknown: readonly string[],
  validation: FieldValidation,
  submission: Submission,
  pruneAll: () => void,
): readonly string[] {
  if (unknown.length === 0) return [];
  const warnings = unknown.map((field) => `unknown field "${field}"`);
  if (validation === "Strict") throw strictError(kind, `strict decoding error: ${warnings.join(", ")}`, submission);
  pruneAll();
  return validation === "Warn" ? warnings : [];
}

/** 400 for an object, 422 without kind and name for a patch: `kubectl apply` prints them differently. */
function strictError(kind: Kind, message: string, submission: Submission): StatusError {
  if (submission.kind === "object") return badRequest(`${cannotBeHandled(kind)}: ${message}`);
  const cause = `Invalid value: ${JSON.stringify(submission.patch)}: ${message}`;
  return invalid({ group: "", kind: "" }, "", [{ type: "FieldValueInvalid", field: "patch", message: cause }]);
}

function cannotBeHandled({ kind, version }: Kind): string {
  return `${kind} in version "${version}" cannot be handled as a ${kind}`;
}

/** A value as Go prints it with %+v (`map[spec:map[replicas:3]]`): upstream quotes strategic patches this way. */
export function goFormat(value: Json): string {
  if (value === null) return "<nil>";
  if (Array.isArray(value)) return `[${value.map(goFormat).join(" ")}]`;
  if (typeof value !== "object") return String(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([key, item]) => `${key}:${goFormat(item)}`).join(" ")}]`;
}
