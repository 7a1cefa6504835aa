/** YAML, in a module of its own: it is loaded when it is needed. */
import { isScalar, parseDocument, visit, type YAMLMap } from "yaml";

/** One document's value. Throws for what is no YAML, for several documents, and for a key that stands twice in a mapping. */
export function parse(text: string): unknown {
  // The package compares each key with each other one; a set does it in one pass.
  const document = parseDocument(text, { uniqueKeys: false });
  const [error] = document.errors;
  if (error !== undefined) throw error;
  visit(document, { Map: (_, map) => checkKeys(map) });
  return document.toJS();
}

function checkKeys(map: YAMLMap): void {
  const seen = new Set<unknown>();
  for (const { key } of map.items) {
    if (!isScalar(key)) continue;
    if (seen.has(key.value)) throw new Error(`key ${JSON.stringify(key.value)} already set in map`);
    seen.add(key.value);
  }
}
