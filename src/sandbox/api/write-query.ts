import type { IncomingMessage } from "node:http";
import type { JsonObject } from "../objects/index.ts";
import type { Call } from "./call.ts";
import type { FieldValidation } from "./field-validation.ts";
import { decodeBinary, decodeText, mediaType, readBody } from "./request-body.ts";
import { badRequest, invalid } from "./status.ts";
import type { DeleteOptions, WriteOptions } from "./write-options.ts";

const VALIDATIONS: readonly string[] = ["Strict", "Warn", "Ignore"];
const POLICIES: readonly string[] = ["Background", "Foreground", "Orphan"];

const MANAGER_LIMIT = 128;

/** What the query of a POST, PUT or PATCH asks for; 400 and 422 for values that cannot be. */
export function writeOptions({ query, request, user }: Pick<Call, "query" | "request" | "user">): WriteOptions {
  const validation = query.get("fieldValidation") || "Warn";
  if (!VALIDATIONS.includes(validation)) {
    const message = `Unsupported value: "${validation}": supported values: "", "Ignore", "Strict", "Warn"`;
    throw invalid({ group: "meta.k8s.io", kind: "CreateOptions" }, "", [
      { type: "FieldValueNotSupported", field: "fieldValidation", message },
    ]);
  }
  return {
    user,
    fieldValidation: validation as FieldValidation,
    dryRun: isDryRun(query.getAll("dryRun")),
    fieldManager: asked(query) ?? programOf(request),
    force: forced(query),
  };
}

/** `force` is for apply alone. */
export function patchOptions(call: Pick<Call, "query" | "request" | "user">): WriteOptions {
  const options = writeOptions(call);
  if (!options.force) return options;
  const message = "Forbidden: may not be specified for non-apply patch";
  throw invalid({ group: "meta.k8s.io", kind: "PatchOptions" }, "", [
    { type: "FieldValueForbidden", field: "force", message },
  ]);
}

/** An apply must name its manager; all others get the name of their program. */
export function applyOptions(call: Pick<Call, "query" | "request" | "user">): WriteOptions {
  return { ...writeOptions(call), fieldManager: asked(call.query) ?? "" };
}

function asked(query: URLSearchParams): string | undefined {
  const manager = query.get("fieldManager") || undefined;
  if (manager !== undefined && manager.length > MANAGER_LIMIT) {
    const message = `Too long: may not be more than ${MANAGER_LIMIT} bytes`;
    throw invalid({ group: "meta.k8s.io", kind: "PatchOptions" }, "", [
      { type: "FieldValueTooLong", field: "fieldManager", message },
    ]);
  }
  return manager;
}

/** `kubectl/v1.35.2 (linux/amd64) …` → `kubectl`. */
function programOf(request: IncomingMessage): string {
  const program = (request.headers["user-agent"] ?? "").split("/", 1)[0]?.replaceAll(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, "");
  return program?.slice(0, MANAGER_LIMIT) || "unknown";
}

function forced(query: URLSearchParams): boolean {
  return query.get("force") === "true" || query.get("force") === "1";
}

/** DeleteOptions from the body (JSON or protobuf, or nothing) and the query; the body wins, as upstream. */
export async function deleteOptions(request: IncomingMessage, query: URLSearchParams): Promise<DeleteOptions> {
  return deleteOptionsOf(await deleteBody(request), query);
}

/** The same from a body that is already parsed: an Eviction carries one. */
export function deleteOptionsOf(body: JsonObject, query: URLSearchParams): DeleteOptions {
  const grace = body.gracePeriodSeconds ?? numberOf(query.get("gracePeriodSeconds"));
  const policy = body.propagationPolicy ?? query.get("propagationPolicy") ?? orphaning(body, query);
  if (policy != null && !POLICIES.includes(policy))
    throw badRequest(`invalid propagationPolicy ${JSON.stringify(policy)}`);
  if (grace != null && typeof grace !== "number")
    throw badRequest(`invalid gracePeriodSeconds ${JSON.stringify(grace)}`);
  for (const [field, value] of Object.entries(body.preconditions ?? {}))
    if (value !== null && typeof value !== "string")
      throw badRequest(`invalid preconditions.${field} ${JSON.stringify(value)}`);
  return {
    ...(policy != null && { propagationPolicy: policy }),
    ...(grace != null && { gracePeriodSeconds: Number(grace) }),
    ...(body.preconditions && { preconditions: body.preconditions }),
    dryRun: isDryRun(body.dryRun ?? query.getAll("dryRun")),
  };
}

async function deleteBody(request: IncomingMessage): Promise<JsonObject> {
  const body = await readBody(request);
  if (body.length === 0) return {};
  const type = mediaType(request) ?? "application/json";
  const value = type === "application/vnd.kubernetes.protobuf" ? decodeBinary(body) : await decodeText(body, type);
  if (typeof value !== "object" || value === null) throw badRequest("DeleteOptions must be an object");
  return value;
}

/** The deprecated way to say Orphan. */
function orphaning(body: JsonObject, query: URLSearchParams): string | undefined {
  return (body.orphanDependents ?? query.get("orphanDependents") === "true") ? "Orphan" : undefined;
}

function numberOf(text: string | null): number | undefined {
  if (text === null) return undefined;
  if (!/^-?[0-9]+$/.test(text)) throw badRequest(`invalid gracePeriodSeconds "${text}"`);
  return Number(text);
}

function isDryRun(values: unknown): boolean {
  if (!Array.isArray(values) || values.length === 0) return false;
  if (values.every((value) => value === "All")) return true;
  const message = `Unsupported value: ${JSON.stringify(values)}: supported values: "All"`;
  throw invalid({ group: "meta.k8s.io", kind: "CreateOptions" }, "", [
    { type: "FieldValueNotSupported", field: "dryRun", message },
  ]);
}
