import type { IncomingMessage, ServerResponse } from "node:http";
import { type Status, StatusError } from "./status.ts";

const JSON_TYPE = "application/json";
const TEXT_TYPE = "text/plain; charset=utf-8";

export interface Reply {
  readonly code?: number;
  readonly type?: string;
  readonly warnings?: readonly string[];
}

/** Answers with JSON; warnings become `Warning` headers, which kubectl prints. */
export function sendJson(response: ServerResponse, body: unknown, reply: Reply = {}): void {
  // As bytes: with a string, Node would write the headers in the string's encoding, not in Latin-1.
  const bytes = Buffer.from(`${isForEyes(response.req) ? JSON.stringify(body, undefined, 2) : JSON.stringify(body)}\n`);
  response.statusCode = reply.code ?? 200;
  response.setHeader("Content-Type", reply.type ?? JSON_TYPE);
  response.setHeader("Content-Length", bytes.length);
  response.setHeader("Cache-Control", "no-cache, private");
  for (const warning of reply.warnings ?? []) addWarning(response, warning);
  response.end(bytes);
}

/** `?pretty`, and whatever is a browser or looks over one's shoulder in a terminal, as upstream decides it. */
function isForEyes({ url = "", headers }: IncomingMessage): boolean {
  const asked = /[?&]pretty(?:=([^&]*))?(?:&|$)/.exec(url);
  if (asked) return !["false", "0"].includes(asked[1] ?? "");
  return /^(curl|Wget|Mozilla\/5\.0)/.test(headers["user-agent"] ?? "");
}

/** Answers with JSON that is written already. */
export function sendJsonText(response: ServerResponse, text: string): void {
  response.statusCode = 200;
  response.setHeader("Content-Type", JSON_TYPE);
  response.setHeader("Content-Length", Buffer.byteLength(text));
  response.setHeader("Cache-Control", "no-cache, private");
  response.end(text);
}

/** Adds a `Warning` header, which kubectl prints. Before anything is answered. */
export function addWarning(response: ServerResponse, text: string): void {
  response.appendHeader("Warning", warningHeader(text));
}

/** Answers with plain text. */
export function sendText(response: ServerResponse, text: string, code = 200, type = TEXT_TYPE): void {
  response.statusCode = code;
  response.setHeader("Content-Type", type);
  response.setHeader("Content-Length", Buffer.byteLength(text));
  response.end(text);
}

/** Answers with a Status, as long as nothing has been answered; a broken stream can only be cut. */
export function sendStatus(response: ServerResponse, status: Status): void {
  if (response.headersSent) response.destroy();
  else sendJson(response, status, { code: status.code });
}

/** What any thrown thing is for the client; a 500 for what is no StatusError. */
export function statusOf(error: unknown): Status {
  if (error instanceof StatusError) return error.status;
  const message = error instanceof Error ? error.message : String(error);
  return new StatusError(500, "InternalError", `Internal error occurred: ${message}`, { causes: [{ message }] }).status;
}

/** RFC 9111's `299 - "text"`; header bytes are UTF-8 to Go, but Node takes them as Latin-1. */
function warningHeader(text: string): string {
  const quoted = text.replaceAll(/\p{Cc}+/gu, " ").replaceAll(/["\\]/g, "\\$&");
  return Buffer.from(`299 - "${quoted}"`, "utf8").toString("latin1");
}
