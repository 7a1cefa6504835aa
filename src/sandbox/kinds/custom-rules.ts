import { deepEqual, type Json, type KubeObject } from "../objects/index.ts";
import { canEvaluate, celValue, evaluateRule, evaluateText } from "./cel.ts";
import { isObject } from "./check-schema.ts";
import type { CelRule, CustomSchema } from "./custom-schema.ts";
import type { FieldError } from "./kind.ts";

/** The rules in CEL that stand in a schema. */
export interface CustomRules {
  readonly hasRules: boolean;
  /** What they say of an object whose schema holds; rules about a change need the object from before. */
  errors(object: KubeObject, old: KubeObject | undefined): readonly FieldError[];
}

interface Found {
  readonly value: Json;
  readonly old: Json | undefined;
  readonly path: string;
}

export function customRules(schema: CustomSchema): CustomRules {
  const hasRules = rulesIn(schema).length > 0;
  return {
    hasRules,
    errors: (object, old) =>
      hasRules
        ? visit(schema, { value: object as unknown as Json, old: old as unknown as Json | undefined, path: "" })
        : [],
  };
}

/** The rules of a schema that cannot be evaluated here, so that they never refuse anything. */
export function unreadRules(schema: CustomSchema): readonly string[] {
  return rulesIn(schema)
    .map(({ rule }) => rule)
    .filter((rule) => !canEvaluate(rule));
}

function rulesIn(schema: CustomSchema): CelRule[] {
  const below: readonly (CustomSchema | boolean | undefined)[] = [
    ...Object.values(schema.properties ?? {}),
    schema.items,
    schema.additionalProperties,
  ];
  const own = schema["x-kubernetes-validations"] ?? [];
  return [...own, ...below.flatMap((one) => (typeof one === "object" ? rulesIn(one) : []))];
}

function visit(schema: CustomSchema, found: Found): FieldError[] {
  const { value, old } = found;
  if (value === null || value === undefined) return [];
  // What has not changed since it was accepted is not refused now.
  if (old !== undefined && deepEqual(value, old)) return [];
  const own = (schema["x-kubernetes-validations"] ?? []).flatMap((rule) => ruleErrors(rule, schema, found));
  return [...own, ...belowOf(schema, found).flatMap(([child, part]) => visit(child, part))];
}

function belowOf(schema: CustomSchema, { value, old, path }: Found): [CustomSchema, Found][] {
  if (Array.isArray(value)) {
    const { items } = schema;
    if (items === undefined) return [];
    return value.map((item, index) => [
      items,
      { value: item, old: itemBefore(schema, item, old), path: `${path}[${index}]` },
    ]);
  }
  if (!isObject(value)) return [];
  const before = isObject(old) ? (old as Record<string, Json>) : {};
  return Object.entries(value as Record<string, Json>).flatMap(([key, item]): [CustomSchema, Found][] => {
    const { properties = {}, additionalProperties } = schema;
    const child = Object.hasOwn(properties, key) ? properties[key] : additionalProperties;
    if (typeof child !== "object") return [];
    return [[child, { value: item, old: before[key], path: path === "" ? key : `${path}.${key}` }]];
  });
}

/** Only items of a list with keys can be told again. */
function itemBefore(schema: CustomSchema, item: Json, old: Json | undefined): Json | undefined {
  const keys = schema["x-kubernetes-list-map-keys"];
  if (!keys || !Array.isArray(old) || !isObject(item)) return undefined;
  return old.find((other) => isObject(other) && keys.every((key) => deepEqual(other[key], item[key])));
}

function ruleErrors(rule: CelRule, schema: CustomSchema, { value, old, path }: Found): FieldError[] {
  const isAboutChange = /\boldSelf\b/.test(rule.rule);
  if (isAboutChange && old === undefined && rule.optionalOldSelf !== true) return [];
  const isDouble = schema.type === "number";
  const self = celValue(value, isDouble);
  const oldSelf = celValue(old, isDouble);
  const verdict = evaluateRule(rule.rule, self, oldSelf);
  if (verdict === "holds" || verdict === "unread") return [];
  const text = typeof verdict === "object" ? `rule evaluation error: ${verdict.error}` : messageOf(rule, self, oldSelf);
  return [ruleError(rule, `${path}${rule.fieldPath ?? ""}`.replace(/^\./, ""), schema.type ?? "object", text)];
}

function messageOf(rule: CelRule, self: unknown, oldSelf: unknown): string {
  const made = rule.messageExpression ? evaluateText(rule.messageExpression, self, oldSelf) : undefined;
  return made?.trim() || rule.message || `failed rule: ${rule.rule.trim()}`;
}

function ruleError({ reason }: CelRule, field: string, type: string, text: string): FieldError {
  switch (reason) {
    case "FieldValueRequired":
      return { type: reason, field, message: `Required value: ${text}` };
    case "FieldValueForbidden":
      return { type: reason, field, message: `Forbidden: ${text}` };
    case "FieldValueDuplicate":
      return { type: reason, field, message: `Duplicate value: ${JSON.stringify(type)}` };
    default:
      return { type: "FieldValueInvalid", field, message: `Invalid value: ${JSON.stringify(type)}: ${text}` };
  }
}
