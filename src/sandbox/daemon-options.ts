import type { PaceName } from "./sandbox.ts";

/** What a client hands to the background process, as JSON in its first argument. */
export interface DaemonOptions {
  readonly stateDir: string;
  readonly pace: PaceName;
  readonly cluster: "none" | "ready";
  readonly idleMs: number;
  /** It ends when its standard input does: with the process that opened it. */
  readonly private: boolean;
}

/** What the background process says on descriptor 3 when it is up, or why it is not. One line of JSON. */
export type Started =
  | { readonly kind: "ready"; readonly notices: readonly string[] }
  | { readonly kind: "busy" }
  | { readonly kind: "failed"; readonly message: string };

export const STARTED_FD = 3;
export const DEFAULT_CLUSTER = "learn-istio";
export const DEFAULT_IMAGE = "kindest/node:v1.35.0";
