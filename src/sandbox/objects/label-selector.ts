import type { JsonObject } from "./object.ts";
import { SelectorError } from "./selector-error.ts";

/** One condition on a label. `exists` and `absent` have no values. */
interface Requirement {
  readonly key: string;
  readonly operator: "in" | "notin" | "exists" | "absent" | "gt" | "lt";
  readonly values: readonly string[];
}

/** All requirements must hold; none of them selects everything. */
export type LabelSelector = readonly Requirement[];

type Labels = Readonly<Record<string, string>>;

const TOKEN = /\s*(==|!=|[=!(),<>]|[^\s=!(),<>]+)/y;
const WORD = /^[^\s=!(),<>]+$/;

/** Parses `app=web,tier in (a, b),!legacy`: equality and set based. Throws `SelectorError`. */
export function parseSelector(text: string): LabelSelector {
  const tokens = tokensOf(text);
  const requirements: Requirement[] = [];
  for (let next = parseRequirement(text, tokens); next !== undefined; next = parseRequirement(text, tokens)) {
    requirements.push(next);
    const comma = tokens.pop();
    if (comma === undefined) break;
    if (comma !== ",") throw unexpected(text, comma, "a comma or the end");
    if (tokens.length === 0) throw unexpected(text, "", "a label key");
  }
  return requirements;
}

/** The selector of a `LabelSelector` object (matchLabels and matchExpressions); undefined selects nothing upstream too. */
export function selectorOf(selector: JsonObject): LabelSelector {
  return [
    ...Object.entries<string>(selector.matchLabels ?? {}).map(([key, value]) => equals(key, value)),
    ...(selector.matchExpressions ?? []).map(requirementOf),
  ];
}

/** The selector of a plain map of labels, as Services have it. */
export function selectorOfLabels(labels: Labels): LabelSelector {
  return Object.entries(labels).map(([key, value]) => equals(key, value));
}

/** Whether the labels meet every requirement. */
export function matchesLabels(selector: LabelSelector, labels: Labels = {}): boolean {
  return selector.every((requirement) => meets(requirement, labels));
}

/** A selector as kubectl prints it: sorted by key, `<none>` when empty. */
export function formatSelector(selector: LabelSelector): string {
  if (selector.length === 0) return "<none>";
  return selector
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(formatRequirement)
    .join(",");
}

/** The last token first: taken from the end, a long selector costs no more a token than a short one. */
function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  const pattern = new RegExp(TOKEN);
  for (let match = pattern.exec(text); match?.[1] !== undefined; match = pattern.exec(text)) tokens.push(match[1]);
  return tokens.reverse();
}

function parseRequirement(text: string, tokens: string[]): Requirement | undefined {
  const first = tokens.pop();
  if (first === undefined) return undefined;
  if (first === "!") return { key: word(text, tokens.pop()), operator: "absent", values: [] };
  const key = word(text, first);
  const operator = tokens.at(-1);
  if (operator === undefined || operator === ",") return { key, operator: "exists", values: [] };
  tokens.pop();
  switch (operator) {
    case "=":
    case "==":
      return equals(key, value(tokens));
    case "!=":
      return { key, operator: "notin", values: [value(tokens)] };
    case "in":
    case "notin":
      return { key, operator, values: valueList(text, tokens) };
    case ">":
    case "<":
      return { key, operator: operator === ">" ? "gt" : "lt", values: [wholeNumber(text, tokens.pop())] };
    default:
      throw unexpected(text, operator, "in, notin, =, ==, !=, gt, lt");
  }
}

function equals(key: string, expected: string): Requirement {
  return { key, operator: "in", values: [expected] };
}

function word(text: string, token: string | undefined): string {
  if (token === undefined || !WORD.test(token)) throw unexpected(text, token ?? "", "a label key");
  return token;
}

/** `app=` and `app=,x` ask for the empty value. */
function value(tokens: string[]): string {
  return WORD.test(tokens.at(-1) ?? "") ? (tokens.pop() ?? "") : "";
}

function valueList(text: string, tokens: string[]): string[] {
  const open = tokens.pop();
  if (open !== "(") throw unexpected(text, open ?? "", "'('");
  const values: string[] = [];
  for (;;) {
    values.push(value(tokens));
    const end = tokens.pop();
    if (end === ")") return values.toSorted();
    if (end !== ",") throw unexpected(text, end ?? "", "',' or ')'");
  }
}

function wholeNumber(text: string, token: string | undefined): string {
  if (token === undefined || !/^-?\d+$/.test(token)) throw unexpected(text, token ?? "", "an integer");
  return token;
}

function unexpected(text: string, found: string, expected: string): SelectorError {
  return new SelectorError(`unable to parse requirement: found '${found}', expected: ${expected} in "${text}"`);
}

const OPERATORS: Readonly<Record<string, Requirement["operator"]>> = {
  In: "in",
  NotIn: "notin",
  Exists: "exists",
  DoesNotExist: "absent",
};

function requirementOf(expression: JsonObject): Requirement {
  const operator = OPERATORS[expression.operator];
  if (operator === undefined)
    throw new SelectorError(`"${expression.operator}" is not a valid label selector operator`);
  return { key: expression.key, operator, values: expression.values ?? [] };
}

function meets({ key, operator, values }: Requirement, labels: Labels): boolean {
  const found = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case "in":
      return found !== undefined && values.includes(found);
    case "notin":
      return found === undefined || !values.includes(found);
    case "exists":
      return found !== undefined;
    case "absent":
      return found === undefined;
    case "gt":
      return found !== undefined && Number(found) > Number(values[0]);
    case "lt":
      return found !== undefined && Number(found) < Number(values[0]);
  }
}

function formatRequirement({ key, operator, values }: Requirement): string {
  switch (operator) {
    case "in":
      return values.length === 1 ? `${key}=${values[0]}` : `${key} in (${values.toSorted().join(",")})`;
    case "notin":
      return values.length === 1 ? `${key}!=${values[0]}` : `${key} notin (${values.toSorted().join(",")})`;
    case "exists":
      return key;
    case "absent":
      return `!${key}`;
    case "gt":
      return `${key}>${values[0]}`;
    case "lt":
      return `${key}<${values[0]}`;
  }
}
