import { type Document, isAlias, isMap, isScalar, isSeq, type Node, parseAllDocuments, type Scalar } from "yaml";
import { canonicalNumber, DocumentError, MAX_DEPTH, type Value } from "./document.ts";

/** Values that aliases may stand for in all: more is an attack, or a mistake. */
const MAX_ALIASED = 10_000;

/** Read one YAML document (1.2, core schema). Throws a DocumentError, for a key that is given twice, too. */
export function readYaml(text: string): Value {
  const documents = parse(text);
  for (const document of documents) {
    const [error] = document.errors;
    if (error !== undefined) throw new DocumentError(faultOf(error), error.pos[0]);
  }
  const [first, second] = documents;
  if (first?.contents == null) throw new DocumentError("nothing, expected a document", 0);
  if (second !== undefined)
    throw new DocumentError(`${documents.length} documents, expected one`, second.range?.[0] ?? 0);
  return new YamlReader(first).value(first.contents, 0);
}

function parse(text: string): readonly Document.Parsed[] {
  const documents = parseAllDocuments(text, { uniqueKeys: true, prettyErrors: false, logLevel: "silent" });
  return Array.isArray(documents) ? documents : [];
}

function faultOf({ code, message }: { readonly code: string; readonly message: string }): string {
  if (code === "DUPLICATE_KEY") return "a key a second time, expected each once";
  // The parser is recursive: a text that nests without end exhausts its stack, which it reports as any other error.
  if (message.startsWith("Maximum call stack")) return `values nested deeper than ${MAX_DEPTH}`;
  return `what is no YAML: ${message.split("\n")[0]}`;
}

class YamlReader {
  readonly #document: Document;
  #aliased = 0;
  #aliasDepth = 0;

  constructor(document: Document) {
    this.#document = document;
  }

  value(node: Node | null, depth: number): Value {
    const start = node?.range?.[0] ?? 0;
    const end = node?.range?.[1] ?? start;
    if (depth > MAX_DEPTH) throw new DocumentError(`values nested deeper than ${MAX_DEPTH}`, start);
    if (this.#aliasDepth > 0 && ++this.#aliased > MAX_ALIASED) throw new DocumentError("aliases for too much", start);
    if (node === null) return { kind: "scalar", type: "null", value: "null", source: "null", start, end };
    if (isAlias(node)) return this.#alias(node, depth);
    if (isSeq(node)) {
      return { kind: "array", items: node.items.map((item) => this.value(item as Node, depth + 1)), start, end };
    }
    if (isMap(node)) return { kind: "object", entries: this.#entries(node.items, depth), start, end };
    if (isScalar(node)) return { kind: "scalar", ...scalarOf(node), start, end };
    throw new DocumentError("a value that cannot be read", start);
  }

  #alias(node: Node, depth: number): Value {
    const target = isAlias(node) ? node.resolve(this.#document) : undefined;
    const start = node.range?.[0] ?? 0;
    if (target === undefined) throw new DocumentError("an alias that names nothing", start);
    this.#aliasDepth++;
    const value = this.value(target, depth + 1);
    this.#aliasDepth--;
    return { ...value, start, end: node.range?.[1] ?? start };
  }

  #entries(pairs: readonly { readonly key: unknown; readonly value: unknown }[], depth: number): Map<string, Value> {
    const entries = new Map<string, Value>();
    for (const pair of pairs) {
      const key = this.value(pair.key as Node | null, depth + 1);
      if (key.kind !== "scalar") throw new DocumentError("a key that is no scalar", key.start);
      const name = key.type === "string" ? key.value : key.source;
      if (entries.has(name)) throw new DocumentError(`the key \`${name}\` a second time, expected it once`, key.start);
      entries.set(name, this.value((pair.value ?? null) as Node | null, depth + 1));
    }
    return entries;
  }
}

function scalarOf(node: Scalar): Omit<Value & { readonly kind: "scalar" }, "kind" | "start" | "end"> {
  const { value } = node;
  const source = node.source ?? String(value);
  if (value === null) return { type: "null", value: "null", source: "null" };
  if (typeof value === "boolean") return { type: "boolean", value: String(value), source: String(value) };
  if (typeof value === "string") return { type: "string", value, source: JSON.stringify(value) };
  return { type: "number", value: canonicalNumber(source) ?? canonicalNumber(String(value)) ?? String(value), source };
}
