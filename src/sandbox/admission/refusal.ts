import { type AdmissionWrite, StatusError } from "../api/index.ts";

/** 403 for a write that a plugin of the API server does not let pass, in upstream's form. */
export function refused({ kind, object }: AdmissionWrite, why: string): StatusError {
  const { group, plural } = kind;
  const { name = "" } = object.metadata;
  const message = `${group === "" ? plural : `${plural}.${group}`} ${JSON.stringify(name)} is forbidden: ${why}`;
  return new StatusError(403, "Forbidden", message, { name, ...(group !== "" && { group }), kind: plural });
}
