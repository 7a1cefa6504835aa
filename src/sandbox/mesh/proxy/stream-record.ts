import type { Mesh } from "../mesh.ts";
import type { Bytes, Flag, HttpRequest } from "../model.ts";
import { type Beginning, record } from "./record.ts";
import { local } from "./result.ts";

/** One proxy's part in a connection that is not read as HTTP: all that its log will tell but what is known at its end. */
export interface StreamPart {
  readonly begun: Omit<Beginning, "request">;
  readonly cluster: string | undefined;
  /** Undefined: none was asked. */
  readonly upstreamHost: string | undefined;
  readonly flags?: readonly Flag[];
  /** Of a connection that no filter chain takes. */
  readonly details?: string;
  /** Why the proxy itself ended it: `rbac_access_denied_matched_policy[none]`. */
  readonly termination?: string | undefined;
  readonly transportFailure?: string | undefined;
}

const NONE: HttpRequest = { method: "-", path: "-", headers: [], body: Buffer.alloc(0) };

/** Tells of a connection that is over: of the parts from the client's end on, the farthest is told first. */
export function recordStream(mesh: Mesh, parts: readonly StreamPart[], bytes: Bytes): void {
  for (const part of parts.toReversed()) {
    const { begun, cluster, upstreamHost, flags = [], details, termination, transportFailure } = part;
    const reply = { status: 0, flag: undefined, details, body: "" };
    const routed = local(reply, { flags, cluster, upstreamHost, transportFailure, termination });
    record(mesh, { ...begun, request: NONE }, routed, undefined, bytes);
  }
}

/** The same parts of a connection whose last one found nobody. Source: Envoy's tcp_proxy.cc. */
export function unconnected(parts: readonly StreamPart[]): readonly StreamPart[] {
  return parts.map((part, index) =>
    index < parts.length - 1
      ? part
      : { ...part, flags: ["UF", "URX"], transportFailure: "delayed_connect_error:_Connection_refused" },
  );
}
