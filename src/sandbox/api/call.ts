import type { IncomingMessage, ServerResponse } from "node:http";
import type { Kind } from "../kinds/index.ts";
import type { KubeObject } from "../objects/index.ts";
import type { User } from "./auth/user.ts";
import type { Containers } from "./containers.ts";
import type { Registry } from "./registry.ts";
import type { ServedKinds } from "./served-kinds.ts";

/** One request on its way through the handlers. */
export interface Call {
  readonly api: Api;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** HEAD arrives as GET: Node leaves the body out. */
  readonly method: string;
  /** Who it acts as. */
  readonly user: User;
  readonly path: string;
  readonly query: URLSearchParams;
}

/** What all handlers share. */
export interface Api {
  readonly registry: Registry;
  readonly kinds: ServedKinds;
  /** What service accounts' tokens are signed with, PEM. */
  readonly tokenKey: string;
  readonly logs: PodLogs;
  readonly containers: Containers;
  /** How often a watch that allows it is told how far it is, in ms. */
  readonly bookmarkEveryMs: number;
  readonly log: (message: string, error?: unknown) => void;
  /** Open watches, followed logs and upgraded connections, to be ended when the server closes. */
  readonly streams: Set<{ end(): void }>;
}

/** The lines of a container, as they come when followed. Ends when the signal says so. */
export type PodLogs = (
  pod: KubeObject,
  container: string,
  options: LogOptions,
) => AsyncIterable<string> | Iterable<string>;

/** `kubectl logs` asks for these; times in seconds, sizes in bytes. */
export interface LogOptions {
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly tailLines: number | undefined;
  readonly sinceSeconds: number | undefined;
  readonly sinceTime: string | undefined;
  readonly limitBytes: number | undefined;
  readonly signal: AbortSignal;
}

/** A resource, a whole collection or one object of it, with what is below it. */
export interface Target {
  readonly kind: Kind;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  /** `["status"]`, `["exec"]`, `["proxy", "some", "path"]`; empty for the resource itself. */
  readonly subresource: readonly string[];
}
