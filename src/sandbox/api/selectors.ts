import type { Kind } from "../kinds/index.ts";
import { type KubeObject, matchesLabels, parseFieldSelector, parseSelector, SelectorError } from "../objects/index.ts";
import { badRequest } from "./status.ts";

export type Predicate = (object: KubeObject) => boolean;

/** `labelSelector` and `fieldSelector` of a list or a watch as one predicate; 400 for what cannot be read. */
export function selectorOf(kind: Kind, query: URLSearchParams): Predicate {
  const labels = labelPredicate(query.get("labelSelector") ?? "");
  const fields = fieldPredicate(kind, query.get("fieldSelector") ?? "");
  return (object) => labels(object) && fields(object);
}

function labelPredicate(text: string): Predicate {
  if (text === "") return () => true;
  const selector = parsed(() => parseSelector(text));
  return (object) => matchesLabels(selector, object.metadata.labels);
}

function fieldPredicate(kind: Kind, text: string): Predicate {
  const tests = parsed(() => parseFieldSelector(text)).map(({ field, operator, value }) => {
    const read = fieldReader(kind, field);
    if (!read) throw badRequest(`field label not supported: ${field}`);
    return (object: KubeObject): boolean => (read(object) === value) === (operator === "=");
  });
  return (object) => tests.every((test) => test(object));
}

function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw error instanceof SelectorError ? badRequest(error.message) : error;
  }
}

function fieldReader(kind: Kind, label: string): ((object: KubeObject) => string) | undefined {
  if (label === "metadata.name") return (object) => object.metadata.name;
  if (label === "metadata.namespace" && kind.namespaced) return (object) => object.metadata.namespace ?? "";
  const own = kind.strategy.fieldLabels;
  return own && Object.hasOwn(own, label) ? own[label] : undefined;
}
