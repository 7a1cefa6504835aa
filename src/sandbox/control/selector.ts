import type { JsonObject } from "../objects/index.ts";

/** Whether labels satisfy a `LabelSelector` (matchLabels and matchExpressions). An empty selector matches everything. */
export function selects(selector: JsonObject | undefined, labels: Readonly<Record<string, string>> = {}): boolean {
  if (selector === undefined) return false;
  return (
    hasLabels(selector.matchLabels ?? {}, labels) &&
    (selector.matchExpressions ?? []).every((expression: JsonObject) => meets(expression, labels))
  );
}

/** Whether every wanted label is there with the wanted value. */
export function hasLabels(
  wanted: Readonly<Record<string, string>>,
  labels: Readonly<Record<string, string>> = {},
): boolean {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

function meets(expression: JsonObject, labels: Readonly<Record<string, string>>): boolean {
  const found = labels[expression.key];
  const values: readonly string[] = expression.values ?? [];
  switch (expression.operator) {
    case "In":
      return found !== undefined && values.includes(found);
    case "NotIn":
      return found === undefined || !values.includes(found);
    case "Exists":
      return found !== undefined;
    case "DoesNotExist":
      return found === undefined;
    default:
      return false;
  }
}
