import { type Code, LEVELS, type Level, MESSAGES, textOf } from "./catalogue.ts";
import { annotationsOf, type Finding, fullName, type Resource } from "./world.ts";

const SUPPRESSED = "galley.istio.io/analyze-suppress";

/** A finding, ready to be told. */
export interface Message {
  readonly code: Code;
  readonly level: Level;
  /** `Kind namespace/name`. */
  readonly origin: string;
  /** `file:line`; undefined for an object of the cluster. */
  readonly reference: string | undefined;
  readonly text: string;
}

/** A code that is not to be told of resources: their `Kind namespace/name`, where `*` stands for anything. */
export interface Suppression {
  readonly code: string;
  readonly resource: string;
}

/** The messages of findings: those of a namespace, or of all where it is empty, sorted, each once. */
export function messagesOf(
  findings: Iterable<Finding>,
  namespace: string,
  suppressions: readonly Suppression[],
): readonly Message[] {
  const kept = [...findings].filter((one) => isTold(one, namespace, suppressions));
  const messages = kept.map((one) => ({ key: sortKey(one.resource), message: messageOf(one) }));
  messages.sort(
    (a, b) =>
      LEVELS.indexOf(a.message.level) - LEVELS.indexOf(b.message.level) ||
      compared(a.message.code, b.message.code) ||
      compared(a.key, b.key) ||
      compared(lineOf(a.message), lineOf(b.message)),
  );
  const lines = new Set<string>();
  return messages
    .map(({ message }) => message)
    .filter((message) => {
      const line = lineOf(message);
      return !lines.has(line) && lines.add(line);
    });
}

/** Messages in the order that they are told in: by level, code, and where they belong. */
export function sorted(messages: readonly Message[]): readonly Message[] {
  return messages.toSorted(
    (a, b) =>
      LEVELS.indexOf(a.level) - LEVELS.indexOf(b.level) || compared(a.code, b.code) || compared(lineOf(a), lineOf(b)),
  );
}

/** A message as a line: `Level [CODE] (Kind namespace/name file:line) text`. */
export function lineOf({ code, level, origin, reference, text }: Message, colour = { before: "", after: "" }): string {
  const where = reference === undefined ? origin : `${origin} ${reference}`;
  return `${colour.before}${level}${colour.after} [${code}] (${where}) ${text}`;
}

/** Whether a level is as bad as another one, or worse. */
export function isAsBad(level: Level, threshold: Level): boolean {
  return LEVELS.indexOf(level) <= LEVELS.indexOf(threshold);
}

function messageOf({ code, field, parameters, resource }: Finding): Message {
  const { kind, place } = resource;
  const line = place === undefined ? undefined : ((field && place.lineOf(field)) ?? place.line);
  return {
    code,
    level: MESSAGES[code].level,
    origin: `${kind} ${fullName(resource)}`,
    reference: place && `${place.file}:${line}`,
    text: textOf(code, parameters),
  };
}

function isTold({ code, resource }: Finding, namespace: string, suppressions: readonly Suppression[]): boolean {
  if (namespace !== "" && resource.namespace !== "" && resource.namespace !== namespace) return false;
  // A Namespace is its own namespace to upstream's filter.
  if (namespace !== "" && resource.kind === "Namespace" && resource.name !== namespace) return false;
  const annotated = (annotationsOf(resource)[SUPPRESSED] ?? "").split(",");
  if (annotated.includes("*") || annotated.includes(code)) return false;
  const origin = `${resource.kind} ${fullName(resource)}`;
  return !suppressions.some((one) => one.code === code && isGlobOf(one.resource, origin));
}

function isGlobOf(glob: string, text: string): boolean {
  const parts = glob.split("*").map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s").test(text);
}

function sortKey({ kind, name, namespace }: Resource): string {
  return `${kind}/${name}/${namespace}`;
}

function compared(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
