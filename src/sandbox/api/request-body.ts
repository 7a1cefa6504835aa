import type { IncomingMessage } from "node:http";
import type { KubeObject } from "../objects/index.ts";
import { checkShape } from "./bounds.ts";
import { decodeProtobuf } from "./protobuf.ts";
import { badRequest, StatusError, unsupportedMediaType } from "./status.ts";

/** Upstream's limit for one request body, in bytes. */
const BODY_LIMIT = 3 * 1024 * 1024;

/** A megabyte of YAML takes seconds to read, in which nobody else is served. Clients send JSON, under YAML's name too. */
const YAML_LIMIT = 256 * 1024;

const JSON_TYPE = "application/json";
const YAML_TYPE = "application/yaml";
const PROTOBUF_TYPE = "application/vnd.kubernetes.protobuf";

/** The whole body; 413 past the limit, at once when the length is announced. */
export async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  if (Number(request.headers["content-length"] ?? 0) > BODY_LIMIT) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size > BODY_LIMIT) throw tooLarge();
      chunks.push(chunk);
    }
  } catch (error) {
    // The client hung up in the middle: nobody's fault here.
    throw error instanceof StatusError ? error : badRequest("unexpected EOF");
  }
  return Buffer.concat(chunks);
}

/** The media type of a request without its parameters; undefined when the header is missing. */
export function mediaType(request: IncomingMessage): string | undefined {
  return request.headers["content-type"]?.split(";", 1)[0]?.trim().toLowerCase();
}

/** Decodes an object from JSON, YAML or protobuf. 415 for other types, 400 for what does not parse. */
export async function decodeObject(request: IncomingMessage): Promise<KubeObject> {
  const body = await readBody(request);
  return objectOf(await decodeValue(mediaType(request) ?? JSON_TYPE, body));
}

/** 400 for a value that is no object. */
export function objectOf(value: unknown): KubeObject {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw badRequest("couldn't get version/kind; json parse error: the body is no object");
  }
  return value as KubeObject;
}

/** JSON or YAML text of a patch. */
export async function decodeText(body: Uint8Array, type: string): Promise<unknown> {
  const text = new TextDecoder().decode(body);
  const value = await parsed(text, type);
  checkShape(value);
  return value;
}

async function parsed(text: string, type: string): Promise<unknown> {
  try {
    // JSON first, always: it is what clients send as YAML too, and hundreds of times faster.
    return JSON.parse(text);
  } catch (error) {
    if (type === YAML_TYPE) return parseYaml(text);
    throw badRequest(`couldn't get version/kind; json parse error: ${messageOf(error)}`);
  }
}

async function decodeValue(type: string, body: Uint8Array): Promise<unknown> {
  if (type === PROTOBUF_TYPE) return decodeBinary(body);
  if (type === JSON_TYPE || type === YAML_TYPE) return decodeText(body, type);
  throw unsupportedMediaType([JSON_TYPE, YAML_TYPE, PROTOBUF_TYPE]);
}

/** The object in a protobuf body; 400 for what is none. */
export function decodeBinary(body: Uint8Array): KubeObject {
  let object: KubeObject;
  try {
    object = decodeProtobuf(body);
  } catch (error) {
    throw badRequest(`cannot decode the protobuf body: ${messageOf(error)}`);
  }
  checkShape(object);
  return object;
}

async function parseYaml(text: string): Promise<unknown> {
  if (text.length > YAML_LIMIT) throw tooLarge("YAML", YAML_LIMIT);
  const { parse } = await import("./yaml.ts");
  try {
    return parse(text);
  } catch (error) {
    throw badRequest(`error converting YAML to JSON: ${messageOf(error)}`);
  }
}

function tooLarge(what = "Request entity", limit = BODY_LIMIT): StatusError {
  return new StatusError(413, "RequestEntityTooLarge", `${what} too large: limit is ${limit}`);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
