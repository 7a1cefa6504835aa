/** Findings: what is wrong with a lesson, where, and what to do about it; and the errors that end a command. */
export { CATALOGUE, type DiagnosticCode, type Severity } from "./catalogue.ts";
export type { Diagnostic } from "./diagnostic.ts";
export { EnvironmentError, UsageError } from "./environment-error.ts";
export { formatPlace, type Place } from "./place.ts";
