import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { errorList, findDecodeError } from "../../../istio/index.ts";
import { Failure } from "../failure.ts";
import { readInput, reason } from "../input.ts";
import type { Item } from "../pods.ts";
import { isAnalyzed, resourceOf } from "./cluster.ts";
import { type Kind, kindOf, placeOf } from "./kinds.ts";
import type { Field, Resource } from "./world.ts";

const EXTENSIONS: readonly string[] = [".json", ".yaml", ".yml"];

/** What was read from files: their objects, and what is wrong with each file. */
export interface FromFiles {
  readonly resources: readonly Resource[];
  readonly errors: readonly string[];
}

export interface ReadOptions {
  /** For objects that name none. */
  readonly namespace: string;
  /** The kinds that a file may hold. */
  readonly kinds: ReadonlySet<Kind>;
  /** The release's table of Istio's definitions. */
  readonly definitions: string;
}

/** The files that arguments mean: a folder's own, or all below it. `skip` hears of the others. Throws `Failure`. */
export async function filesOf(
  names: readonly string[],
  isRecursive: boolean,
  skip: (file: string) => void,
): Promise<readonly string[]> {
  const files: string[] = [];
  for (const name of names) {
    const found = name === "-" ? undefined : await stat(name).catch((error: unknown) => fail(name, error));
    const inside = found?.isDirectory() ? await readdir(name, { recursive: isRecursive, withFileTypes: true }) : [];
    const all = found?.isDirectory()
      ? inside
          .filter((one) => one.isFile())
          .map((one) => path.join(one.parentPath, one.name))
          .sort()
      : [name];
    for (const file of all) {
      if (file === "-" || EXTENSIONS.includes(path.extname(file))) files.push(file);
      else skip(file);
    }
  }
  return files;
}

/** The extensions that a file of objects has, as Go writes a slice. */
export const EXTENSIONS_TEXT = `[${EXTENSIONS.join(" ")}]`;

function fail(name: string, error: unknown): never {
  throw new Failure(`stat ${name}: ${reason(error)}`);
}

/** Reads files. What is wrong with one does not keep the others from being read. */
export async function readFiles(files: readonly string[], options: ReadOptions): Promise<FromFiles> {
  const resources = new Map<string, Resource>();
  const errors: string[] = [];
  for (const file of files) {
    const own: string[] = [];
    for (const [index, document] of documentsOf(await readInput(file)).entries()) {
      try {
        for (const one of await resourcesOf(document, file, options)) {
          resources.set(`${one.kind}/${one.namespace}/${one.name}`, one);
        }
      } catch (error) {
        if (!(error instanceof Unreadable)) throw error;
        own.push(`error processing ${file}[${index}]: ${error.message}`);
      }
    }
    if (own.length > 0) errors.push(`errors parsing content ${JSON.stringify(file)}: ${errorList(own)}`);
  }
  return { resources: [...resources.values()].filter(isAnalyzed), errors };
}

class Unreadable extends Error {}

interface Document {
  readonly text: string;
  /** Its first line, from 1. */
  readonly line: number;
}

function documentsOf(text: string): readonly Document[] {
  const documents: { line: number; lines: string[] }[] = [{ line: 1, lines: [] }];
  for (const [index, line] of text.split("\n").entries()) {
    if (/^---(?:[ \t].*)?\r?$/.test(line)) documents.push({ line: index + 2, lines: [] });
    else documents.at(-1)?.lines.push(line);
  }
  return documents
    .filter(({ lines }) => lines.some((line) => line.trim() !== "" && !line.trim().startsWith("#")))
    .map(({ line, lines }) => ({ line, text: lines.join("\n") }));
}

async function resourcesOf({ line, text }: Document, file: string, options: ReadOptions): Promise<readonly Resource[]> {
  const { parseDocument } = await import("../../yaml.ts");
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error !== undefined)
    throw new Unreadable(`failed converting YAML to JSON: yaml: ${error.message.split("\n")[0]}`);
  const lineOf = (field: Field): number | undefined => {
    const node = document.getIn(field, true) as { range?: readonly number[] } | undefined;
    return node?.range === undefined ? undefined : text.slice(0, node.range[0]).split("\n").length + line - 1;
  };
  const object: Item = document.toJS();
  const list: readonly Item[] | undefined = object?.kind === "List" ? (object.items ?? []) : undefined;
  const found: Resource[] = [];
  for (const [index, one] of (list ?? [object]).entries()) {
    const prefix = list === undefined ? [] : ["items", index];
    const resource = await readObject(one, options);
    const start = (list === undefined ? undefined : lineOf(prefix)) ?? line;
    const place = { file, line: start, lineOf: (field: Field) => lineOf([...prefix, ...field]) };
    if (resource !== undefined) found.push({ ...resource, place }, ...podOf(resource, place, options));
  }
  return found;
}

/** An object; undefined for a kind that files are not read for. */
async function readObject(object: Item, { definitions, kinds, namespace }: ReadOptions): Promise<Resource | undefined> {
  if (typeof object !== "object" || object === null || Array.isArray(object)) {
    const found = Array.isArray(object) ? "array" : typeof object;
    throw new Unreadable(
      `failed interpreting jsonChunk: couldn't get version/kind; json parse error: json: cannot unmarshal ${found} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`,
    );
  }
  const { apiVersion = "", kind: name = "", metadata } = object;
  if (apiVersion === "" && name === "") {
    throw new Unreadable("unable to parse resource with no group, version and kind");
  }
  const kind = kindOf(String(apiVersion), String(name));
  if (kind === undefined || !kinds.has(kind)) return undefined;
  const named = { ...object, metadata: { namespace, ...metadata } };
  const isIstio = placeOf(kind).group.endsWith(".istio.io");
  const fault = isIstio ? await findDecodeError(named, definitions) : undefined;
  if (fault !== undefined) throw new Unreadable(`failed parsing JSON for built-in type: ${fault}`);
  return resourceOf(kind, named);
}

/** The pod that a Deployment of a file would have, where pods are looked at. */
function podOf(
  { kind, name, namespace, object }: Resource,
  place: Resource["place"],
  { kinds }: ReadOptions,
): Resource[] {
  if (kind !== "Deployment" || !kinds.has("Pod")) return [];
  const { metadata, spec = {} } = object.spec?.template ?? {};
  const pod = { metadata: { name, namespace, ...metadata }, spec };
  return [{ ...resourceOf("Pod", pod), ...(place && { place: { ...place, lineOf: () => undefined } }) }];
}
