import type { Flag, HttpResponse } from "../model.ts";
import { type LocalReply, localResponse } from "./local-reply.ts";

/** What a proxy has to say to its client, and what its log tells of how it came about. */
export interface Routed {
  readonly response: HttpResponse;
  readonly flags: readonly Flag[];
  readonly details: string | undefined;
  readonly termination?: string | undefined;
  readonly transportFailure: string | undefined;
  readonly cluster: string | undefined;
  readonly upstreamHost: string | undefined;
  readonly upstreamMs: number | undefined;
  readonly attempts: number;
  readonly isLocal: boolean;
}

/** An answer of the proxy's own. */
export function local(reply: LocalReply, more: Partial<Routed> = {}): Routed {
  return {
    response: localResponse(reply),
    flags: reply.flag === undefined ? [] : [reply.flag],
    details: reply.details,
    transportFailure: reply.transportFailure,
    cluster: undefined,
    upstreamHost: undefined,
    upstreamMs: undefined,
    attempts: 0,
    isLocal: true,
    ...more,
  };
}
