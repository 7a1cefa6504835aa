import { header } from "../headers.ts";
import type { HttpRequest, HttpResponse } from "../model.ts";
import type { LocalReply } from "./local-reply.ts";

/** gRPC's status codes, each at its number. Source: grpc's statuscodes.md. */
const STATUSES = [
  "OK",
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
];

/**
 * A proxy's own answer as a gRPC client reads it: all of it in the headers. `status` is a code's name or number. Undefined:
 * no status is given, or the request is not gRPC's. Source: Envoy's sendLocalReply.
 */
export function grpcResponse(
  { body }: LocalReply,
  status: string | undefined,
  request: HttpRequest,
): HttpResponse | undefined {
  if (status === undefined || !/^application\/grpc(?:\+|$)/.test(header(request.headers, "content-type") ?? "")) {
    return undefined;
  }
  const named = STATUSES.indexOf(status);
  const headers = [
    ["content-type", "application/grpc"],
    ["grpc-status", named < 0 ? status : String(named)],
    ["grpc-message", body],
  ] as const;
  return { status: 200, headers, body: Buffer.alloc(0) };
}
