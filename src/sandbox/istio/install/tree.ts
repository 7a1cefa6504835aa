import type { Json, JsonObject } from "../../objects/index.ts";

/** `over` laid on `under`, as Helm lays values on values: objects merge, everything else is replaced, null deletes. */
export function overlay(under: JsonObject, over: JsonObject): JsonObject {
  const result: JsonObject = { ...under };
  for (const [key, value] of Object.entries(over)) {
    if (value === null) delete result[key];
    else result[key] = isTree(value) && isTree(result[key]) ? overlay(result[key], value) : value;
  }
  return result;
}

/** Whether a value is an object with fields. */
export function isTree(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

type Step = string | number;

/** `a.b[0].c` as steps; `\.` is a dot inside of a name. Undefined for a path that cannot be read. */
export function stepsOf(path: string): readonly Step[] | undefined {
  const steps: Step[] = [];
  for (const part of path.split(/(?<!\\)\./)) {
    const [, name = "", indexes = ""] = /^([^[\]]+)((?:\[\d+\])*)$/.exec(part) ?? [];
    if (name === "") return undefined;
    steps.push(name.replaceAll("\\.", "."), ...[...indexes.matchAll(/\d+/g)].map(([index]) => Number(index)));
  }
  return steps;
}

/** A copy of the tree with a value at these steps; what is missing on the way is made. */
export function withValue(tree: unknown, [step, ...rest]: readonly Step[], value: Json): unknown {
  if (step === undefined) return value;
  if (typeof step === "number") {
    const list = Array.isArray(tree) ? [...tree] : [];
    list[step] = withValue(list[step], rest, value);
    return Array.from(list, (item) => item ?? {});
  }
  const fields = isTree(tree) ? tree : {};
  return { ...fields, [step]: withValue(fields[step], rest, value) };
}

/** A value as `--set` takes it: `true`, `false`, `null` and whole numbers are what they look like, a braced list is a list. */
export function setValue(text: string): Json {
  if (text === "true" || text === "false") return text === "true";
  if (text === "null") return null;
  if (/^-?(0|[1-9]\d{0,14})$/.test(text)) return Number(text);
  if (/^\{.*\}$/s.test(text)) return text.slice(1, -1).split(",").filter(Boolean).map(setValue);
  return text;
}
