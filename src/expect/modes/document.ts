import type { ScalarType } from "../expectation.ts";

/** A value of a JSON or YAML text. Offsets count from the text's beginning. */
export type Value = { readonly start: number; readonly end: number } & (
  | { readonly kind: "scalar"; readonly type: ScalarType; readonly value: string; readonly source: string }
  | { readonly kind: "array"; readonly items: readonly Value[] }
  | { readonly kind: "object"; readonly entries: ReadonlyMap<string, Value> }
);

/** Arrays and objects nested deeper are refused: nobody asserts them, and reading them would exhaust the stack. */
export const MAX_DEPTH = 200;

/** Why a text is no document, and where. */
export class DocumentError extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.name = "DocumentError";
    this.at = at;
  }
}

/** `line 3, column 14` of an offset, both counted from 1. */
export function describeOffset(text: string, offset: number): string {
  const before = text.slice(0, offset);
  const line = before.split("\n").length;
  return `line ${line}, column ${offset - before.lastIndexOf("\n")}`;
}

/**
 * One form for each number, whatever its notation: `1.50`, `1.5e0` and `15e-1` are `15e-1`. Decimal, so that numbers
 * past 2^53 are not rounded into each other. Undefined for what is no decimal number.
 */
export function canonicalNumber(text: string): string | undefined {
  const match = /^([-+]?)(\d*)(?:\.(\d*))?(?:[eE]([-+]?\d+))?$/.exec(text);
  const [, sign = "", whole = "", fraction = "", exponent = "0"] = match ?? [];
  if (match === null || whole + fraction === "") return undefined;
  const digits = (whole + fraction).replace(/^0+/, "");
  let length = digits.length;
  while (length > 0 && digits[length - 1] === "0") length--;
  if (length === 0) return "0";
  const scale = BigInt(exponent) - BigInt(fraction.length) + BigInt(digits.length - length);
  return `${sign === "-" ? "-" : ""}${digits.slice(0, length)}e${scale}`;
}

/** A value as one line of JSON, for people. */
export function showValue(value: Value): string {
  if (value.kind === "array") return `[${value.items.map(showValue).join(", ")}]`;
  if (value.kind === "scalar") return value.type === "string" ? JSON.stringify(value.value) : value.source;
  const entries = [...value.entries].map(([key, entry]) => `${JSON.stringify(key)}: ${showValue(entry)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

/** Scalars, and arrays and objects that are empty. */
export function countLeaves(value: Value): number {
  if (value.kind === "scalar") return 1;
  const parts = value.kind === "array" ? value.items : [...value.entries.values()];
  return parts.length === 0 ? 1 : parts.reduce((sum, part) => sum + countLeaves(part), 0);
}
