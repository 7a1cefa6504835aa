/** YAML, in a module of its own: it is loaded when it is needed. */
import { isScalar, parseDocument, visit, type YAMLMap } from "yaml";

/**
 * How deep YAML may be nested. The package reads it by recursion; where that ends the stack while a regular expression is being
 * compiled, V8 ends the process instead of throwing.
 */
const MAX_FLOW_DEPTH = 200;
/** What a line begins with says how deep it can stand: a blank or an indicator at least for each level. */
const TOO_DEEP = /^[ \t?:-]{400}/m;

/** One document's value. Throws for what is no YAML, for several documents, and for a key that stands twice in a mapping. */
export function parse(text: string): unknown {
  if (TOO_DEEP.test(text) || flowDepth(text) > MAX_FLOW_DEPTH) throw new Error("exceeded max depth");
  // The package compares each key with each other one; a set does it in one pass.
  const document = parseDocument(text, { uniqueKeys: false });
  const [error] = document.errors;
  if (error !== undefined) throw error;
  visit(document, { Map: (_, map) => checkKeys(map) });
  return document.toJS();
}

/** The deepest that brackets stand in each other. Those in texts are counted, too: it is a bound, no parser. */
function flowDepth(text: string): number {
  let [depth, deepest] = [0, 0];
  for (const [bracket] of text.matchAll(/[[\]{}]/g)) {
    depth = Math.max(0, depth + (bracket === "[" || bracket === "{" ? 1 : -1));
    deepest = Math.max(deepest, depth);
  }
  return deepest;
}

function checkKeys(map: YAMLMap): void {
  const seen = new Set<unknown>();
  for (const { key } of map.items) {
    if (!isScalar(key)) continue;
    if (seen.has(key.value)) throw new Error(`key ${JSON.stringify(key.value)} already set in map`);
    seen.add(key.value);
  }
}
