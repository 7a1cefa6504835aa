import type { DiffLine, Elision, ExpectedValue, PatternPart, VariableLookup } from "../expectation.ts";
import { isFreeText } from "../fault.ts";
import { unsetNote } from "../notes.ts";
import { patternOf, type Segment } from "../pattern.ts";
import { canonicalNumber, type Value } from "./document.ts";
import { assignItems, placeInOrder } from "./items.ts";
import { rowFor } from "./value-rows.ts";

/** How an expected document is held against a found one. */
export interface SubsetOptions {
  readonly unordered: boolean;
  readonly lookup: VariableLookup;
}

/**
 * Whether a found value has all that is expected of it. Objects may have more keys. Arrays have the expected
 * elements and no others, in order or, `unordered`, in any; where a `...` stands there may be others. Numbers are
 * equal by value, texts letter for letter. Each expected value meets each found one of its own depth at most once.
 */
export function isSubset(expected: ExpectedValue, found: Value, options: SubsetOptions): boolean {
  switch (expected.kind) {
    case "scalar":
      return found.kind === "scalar" && found.type === expected.type && found.value === expected.value;
    case "pattern":
      return found.kind === "scalar" && matchesText(expected, found, options.lookup);
    case "object":
      return (
        found.kind === "object" &&
        expected.entries.every(([key, value]) => {
          const entry = found.entries.get(key);
          return entry !== undefined && isSubset(value, entry, options);
        })
      );
    case "array":
      return found.kind === "array" && placesOf(expected.items, found.items, options).isWhole;
  }
}

/** The rows for all that differs, in the order of the page. Empty when nothing does. */
export function differences(expected: ExpectedValue, found: Value, options: SubsetOptions, path = "$"): DiffLine[] {
  if (isSubset(expected, found, options)) return [];
  if (expected.kind === "object" && found.kind === "object") {
    return expected.entries.flatMap(([key, value]) => {
      const entry = found.entries.get(key);
      const inner = path + stepTo(key);
      return entry === undefined ? [rowFor(inner, value, undefined)] : differences(value, entry, options, inner);
    });
  }
  if (expected.kind === "array" && found.kind === "array") return itemRows(expected, found.items, options, path);
  return [rowFor(path, expected, found, noteFor(expected, found, options.lookup))];
}

function placesOf(items: readonly (ExpectedValue | Elision)[], found: readonly Value[], options: SubsetOptions) {
  const fits = (item: ExpectedValue, value: Value): boolean => isSubset(item, value, options);
  return options.unordered ? assignItems(items, found, fits) : placeInOrder(items, found, fits);
}

function itemRows(
  expected: ExpectedValue & { readonly kind: "array" },
  found: readonly Value[],
  options: SubsetOptions,
  path: string,
): DiffLine[] {
  const hasElision = expected.items.some((item) => item.kind === "elision");
  const count: DiffLine = {
    kind: "value",
    path: `${path}.length`,
    expected: String(expected.items.length),
    found: String(found.length),
    place: expected.place,
  };
  const lengthRow = !hasElision && expected.items.length !== found.length ? [count] : [];
  if (!options.unordered && !hasElision) {
    const rows = expected.items.flatMap((item, index) => {
      const value = found[index];
      if (item.kind === "elision") return [];
      const inner = `${path}[${index}]`;
      return value === undefined ? [rowFor(inner, item, undefined)] : differences(item, value, options, inner);
    });
    return [...lengthRow, ...rows];
  }
  const { missing } = placesOf(expected.items, found, options);
  const rows = missing.map((item) => rowFor(`${path}[*]`, item, undefined, "no element is so"));
  if (missing.length > 0 || lengthRow.length > 0) return [...lengthRow, ...rows];
  return [rowFor(path, expected, { kind: "array", items: found, start: 0, end: 0 }, "other elements stand between")];
}

/** Texts as wholes; a text that is one placeholder or one variable alone stands for a number or a boolean, too. */
function matchesText(
  expected: ExpectedValue & { readonly kind: "pattern" },
  found: Value & { readonly kind: "scalar" },
  lookup: VariableLookup,
): boolean {
  const { parts } = expected;
  if (parts.some((part) => part.kind === "variable" && lookup(part.name) === undefined)) return false;
  if (found.type === "string") return isFreeText(expected) || patternOf(segmentsOf(parts, lookup)).matches(found.value);
  const [part] = parts;
  if (parts.length !== 1 || part === undefined || found.type === "null") return false;
  if (part.kind === "variable" && found.type === "number") {
    return canonicalNumber(lookup(part.name) ?? "") === found.value;
  }
  return patternOf(segmentsOf(parts, lookup)).matches(found.source);
}

function segmentsOf(parts: readonly PatternPart[], lookup: VariableLookup): Segment[] {
  return parts.map((part) => (part.kind === "variable" ? { kind: "text", text: lookup(part.name) ?? "" } : part));
}

function noteFor(expected: ExpectedValue, found: Value, lookup: VariableLookup): string | undefined {
  if (expected.kind === "pattern") {
    const variables = expected.parts.flatMap((part) => (part.kind === "variable" ? [part.name] : []));
    const unset = variables.filter((name) => lookup(name) === undefined);
    if (unset.length > 0) return unsetNote(unset);
    const values = [...new Set(variables)].map((name) => `\`$${name}\` is \`${lookup(name)}\``);
    return values.length === 0 ? undefined : values.join("; ");
  }
  const isOtherType = expected.kind === "scalar" && found.kind === "scalar" && expected.type !== found.type;
  return isOtherType ? `a ${found.type} where a ${expected.type} is expected` : undefined;
}

function stepTo(key: string): string {
  return /^[A-Za-z_][\w-]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}
