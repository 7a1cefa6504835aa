/** The API: what clients of Kubernetes see of the store. */
export type { KindLookup, LogOptions, PodLogs } from "./call.ts";
export { type Certificate, createCertificate } from "./certificate.ts";
export type { FieldValidation } from "./field-validation.ts";
export { Registry, type RegistryOptions } from "./registry.ts";
export { ApiServer, type ApiServerOptions } from "./server.ts";
export { type Status, type StatusCause, type StatusDetails, StatusError } from "./status.ts";
export type { Deleted, DeleteOptions, PatchKind, WriteOptions, Written } from "./write-options.ts";
