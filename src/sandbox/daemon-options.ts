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
  /** A descriptor that ends with the owner of a private one, for a watch that needs no event loop of ours. */
  readonly ownerFd?: number;
  /** A folder that `keep` made: a new state folder begins as what was kept there. */
  readonly from?: string;
}

/** What the background process says of itself: the answer to the command `status`. */
export interface Answer {
  readonly pid: number;
  readonly build: string;
  /** Its state folder: a handshake that was copied elsewhere leads to somebody else. */
  readonly dir: string;
  readonly startedAt: string;
  /** Resident memory in bytes. */
  readonly memory: number;
  readonly clusters: readonly string[];
  /** Watches, followed logs, exec and port-forward connections that are open. */
  readonly openStreams: number;
  /** When it stops if nobody asks anything of it until then. */
  readonly idleStopAt: string;
  /** When its state was last put on the disk; absent before the first time. */
  readonly savedAt?: string;
  /** Why its state could not be put on the disk the last time. */
  readonly saveError?: string;
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
export const OWNER_FD = 4;
export const DEFAULT_CLUSTER = "learn-istio";
export const DEFAULT_IMAGE = "kindest/node:v1.35.0";
