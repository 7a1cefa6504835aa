import { findDecodeError } from "../../../istio/index.ts";
import { infoOf, kindOf } from "./kinds.ts";
import type { Item, Resource } from "./model.ts";

/** A document of a text, and where it begins. */
export interface Chunk {
  readonly text: string;
  /** The line of its first text, from 1. */
  readonly line: number;
}

export interface ParsedFile {
  readonly resources: readonly Resource[];
  readonly errors: readonly string[];
}

export interface ParseOptions {
  /** For objects that name none; empty leaves them without. */
  readonly namespace: string;
  /** The table of the release's definitions, to read specs by. */
  readonly definitions: string;
}

type Yaml = typeof import("../../yaml.ts");

const STRUCT =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

/** Documents of a text, as Kubernetes' reader cuts them: at lines of `---`. Those of comments alone are left out. */
export function chunksOf(text: string): readonly Chunk[] {
  const chunks: Chunk[] = [];
  let lines: string[] = [];
  let start: number | undefined;
  const end = (): void => {
    if (lines.length > 0) chunks.push({ text: lines.join("\n").trim(), line: start ?? 1 });
    lines = [];
    start = undefined;
  };
  const all = text.replace(/\n$/, "").split("\n");
  for (const [index, line] of all.entries()) {
    if (/^---\s*$/.test(line)) end();
    else {
      if (line !== "") start ??= index + 1;
      lines.push(line);
    }
  }
  end();
  return chunks.filter((one) => one.text.split("\n").some((line) => line.trim() !== "" && !/^\s*#/.test(line)));
}

/** The objects of a file that analyzers look at. What cannot be read is told, and does not hold up the rest. */
export async function parseFile(file: string, text: string, options: ParseOptions): Promise<ParsedFile> {
  const yaml = await import("../../yaml.ts");
  const resources: Resource[] = [];
  const errors: string[] = [];
  for (const [index, chunk] of chunksOf(text).entries()) {
    try {
      resources.push(...(await parseChunk(yaml, file, chunk, options)));
    } catch (error) {
      if (!(error instanceof Unreadable)) throw error;
      errors.push(`error processing ${file}[${index}]: ${error.message}`);
    }
  }
  return { resources, errors };
}

class Unreadable extends Error {}

async function parseChunk(yaml: Yaml, file: string, chunk: Chunk, options: ParseOptions): Promise<readonly Resource[]> {
  const counter = new yaml.LineCounter();
  const document = yaml.parseDocument(chunk.text, { lineCounter: counter, uniqueKeys: false });
  const [fault] = document.errors;
  if (fault !== undefined) {
    const line = (fault.linePos?.[0].line ?? 1).toString();
    throw new Unreadable(`failed converting YAML to JSON: yaml: line ${line}: ${reasonOf(fault.code, fault.message)}`);
  }
  const value: Item = document.toJS();
  if (typeof value !== "object" && value !== undefined) {
    const words = "failed interpreting jsonChunk: couldn't get version/kind; json parse error: json: cannot unmarshal";
    throw new Unreadable(`${words} ${typeof value} into Go value of type ${STRUCT}`);
  }
  const lineAt = (node: unknown): number => counter.linePos((node as { range: [number] }).range[0]).line;
  if (value?.kind === "List") {
    const nodes = (document.get("items") as { items?: readonly unknown[] } | undefined)?.items ?? [];
    const found: Resource[] = [];
    // A line too many, as upstream: the item's own line counts from one, and so does the list's.
    for (const [index, node] of nodes.entries())
      found.push(
        ...(await resourcesOf(
          value.items?.[index],
          file,
          chunk.line + lineAt(node),
          linesOf(yaml, node, lineAt, chunk.line),
          options,
        )),
      );
    return found;
  }
  return resourcesOf(value, file, chunk.line, linesOf(yaml, document.contents, lineAt, chunk.line - 1), options);
}

/** The Go library's words, as far as ours can tell the same. */
function reasonOf(code: string, message: string): string {
  if (code === "TAB_AS_INDENT") return "found character that cannot start any token";
  if (/nested mappings/i.test(message)) return "mapping values are not allowed in this context";
  return code === "MISSING_CHAR" ? "found unexpected end of stream" : "could not find expected ':'";
}

async function resourcesOf(
  object: Item,
  file: string,
  line: number,
  lines: ReadonlyMap<string, number>,
  { definitions, namespace }: ParseOptions,
): Promise<readonly Resource[]> {
  if (!object?.apiVersion && !object?.kind)
    throw new Unreadable("unable to parse resource with no group, version and kind");
  const kind = kindOf(String(object.apiVersion ?? ""), String(object.kind ?? ""));
  if (kind === undefined || infoOf(kind).isRuntime === true) return [];
  const fault = await findDecodeError(object, definitions);
  if (fault !== undefined && !fault.startsWith("unknown field"))
    throw new Unreadable(`failed parsing JSON for built-in type: ${fault}`);
  const own = object.metadata?.namespace || namespace;
  const metadata = { ...object.metadata, namespace: infoOf(kind).isClusterScoped === true ? "" : own };
  return [{ ...resourceOf(kind, { ...object, metadata }), source: { file, line, lines } }];
}

/** An object as analyzers see it. */
export function resourceOf(kind: Resource["kind"], object: Item): Resource {
  const { annotations, labels, name, namespace } = object.metadata ?? {};
  return {
    kind,
    name: name ?? "",
    namespace: namespace ?? "",
    labels: labels ?? {},
    annotations: annotations ?? {},
    spec: object.spec ?? {},
    status: object.status ?? {},
    object,
  };
}

/** The line of each field that is no object itself, by its path. */
function linesOf(
  yaml: Yaml,
  root: unknown,
  lineAt: (node: unknown) => number,
  before: number,
): ReadonlyMap<string, number> {
  const lines = new Map<string, number>();
  const visit = (node: unknown, path: string): void => {
    if (yaml.isMap(node))
      for (const { key, value } of node.items) visit(value, `${path === "" ? "" : `${path}.`}${String(key)}`);
    else if (yaml.isSeq(node)) for (const [index, one] of node.items.entries()) visit(one, `${path}[${index}]`);
    else if (yaml.isScalar(node) && node.range) lines.set(path, lineAt(node) + before);
  };
  visit(root, "");
  return lines;
}
