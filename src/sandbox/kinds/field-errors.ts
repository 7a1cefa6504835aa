import { deepEqual } from "../objects/index.ts";
import type { FieldError } from "./kind.ts";

/** One constructor for each kind of field error, in upstream's words; `field` is the path. */

export function required(field: string, detail = ""): FieldError {
  return { type: "FieldValueRequired", field, message: detail ? `Required value: ${detail}` : "Required value" };
}

export function invalidValue(field: string, value: unknown, detail: string): FieldError {
  return { type: "FieldValueInvalid", field, message: `Invalid value: ${JSON.stringify(value) ?? "null"}: ${detail}` };
}

export function duplicate(field: string, value: unknown): FieldError {
  return { type: "FieldValueDuplicate", field, message: `Duplicate value: ${JSON.stringify(value)}` };
}

export function forbiddenField(field: string, detail: string): FieldError {
  return { type: "FieldValueForbidden", field, message: `Forbidden: ${detail}` };
}

export function notFoundValue(field: string, value: unknown): FieldError {
  return { type: "FieldValueNotFound", field, message: `Not found: ${JSON.stringify(value)}` };
}

export function tooLong(field: string, limitBytes: number): FieldError {
  return { type: "FieldValueTooLong", field, message: `Too long: may not be more than ${limitBytes} bytes` };
}

export function notSupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  const values = supported.toSorted().map((one) => JSON.stringify(one));
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${values.join(", ")}`;
  return { type: "FieldValueNotSupported", field, message };
}

/** An error when a field that is fixed at creation has changed. */
export function immutable(field: string, next: unknown, old: unknown, detail = "field is immutable"): FieldError[] {
  return deepEqual(next ?? undefined, old ?? undefined) ? [] : [invalidValue(field, next, detail)];
}

/** An error when a number is below zero; unset is fine. */
export function notNegative(field: string, value: unknown): FieldError[] {
  return typeof value === "number" && value < 0
    ? [invalidValue(field, value, "must be greater than or equal to 0")]
    : [];
}
