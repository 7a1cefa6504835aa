import validRange from "semver/ranges/valid.js";
import { isMap, isScalar, isSeq, type Node, type Pair } from "yaml";
import type { Place } from "../diagnostics/index.ts";
import type { Findings } from "./findings.ts";
import { isTarget, KEYS } from "./key-table.ts";
import type { FrontMatter, ToolRequirement, Variable } from "./lesson.ts";
import type { Range } from "./source.ts";

export type FrontDraft = { -readonly [K in keyof FrontMatter]: FrontMatter[K] };

interface FieldContext {
  readonly name: string;
  readonly findings: Findings;
  readonly placeOf: (node: unknown) => Range;
  readonly wrong: (node: unknown, expected: string, hint?: string) => void;
}

type Field = (value: unknown, draft: FrontDraft, context: FieldContext) => void;

/** Every key of the front matter. */
export const FIELDS: Readonly<Record<string, Field>> = {
  defaults: readDefaults,
  minutes: readMinutes,
  requires: readRequires,
  summary: readText("summary"),
  targets: readTargetList,
  title: readText("title"),
  tools: readTools,
  vars: readVars,
};

/** Keys that may stand under `defaults`: those that say how a block runs, not what it is. */
export const DEFAULTS = ["timeout", "within", "every", "times", "stream", "target", "os"];

function scalarText(node: unknown): string | undefined {
  if (!isScalar(node)) return undefined;
  const { value, source } = node;
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? (source ?? String(value)) : undefined;
}

function pairsOf(
  node: unknown,
): readonly { readonly name: string; readonly key: Node; readonly value: unknown }[] | undefined {
  if (!isMap(node)) return undefined;
  return node.items.map((pair: Pair) => ({
    name: scalarText(pair.key) ?? "",
    key: pair.key as Node,
    value: pair.value,
  }));
}

function readText(field: "title" | "summary"): Field {
  return (value, draft, { wrong }) => {
    const text = scalarText(value)?.trim();
    if (text === undefined || text === "") wrong(value, "a text");
    else draft[field] = text;
  };
}

function readMinutes(value: unknown, draft: FrontDraft, { wrong }: FieldContext): void {
  const minutes = isScalar(value) ? value.value : undefined;
  if (typeof minutes !== "number" || !(minutes > 0)) wrong(value, "a number above 0");
  else draft.minutes = minutes;
}

function readRequires(value: unknown, draft: FrontDraft, context: FieldContext): void {
  if (!isSeq(value)) {
    context.wrong(value, "a list of lesson ids", "for example `[lesson-01]`");
    return;
  }
  draft.requires = value.items.flatMap((item) => {
    const id = scalarText(item)?.trim();
    if (id !== undefined && id !== "") return [{ id, place: place(item, context) }];
    context.wrong(item, "a lesson id such as `lesson-01`");
    return [];
  });
}

function readTargetList(value: unknown, draft: FrontDraft, { wrong }: FieldContext): void {
  const items = isSeq(value) ? value.items : [value];
  const names = items.map((item) => {
    const name = scalarText(item);
    if (isTarget(name)) return [name];
    wrong(item, "`sandbox`, `live` or `none`");
    return [];
  });
  // An empty list would mean the opposite of what it says.
  if (items.length === 0) wrong(value, "at least one of `sandbox`, `live` and `none`", "without the key it is all");
  draft.targets = names.flat();
}

function readTools(value: unknown, draft: FrontDraft, context: FieldContext): void {
  const pairs = pairsOf(value);
  if (pairs === undefined) {
    context.wrong(value, "tools and their versions", 'for example `kubectl: ">=1.30"`');
    return;
  }
  draft.tools = pairs.map(({ name, key, value: wanted }): ToolRequirement => {
    const byTarget = pairsOf(wanted) ?? [{ name: "all", key, value: wanted }];
    const ranges: Partial<Record<string, string>> = {};
    for (const { name: target, key: targetKey, value: range } of byTarget) {
      const text = scalarText(range);
      if (target !== "all" && !isTarget(target)) context.wrong(targetKey, "`sandbox`, `live`, `none` or `all`");
      else if (text === undefined || validRange(text) === null) {
        context.wrong(range ?? targetKey, `a version range for \`${name}\``, 'for example `">=1.30"`');
      } else ranges[target] = text;
    }
    return { name, ranges, place: place(key, context) };
  });
}

function readVars(value: unknown, draft: FrontDraft, context: FieldContext): void {
  const pairs = pairsOf(value);
  if (pairs === undefined) {
    context.wrong(value, "names and values", "for example `CLUSTER: learn-istio`");
    return;
  }
  draft.vars = pairs.flatMap(({ name, key, value: given }): Variable[] => {
    if (!/^[A-Za-z_]\w*$/.test(name)) {
      context.wrong(key, "a shell variable's name", "letters, digits and `_`");
      return [];
    }
    const text = scalarText(given);
    if (text !== undefined) return [{ name, kind: "value", value: text, place: place(key, context) }];
    const [only, ...others] = pairsOf(given) ?? [];
    const command = only?.name === "command" && others.length === 0 ? scalarText(only.value)?.trim() : undefined;
    if (command) return [{ name, kind: "command", command, place: place(key, context) }];
    context.wrong(given ?? key, `a text or \`{command: …}\` for \`${name}\``);
    return [];
  });
}

function readDefaults(value: unknown, draft: FrontDraft, context: FieldContext): void {
  const pairs = pairsOf(value);
  if (pairs === undefined) {
    context.wrong(value, "keys and values", "for example `timeout: 2m`");
    return;
  }
  const defaults: Record<string, string> = {};
  for (const { name, key, value: given } of pairs) {
    const text = scalarText(given);
    const row = DEFAULTS.includes(name) ? KEYS[name] : undefined;
    if (row === undefined) {
      const names = DEFAULTS.map((known) => `\`${known}\``).join(", ");
      context.wrong(key, `one of ${names} instead of \`${name}\``);
    } else if (text === undefined || !row.set({}, text)) {
      context.wrong(given ?? key, `${row.expected} for \`${name}\``);
    } else defaults[name] = text;
  }
  draft.defaults = defaults;
}

function place(node: unknown, { findings, placeOf }: FieldContext): Place {
  return findings.placeOf(placeOf(node));
}
