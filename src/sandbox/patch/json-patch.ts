import { deepEqual, type Json } from "../objects/index.ts";
import { isObject } from "./merge-patch.ts";
import { PatchError } from "./patch-error.ts";

/** Upstream's bounds: how many operations a patch may have, and what its copies may come to, in bytes of JSON. */
const MAX_OPERATIONS = 10_000;
const MAX_COPIED_BYTES = 3 * 1024 * 1024;

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: Json;
}

/** One function an operation (RFC 6902); each returns the new document. */
const OPERATIONS: Readonly<Record<string, (document: Json, operation: Operation, copies: Copies) => Json>> = {
  add: (document, { path, value }) => add(document, pointer(path), required(value)),
  copy: (document, { from, path }, copies) => add(document, pointer(path), copies.of(read(document, pointer(from)))),
  move: (document, { from, path }) => move(document, pointer(from), pointer(path)),
  remove: (document, { path }) => remove(document, pointer(path)),
  replace: (document, { path, value }) => replace(document, pointer(path), required(value)),
  test: (document, { path, value }) => test(document, path, value ?? null),
};

/**
 * Applies a JSON patch (RFC 6902), all or nothing. The document is not changed.
 * Throws `PatchError`: `invalid` for what is no JSON patch, `unprocessable` for a path that is not there or a failed test.
 */
export function jsonPatch(document: Json, patch: unknown): Json {
  if (!Array.isArray(patch)) throw new PatchError("invalid", "a JSON patch is an array of operations");
  if (patch.length > MAX_OPERATIONS) {
    const why = `The allowed maximum operations in a JSON patch is ${MAX_OPERATIONS}, got ${patch.length}`;
    throw new PatchError("too large", why);
  }
  const copies = new Copies();
  return patch.reduce<Json>((current, operation: unknown) => {
    if (!isOperation(operation))
      throw new PatchError("invalid", `no JSON patch operation: ${JSON.stringify(operation)}`);
    const apply = Object.hasOwn(OPERATIONS, operation.op) ? OPERATIONS[operation.op] : undefined;
    if (!apply) throw new PatchError("invalid", `unexpected kind of operation: ${operation.op}`);
    return apply(current, operation, copies);
  }, structuredClone(document));
}

/** The copies of one patch: copies of copies would double with each operation. */
class Copies {
  #bytes = 0;

  of(value: Json): Json {
    const text = JSON.stringify(value);
    this.#bytes += text.length;
    if (this.#bytes > MAX_COPIED_BYTES) {
      const why = `Unable to complete the copy, the accumulated size increase of copy is ${this.#bytes}, exceeding the limit ${MAX_COPIED_BYTES}`;
      throw new PatchError("too large", why);
    }
    return JSON.parse(text) as Json;
  }
}

function isOperation(value: unknown): value is Operation {
  return isObject(value) && typeof value.op === "string" && typeof value.path === "string";
}

function required(value: Json | undefined): Json {
  if (value === undefined) throw new PatchError("invalid", "an operation lacks its value");
  return structuredClone(value);
}

/** RFC 6901: `/spec/a~1b/0` → ["spec", "a/b", "0"]; "" is the whole document. */
function pointer(path: string | undefined): string[] {
  if (path === "") return [];
  if (!path?.startsWith("/")) throw new PatchError("invalid", `no JSON pointer: ${JSON.stringify(path)}`);
  return path
    .slice(1)
    .split("/")
    .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
}

function read(document: Json, path: readonly string[]): Json {
  let current: Json = document;
  for (const part of path) current = child(current, part, path);
  return current;
}

function child(parent: Json, part: string, path: readonly string[]): Json {
  const value = Array.isArray(parent)
    ? parent[index(part, parent.length - 1, path)]
    : isObject(parent) && Object.hasOwn(parent, part)
      ? parent[part]
      : undefined;
  if (value === undefined) throw missing(path);
  return value;
}

function add(document: Json, path: readonly string[], value: Json): Json {
  const last = path.at(-1);
  if (last === undefined) return value;
  const parent = read(document, path.slice(0, -1));
  if (Array.isArray(parent)) parent.splice(last === "-" ? parent.length : index(last, parent.length, path), 0, value);
  else set(parent, last, value, path);
  return document;
}

function replace(document: Json, path: readonly string[], value: Json): Json {
  const last = path.at(-1);
  if (last === undefined) return value;
  const parent = read(document, path.slice(0, -1));
  child(parent, last, path);
  if (Array.isArray(parent)) parent[Number(last)] = value;
  else set(parent, last, value, path);
  return document;
}

function set(parent: Json, key: string, value: Json, path: readonly string[]): void {
  if (!isObject(parent)) throw missing(path);
  Object.defineProperty(parent, key, { value, enumerable: true, writable: true, configurable: true });
}

function remove(document: Json, path: readonly string[]): Json {
  const last = path.at(-1);
  if (last === undefined) throw new PatchError("invalid", "the whole document cannot be removed");
  const parent = read(document, path.slice(0, -1));
  child(parent, last, path);
  if (Array.isArray(parent)) parent.splice(Number(last), 1);
  else if (isObject(parent)) delete parent[last];
  return document;
}

function move(document: Json, from: readonly string[], path: readonly string[]): Json {
  const value = read(document, from);
  if (path.length > from.length && from.every((part, at) => part === path[at])) {
    throw new PatchError("invalid", "a value cannot be moved into itself");
  }
  return from.length === 0 ? document : add(remove(document, from), path, value);
}

function test(document: Json, path: string, value: Json): Json {
  if (deepEqual(read(document, pointer(path)), value)) return document;
  throw new PatchError("unprocessable", `testing value ${path} failed`);
}

function index(part: string, max: number, path: readonly string[]): number {
  const at = Number(part);
  if (!/^(0|[1-9][0-9]*)$/.test(part) || at > max) throw missing(path);
  return at;
}

function missing(path: readonly string[]): PatchError {
  return new PatchError("unprocessable", `the path does not exist: /${path.join("/")}`);
}
