import { apiVersionOf, type Kind } from "../kinds/index.ts";
import { type KubeObject, matchesLabels, parseFieldSelector, parseSelector, SelectorError } from "../objects/index.ts";
import { badRequest } from "./status.ts";

export type Predicate = (object: KubeObject) => boolean;

/** `labelSelector` and `fieldSelector` of a list or a watch as one predicate; 400 for what cannot be read. */
export function selectorOf(kind: Kind, query: URLSearchParams): Predicate {
  const labels = labelPredicate(query.get("labelSelector") ?? "");
  const fields = fieldPredicate(kind, query);
  return (object) => labels(object) && fields(object);
}

function labelPredicate(text: string): Predicate {
  if (text === "") return () => true;
  const selector = parsed(() => parseSelector(text));
  return (object) => matchesLabels(selector, object.metadata.labels);
}

function fieldPredicate(kind: Kind, query: URLSearchParams): Predicate {
  const tests = parsed(() => parseFieldSelector(query.get("fieldSelector") ?? "")).map(({ field, operator, value }) => {
    const read = fieldReader(kind, field);
    if (!read) throw unknownField(kind, query, field);
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

function unknownField(kind: Kind, query: URLSearchParams, label: string): Error {
  const selectors = `label selector "${query.get("labelSelector") ?? ""}", field selector "${query.get("fieldSelector")}"`;
  const resource = `"${apiVersionOf(kind)}, Resource=${kind.plural}"`;
  return badRequest(`Unable to find ${resource} that match ${selectors}: field label not supported: ${label}`);
}
