import type { Flag, HeaderPairs, HttpResponse } from "../model.ts";

/** An answer that a proxy gives by itself. */
export interface LocalReply {
  readonly status: number;
  readonly flag: Flag | undefined;
  readonly details: string | undefined;
  readonly body: string;
  /** Why no connection came about, as the log tells it. */
  readonly transportFailure?: string;
  readonly headers?: HeaderPairs;
}

const UPSTREAM = "upstream connect error or disconnect/reset before headers. ";

/** Envoy's own answers: code, response flag, details of the access log, body. */
export const LOCAL_REPLIES = {
  routeNotFound: { status: 404, flag: "NR", details: "route_not_found", body: "" },
  clusterNotFound: { status: 503, flag: "NC", details: "cluster_not_found", body: "" },
  blackhole: { status: 502, flag: undefined, details: "direct_response", body: "" },
  noHealthyUpstream: { status: 503, flag: "UH", details: "no_healthy_upstream", body: "no healthy upstream" },
  overflow: {
    status: 503,
    flag: "UO",
    details: "upstream_reset_before_response_started{overflow}",
    body: `${UPSTREAM}reset reason: overflow`,
    headers: [["x-envoy-overloaded", "true"]],
  },
  connectFailed: {
    status: 503,
    flag: "UF",
    details:
      "upstream_reset_before_response_started{remote_connection_failure|delayed_connect_error:_Connection_refused}",
    transportFailure: "delayed_connect_error:_Connection_refused",
    body: `${UPSTREAM}reset reason: remote connection failure, transport failure reason: delayed connect error: Connection refused`,
  },
  connectTimeout: {
    status: 503,
    flag: "UF",
    details: "upstream_reset_before_response_started{connection_timeout}",
    body: `${UPSTREAM}reset reason: connection timeout`,
  },
  wrongVersion: tlsFailure("268435703", "WRONG_VERSION_NUMBER"),
  certificateUnknown: tlsFailure("268435581", "CERTIFICATE_VERIFY_FAILED"),
  connectionTermination: {
    status: 503,
    flag: "UC",
    details: "upstream_reset_before_response_started{connection_termination}",
    body: `${UPSTREAM}reset reason: connection termination`,
  },
  timeout: { status: 504, flag: "UT", details: "response_timeout", body: "upstream request timeout" },
  perTryTimeout: {
    status: 504,
    flag: "UT",
    details: "upstream_per_try_timeout",
    body: "upstream request timeout",
  },
  faultAbort: { status: 503, flag: "FI", details: "fault_filter_abort", body: "fault filter abort" },
  codecError: { status: 400, flag: "DPE", details: "http1.codec_error", body: "Bad Request" },
  denied: {
    status: 403,
    flag: undefined,
    details: "rbac_access_denied_matched_policy[none]",
    body: "RBAC: access denied",
  },
} as const satisfies Readonly<Record<string, LocalReply>>;

/** A handshake that failed, in the words of Envoy's TLS library. */
function tlsFailure(code: string, reason: string): LocalReply {
  const failure = `TLS_error:|${code}:SSL routines:OPENSSL_internal:${reason}:TLS_error_end`;
  const transportFailure = failure.replaceAll(" ", "_");
  return {
    status: 503,
    flag: "UF",
    details: `upstream_reset_before_response_started{remote_connection_failure|${transportFailure}}`,
    body: `${UPSTREAM}reset reason: remote connection failure, transport failure reason: ${failure}`,
    transportFailure,
  };
}

/** The answer itself. Without a body Envoy sends no content type either. */
export function localResponse({ status, body, headers = [] }: LocalReply): HttpResponse {
  const bytes = Buffer.from(body);
  const content: HeaderPairs =
    bytes.length === 0
      ? []
      : [
          ["content-length", String(bytes.length)],
          ["content-type", "text/plain"],
        ];
  return { status, headers: [...headers, ...content], body: bytes };
}
