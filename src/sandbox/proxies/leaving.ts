import type { Hop } from "../mesh/index.ts";
import type { Leaving } from "./answer.ts";

/** What a proxy tells of a request whose client did not wait for its end: the answer went to nobody. Source: Envoy's DC. */
export function asLeft(hop: Hop, { leftAt }: Leaving): Hop {
  if (leftAt === undefined) return hop;
  return {
    ...hop,
    status: 0,
    responseFlags: ["DC"],
    details: "downstream_remote_disconnect",
    durationMs: Math.max(0, Math.min(hop.durationMs, leftAt - hop.startedAt)),
    upstreamMs: undefined,
    sent: 0,
  };
}
