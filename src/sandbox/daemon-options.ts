import type { PaceName } from "./sandbox.ts";
import type { Running } from "./tools/index.ts";

/** What a client hands to the background process, as JSON in its first argument. */
export interface DaemonOptions {
  readonly stateDir: string;
  readonly pace: PaceName;
  readonly cluster: "none" | "ready";
  readonly idleMs: number;
  /** It ends when its standard input does: with the process that opened it. */
  readonly private: boolean;
}

/** What the background process says of itself: the answer to the command `status`. */
export interface Answer {
  readonly pid: number;
  readonly build: string;
  readonly startedAt: string;
  /** Resident memory in bytes. */
  readonly memory: number;
  readonly clusters: readonly string[];
}

/**
 * What the background process says on descriptor 3 when it is up, or why it is not. One line of JSON. It holds all that a
 * handshake would, so that whoever started it need not ask.
 */
export type Started =
  | { readonly kind: "ready"; readonly notices: readonly string[]; readonly running: Running; readonly answer: Answer }
  | { readonly kind: "busy" }
  | { readonly kind: "failed"; readonly message: string };

export const STARTED_FD = 3;
export const DEFAULT_CLUSTER = "learn-istio";
export const DEFAULT_IMAGE = "kindest/node:v1.35.0";
