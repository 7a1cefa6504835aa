import type { FieldError, Kind } from "../kinds/index.ts";

/** meta/v1 Status: how the API says that something failed. Clients branch on `reason` and `details`. */
export interface Status {
  readonly kind: "Status";
  readonly apiVersion: "v1";
  readonly metadata: { readonly continue?: string };
  readonly status: "Success" | "Failure";
  readonly message?: string;
  readonly reason?: string;
  readonly details?: StatusDetails;
  readonly code: number;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly StatusCause[];
  readonly retryAfterSeconds?: number;
}

export interface StatusCause {
  readonly reason?: string;
  readonly message: string;
  readonly field?: string;
}

/**
 * A refusal that carries its Status; whatever answers the client sends it as the body, with `code` as the HTTP status. Upstream
 * gives no reason for errors that it has not foreseen: then it is empty.
 */
export class StatusError extends Error {
  readonly status: Status;

  constructor(
    code: number,
    reason: string,
    message: string,
    details?: StatusDetails,
    metadata: Status["metadata"] = {},
  ) {
    super(message);
    this.name = "StatusError";
    this.status = {
      kind: "Status",
      apiVersion: "v1",
      metadata,
      status: "Failure",
      message,
      ...(reason !== "" && { reason }),
      ...(details && { details }),
      code,
    };
  }
}

type KindName = Pick<Kind, "group" | "plural">;

/** `deployments.apps`, or `pods` for the core group. */
function qualified({ group, plural }: KindName): string {
  return group === "" ? plural : `${plural}.${group}`;
}

function detailsOf({ group, plural }: KindName, name: string): StatusDetails {
  return { name, ...(group !== "" && { group }), kind: plural };
}

export function notFound(kind: KindName, name: string): StatusError {
  return new StatusError(404, "NotFound", `${qualified(kind)} "${name}" not found`, detailsOf(kind, name));
}

/** For a path that is no resource. The empty details matter: `kubectl debug` panics without them. */
export function unknownPath(): StatusError {
  return new StatusError(404, "NotFound", "the server could not find the requested resource", {});
}

export function alreadyExists(kind: KindName, name: string): StatusError {
  return new StatusError(409, "AlreadyExists", `${qualified(kind)} "${name}" already exists`, detailsOf(kind, name));
}

export function conflict(kind: KindName, name: string, why: string): StatusError {
  const message = `Operation cannot be fulfilled on ${qualified(kind)} "${name}": ${why}`;
  return new StatusError(409, "Conflict", message, detailsOf(kind, name));
}

export function modified(kind: KindName, name: string): StatusError {
  const why = "the object has been modified; please apply your changes to the latest version and try again";
  return conflict(kind, name, why);
}

export function forbidden(kind: KindName, name: string, why: string, causes?: readonly StatusCause[]): StatusError {
  const message = `${qualified(kind)} ${JSON.stringify(name)} is forbidden: ${why}`;
  return new StatusError(403, "Forbidden", message, { ...detailsOf(kind, name), ...(causes && { causes }) });
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, "BadRequest", message);
}

/** 422 with one cause a field error, as `kubectl` prints it under "is invalid". */
export function invalid(kind: Pick<Kind, "group" | "kind">, name: string, errors: readonly FieldError[]): StatusError {
  const lines = errors.map(({ field, message }) => `${field}: ${message}`);
  const list = lines.length === 1 ? lines[0] : `[${lines.join(", ")}]`;
  const type = kind.group === "" ? kind.kind : `${kind.kind}.${kind.group}`;
  return new StatusError(422, "Invalid", `${type} "${name}" is invalid: ${list}`, {
    name,
    ...(kind.group !== "" && { group: kind.group }),
    kind: kind.kind,
    causes: errors.map(({ type: reason, message, field }) => ({ reason, message, field })),
  });
}

export function methodNotAllowed(
  message = "the server does not allow this method on the requested resource",
): StatusError {
  return new StatusError(405, "MethodNotAllowed", message, {});
}

export function unsupportedMediaType(accepted: readonly string[]): StatusError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(", ")}`;
  return new StatusError(415, "UnsupportedMediaType", message);
}

export function gone(message: string): StatusError {
  return new StatusError(410, "Expired", message);
}

/** The answer to a finished delete and to other calls that return no object. */
export function success(details: StatusDetails): Status {
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details, code: 200 };
}
