import type { FieldError, Kind } from "../kinds/index.ts";
import type { KubeObject } from "../objects/index.ts";
import { ResourceExpired, resourceKey, type Store } from "../store/index.ts";
import { asVersion } from "./object-rules.ts";
import type { Predicate } from "./selectors.ts";
import { badRequest, invalid, StatusError } from "./status.ts";

/** What a list asks for beside its selectors, as upstream's ListOptions has it. */
export interface ListQuery {
  /** 0: no limit. */
  readonly limit: number;
  /** Undefined: the newest. */
  readonly version: number | undefined;
  readonly isExact: boolean;
  readonly from: ContinueToken | undefined;
}

/** Where a list goes on: as of which version (-1: the newest), and after which key. */
export interface ContinueToken {
  readonly version: number;
  readonly after: string;
}

/** One page of a list. */
export interface Page {
  readonly items: readonly KubeObject[];
  readonly metadata: {
    readonly resourceVersion: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
}

const TOKEN_VERSION = "meta.k8s.io/v1";
const NEWEST = -1;
const TOO_OLD =
  "The provided continue parameter is too old to display a consistent list result. You can start a new list without the " +
  "continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with " +
  "the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the " +
  "first chunk was returned and now may show up in the list.";

/** Reads and checks `limit`, `continue`, `resourceVersion` and `resourceVersionMatch`: 400 and 422 in upstream's words. */
export function listQuery(query: URLSearchParams): ListQuery {
  const errors = matchErrors(query);
  if (errors.length > 0) throw invalid({ group: "meta.k8s.io", kind: "ListOptions" }, "", errors);
  const token = query.get("continue") ?? "";
  const wanted = query.get("resourceVersion") ?? "";
  if (token !== "" && wanted !== "" && wanted !== "0") {
    throw badRequest("specifying resource version is not allowed when using continue");
  }
  // A list "from the cache" is whole, whatever the limit: that is what informers of old clients rely on.
  const limit = wanted === "0" ? 0 : integer(query.get("limit") ?? "0");
  return {
    limit,
    version: versionOf(wanted),
    isExact: query.get("resourceVersionMatch") === "Exact",
    from: token === "" ? undefined : readToken(token),
  };
}

/** 504 for a version that is yet to come: a client that knows more than the server waits and asks again. */
export function checkReached(version: number | undefined, current: number): void {
  if (version === undefined || version <= current) return;
  throw new StatusError(504, "Timeout", `Timeout: Too large resource version: ${version}, current: ${current}`, {
    causes: [{ reason: "ResourceVersionTooLarge", message: "Too large resource version" }],
    retryAfterSeconds: 1,
  });
}

/** A resourceVersion of a query; undefined for none and for 0, which mean any. */
export function versionOf(text: string): number | undefined {
  if (text === "" || text === "0") return undefined;
  if (!/^[0-9]+$/.test(text)) {
    const quoted = JSON.stringify(text);
    const why = `resourceVersion: Invalid value: ${quoted}: strconv.ParseUint: parsing ${quoted}: invalid syntax`;
    throw badRequest(`invalid resource version: ${why}`);
  }
  return Number(text);
}

/**
 * One page of a kind's objects. Pages of one list are all as of its first page's version; 410 with another token when that
 * version is forgotten. `selects` is undefined when all are wanted: only then is it known how many remain.
 */
export function listPage(
  store: Store,
  { kind, namespace }: { readonly kind: Kind; readonly namespace: string | undefined },
  query: ListQuery,
  selects: Predicate | undefined,
): Page {
  const { from, limit } = query;
  checkReached(from ? from.version : query.version, store.resourceVersion);
  const asked = from ? from.version : query.isExact ? query.version : undefined;
  const version = asked === undefined || asked === NEWEST ? store.resourceVersion : asked;
  const all = objectsAt(store, resourceKey(kind), namespace, version, from);
  const rest = from ? all.filter((object) => compareKeys(keyOf(object), from.after) > 0) : all;
  const matching = selects ? rest.filter(selects) : rest;
  const items = limit > 0 ? matching.slice(0, limit) : matching;
  const last = items.at(-1);
  const resourceVersion = String(version);
  const typed = items.map((object) => asVersion(kind, object));
  if (last === undefined || items.length === matching.length) return { items: typed, metadata: { resourceVersion } };
  const token = writeToken({ version, after: keyOf(last) });
  const remaining = selects ? {} : { remainingItemCount: matching.length - items.length };
  return { items: typed, metadata: { resourceVersion, continue: token, ...remaining } };
}

function objectsAt(
  store: Store,
  resource: string,
  namespace: string | undefined,
  version: number,
  from: ContinueToken | undefined,
): readonly KubeObject[] {
  try {
    return version === store.resourceVersion
      ? store.list(resource, namespace)
      : store.listAt(resource, version, namespace);
  } catch (error) {
    if (!(error instanceof ResourceExpired)) throw error;
    if (from === undefined)
      throw new StatusError(410, "Expired", `The resourceVersion for the provided list is too old.`);
    const next = writeToken({ version: NEWEST, after: from.after });
    throw new StatusError(410, "Expired", TOO_OLD, undefined, { continue: next });
  }
}

function matchErrors(query: URLSearchParams): FieldError[] {
  const match = query.get("resourceVersionMatch") ?? "";
  const forbid = (field: string, why: string): FieldError => ({
    type: "FieldValueForbidden",
    field,
    message: `Forbidden: ${why}`,
  });
  const errors: FieldError[] = [];
  if (match !== "") {
    const version = query.get("resourceVersion") ?? "";
    const field = "resourceVersionMatch";
    if (version === "")
      errors.push(forbid(field, "resourceVersionMatch is forbidden unless resourceVersion is provided"));
    if (query.get("continue"))
      errors.push(forbid(field, "resourceVersionMatch is forbidden when continue is provided"));
    if (match !== "Exact" && match !== "NotOlderThan") {
      const message = `Unsupported value: ${JSON.stringify(match)}: supported values: "", "Exact", "NotOlderThan"`;
      errors.push({ type: "FieldValueNotSupported", field, message });
    }
    if (match === "Exact" && version === "0") {
      errors.push(forbid(field, 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'));
    }
  }
  if (query.get("sendInitialEvents") !== null) {
    errors.push(forbid("sendInitialEvents", "sendInitialEvents is forbidden for list"));
  }
  return errors;
}

function integer(text: string): number {
  if (!/^-?[0-9]+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  return Number(text);
}

/** Upstream's form: base64 of a small JSON object; clients treat it as opaque. */
function writeToken({ version, after }: ContinueToken): string {
  return Buffer.from(JSON.stringify({ v: TOKEN_VERSION, rv: version, start: `${after}\0` })).toString("base64url");
}

function readToken(text: string): ContinueToken {
  let token: { v?: unknown; rv?: unknown; start?: unknown } | null = null;
  try {
    token = JSON.parse(Buffer.from(text, "base64url").toString("utf8"));
  } catch (error) {
    throw badRequest(`continue key is not valid: ${error instanceof Error ? error.message : String(error)}`);
  }
  const { v, rv, start } = token ?? {};
  if (v !== TOKEN_VERSION)
    throw badRequest(
      `continue key is not valid: server does not recognize this encoded version ${JSON.stringify(v ?? "")}`,
    );
  if (!Number.isInteger(rv) || rv === 0) {
    throw badRequest("continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)");
  }
  if (typeof start !== "string" || start === "") {
    throw badRequest("continue key is not valid: encoded start key empty (version meta.k8s.io/v1)");
  }
  return { version: rv as number, after: start.replace(/\0$/, "") };
}

/** The order of lists: namespace, then name. */
function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ""}/${metadata.name}`;
}

function compareKeys(left: string, right: string): number {
  const [a, b] = [left, right].map((key) => [key.slice(0, key.indexOf("/")), key.slice(key.indexOf("/") + 1)] as const);
  return compare(a?.[0] ?? "", b?.[0] ?? "") || compare(a?.[1] ?? "", b?.[1] ?? "");
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
