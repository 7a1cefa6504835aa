import { isIP } from "node:net";
import type { Json } from "../objects/index.ts";

/** What became of a rule: it holds or not, reading it failed, or it uses what this reader does not know. */
export type CelVerdict = "holds" | "fails" | "unread" | { readonly error: string };

type Program = (variables: Record<string, unknown>) => unknown;

interface Engine {
  parse(rule: string): Program & { check(): { readonly valid: boolean } };
}

let engine: Engine | undefined;
const programs = new Map<string, Program | undefined>();

/** Loads what rules are read with; before that no rule can be evaluated. */
export async function loadCel(): Promise<void> {
  if (engine !== undefined) return;
  const { Environment } = await import("./cel-engine.ts");
  const environment = new Environment({
    unlistedVariablesAreDyn: true,
    homogeneousAggregateLiterals: false,
    enableOptionalTypes: true,
  });
  environment.registerVariable("self", "dyn").registerVariable("oldSelf", "dyn");
  environment.registerType("kubernetes.URL", CelUrl);
  for (const [signature, handler] of Object.entries(FUNCTIONS)) environment.registerFunction(signature, handler);
  engine = environment as unknown as Engine;
}

/** Whether a rule can be evaluated. */
export function canEvaluate(rule: string): boolean {
  return programOf(rule) !== undefined;
}

/** Evaluates a rule, or the expression of a message. */
export function evaluateRule(rule: string, self: unknown, oldSelf: unknown): CelVerdict {
  const result = evaluate(rule, self, oldSelf);
  if (result === undefined) return "unread";
  if ("error" in result) return result;
  return result.value === true ? "holds" : "fails";
}

/** The text that an expression makes; undefined when it makes none. */
export function evaluateText(expression: string, self: unknown, oldSelf: unknown): string | undefined {
  const result = evaluate(expression, self, oldSelf);
  return result !== undefined && "value" in result && typeof result.value === "string" ? result.value : undefined;
}

function evaluate(
  rule: string,
  self: unknown,
  oldSelf: unknown,
): { readonly value: unknown } | { readonly error: string } | undefined {
  const program = programOf(rule);
  if (program === undefined) return undefined;
  try {
    return { value: program({ self, oldSelf }) };
  } catch (error) {
    const [message = ""] = String(error instanceof Error ? error.message : error).split("\n");
    // A field that is not there is the object's fault; a function that is not there is ours.
    return /overload|unknown|not supported/i.test(message) ? undefined : { error: message };
  }
}

function programOf(rule: string): Program | undefined {
  if (engine === undefined) return undefined;
  if (!programs.has(rule)) programs.set(rule, compile(engine, rule));
  return programs.get(rule);
}

/** The library's `has` takes no index on the way: `has(self[0].matches)`. */
const HAS_BEHIND_INDEX = /\bhas\(([\w.]+\[\d+\])\.(\w+)\)/g;

function compile(reader: Engine, rule: string): Program | undefined {
  try {
    const program = reader.parse(rule.replaceAll(HAS_BEHIND_INDEX, '("$2" in $1)'));
    return program.check().valid ? program : undefined;
  } catch {
    return undefined;
  }
}

class CelUrl {
  readonly url: URL;
  constructor(url: URL) {
    this.url = url;
  }
}

function urlOf(text: string): URL {
  if (text.startsWith("/")) return new URL(`path:${text}`);
  return new URL(text);
}

/** Kubernetes' additions to CEL, as far as they are used in the wild. */
const FUNCTIONS: Readonly<Record<string, (...parts: never[]) => unknown>> = {
  "isIP(dyn): bool": (text: unknown) => typeof text === "string" && isIP(text) !== 0,
  "isURL(string): bool": (text: string) => text.startsWith("/") || URL.canParse(text),
  "kubernetes.URL.getHost(): string": ({ url }: CelUrl) => url.host,
  "kubernetes.URL.getHostname(): string": ({ url }: CelUrl) => url.hostname,
  "kubernetes.URL.getPort(): string": ({ url }: CelUrl) => url.port,
  "kubernetes.URL.getEscapedPath(): string": ({ url }: CelUrl) => url.pathname,
  "kubernetes.URL.getScheme(): string": ({ url }: CelUrl) =>
    url.protocol === "path:" ? "" : url.protocol.slice(0, -1),
  "url(string): kubernetes.URL": (text: string) => new CelUrl(urlOf(text)),
};

/** Words that CEL keeps for itself: a field of that name is written with underscores around it. */
const RESERVED = new Set(
  "as break const continue else false for function if import in let loop namespace null package return true var void while".split(
    " ",
  ),
);

/** A JSON value as CEL sees it: whole numbers are integers. */
export function celValue(value: Json | undefined, isDouble = false): unknown {
  if (typeof value === "number") return !isDouble && Number.isInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map((item) => celValue(item));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [celName(key), celValue(item)]));
}

function celName(key: string): string {
  return RESERVED.has(key) ? `__${key}__` : key;
}
