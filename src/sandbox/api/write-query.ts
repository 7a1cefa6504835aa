import type { IncomingMessage } from "node:http";
import type { JsonObject } from "../objects/index.ts";
import type { FieldValidation } from "./field-validation.ts";
import { decodeProtobuf } from "./protobuf.ts";
import { decodeText, mediaType, readBody } from "./request-body.ts";
import { badRequest, invalid } from "./status.ts";
import type { DeleteOptions, WriteOptions } from "./write-options.ts";

const VALIDATIONS: readonly string[] = ["Strict", "Warn", "Ignore"];
const POLICIES: readonly string[] = ["Background", "Foreground", "Orphan"];

/** `fieldValidation` and `dryRun` of a POST, PUT or PATCH; 400 and 422 for other values. */
export function writeOptions(query: URLSearchParams): WriteOptions {
  const validation = query.get("fieldValidation") || "Warn";
  if (!VALIDATIONS.includes(validation)) {
    const message = `Unsupported value: "${validation}": supported values: "", "Ignore", "Strict", "Warn"`;
    throw invalid({ group: "meta.k8s.io", kind: "CreateOptions" }, "", [
      { type: "FieldValueNotSupported", field: "fieldValidation", message },
    ]);
  }
  return { fieldValidation: validation as FieldValidation, dryRun: isDryRun(query.getAll("dryRun")) };
}

/** DeleteOptions from the body (JSON or protobuf, or nothing) and the query; the body wins, as upstream. */
export async function deleteOptions(request: IncomingMessage, query: URLSearchParams): Promise<DeleteOptions> {
  return deleteOptionsOf(await deleteBody(request), query);
}

/** The same from a body that is already parsed: an Eviction carries one. */
export function deleteOptionsOf(body: JsonObject, query: URLSearchParams): DeleteOptions {
  const grace = body.gracePeriodSeconds ?? numberOf(query.get("gracePeriodSeconds"));
  const policy = body.propagationPolicy ?? query.get("propagationPolicy") ?? orphaning(body, query);
  if (policy != null && !POLICIES.includes(policy)) throw badRequest(`invalid propagationPolicy "${policy}"`);
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
  const value = type === "application/vnd.kubernetes.protobuf" ? decodeProtobuf(body) : await decodeText(body, type);
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
