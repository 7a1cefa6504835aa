import { createHash } from "node:crypto";
import type { AccessLogForm } from "./config/config.ts";
import { header } from "./headers.ts";
import type { Hop } from "./model.ts";

/** Istio's own text format. */
export const DEFAULT_FORMAT =
  '[%START_TIME%] "%REQ(:METHOD)% %REQ(X-ENVOY-ORIGINAL-PATH?:PATH)% %PROTOCOL%" %RESPONSE_CODE% %RESPONSE_FLAGS% ' +
  '%RESPONSE_CODE_DETAILS% %CONNECTION_TERMINATION_DETAILS% "%UPSTREAM_TRANSPORT_FAILURE_REASON%" %BYTES_RECEIVED% ' +
  "%BYTES_SENT% %DURATION% %RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)% " +
  '"%REQ(X-FORWARDED-FOR)%" "%REQ(USER-AGENT)%" "%REQ(X-REQUEST-ID)%" "%REQ(:AUTHORITY)%" "%UPSTREAM_HOST%" ' +
  "%UPSTREAM_CLUSTER_RAW% %UPSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_LOCAL_ADDRESS% %DOWNSTREAM_REMOTE_ADDRESS% " +
  "%REQUESTED_SERVER_NAME% %ROUTE_NAME%";

/** Istio's own JSON form, by its keys. */
const JSON_FORMAT: Readonly<Record<string, string>> = {
  authority: "%REQ(:AUTHORITY)%",
  bytes_received: "%BYTES_RECEIVED%",
  bytes_sent: "%BYTES_SENT%",
  connection_termination_details: "%CONNECTION_TERMINATION_DETAILS%",
  downstream_local_address: "%DOWNSTREAM_LOCAL_ADDRESS%",
  downstream_remote_address: "%DOWNSTREAM_REMOTE_ADDRESS%",
  duration: "%DURATION%",
  method: "%REQ(:METHOD)%",
  path: "%REQ(X-ENVOY-ORIGINAL-PATH?:PATH)%",
  protocol: "%PROTOCOL%",
  request_id: "%REQ(X-REQUEST-ID)%",
  requested_server_name: "%REQUESTED_SERVER_NAME%",
  response_code: "%RESPONSE_CODE%",
  response_code_details: "%RESPONSE_CODE_DETAILS%",
  response_flags: "%RESPONSE_FLAGS%",
  route_name: "%ROUTE_NAME%",
  start_time: "%START_TIME%",
  upstream_cluster: "%UPSTREAM_CLUSTER_RAW%",
  upstream_host: "%UPSTREAM_HOST%",
  upstream_local_address: "%UPSTREAM_LOCAL_ADDRESS%",
  upstream_service_time: "%RESP(X-ENVOY-UPSTREAM-SERVICE-TIME)%",
  upstream_transport_failure_reason: "%UPSTREAM_TRANSPORT_FAILURE_REASON%",
  user_agent: "%REQ(USER-AGENT)%",
  x_forwarded_for: "%REQ(X-FORWARDED-FOR)%",
};

type Value = string | number | undefined;

/** Envoy's command operators; what a hop does not tell is `-`. */
const OPERATORS: Readonly<Record<string, (hop: Hop) => Value>> = {
  BYTES_RECEIVED: ({ received }) => received,
  BYTES_SENT: ({ sent }) => sent,
  CONNECTION_TERMINATION_DETAILS: ({ termination }) => termination,
  DOWNSTREAM_LOCAL_ADDRESS: ({ downstream }) => downstream.local,
  DOWNSTREAM_REMOTE_ADDRESS: (hop) => withPort(hop.downstream.remote, hop, "downstream"),
  DURATION: ({ durationMs }) => Math.round(durationMs),
  PROTOCOL: ({ protocol }) => (protocol === "TCP" ? undefined : protocol),
  REQUESTED_SERVER_NAME: ({ sni }) => sni,
  RESPONSE_CODE: ({ status }) => status,
  RESPONSE_CODE_DETAILS: ({ details }) => details,
  RESPONSE_FLAGS: ({ responseFlags }) => (responseFlags.length === 0 ? undefined : responseFlags.join(",")),
  ROUTE_NAME: ({ routeName }) => routeName,
  START_TIME: ({ startedAt }) => new Date(startedAt).toISOString(),
  UPSTREAM_CLUSTER: ({ cluster }) => cluster,
  UPSTREAM_CLUSTER_RAW: ({ cluster }) => cluster,
  UPSTREAM_HOST: ({ upstreamHost }) => upstreamHost,
  UPSTREAM_LOCAL_ADDRESS: (hop) => {
    if (hop.upstreamHost === undefined) return undefined;
    // A sidecar speaks to its own program from an address that is no client's.
    return withPort(hop.direction === "inbound" ? "127.0.0.6" : hop.workload.address, hop, "upstream");
  },
  UPSTREAM_REQUEST_ATTEMPT_COUNT: ({ attempts }) => attempts,
  UPSTREAM_TRANSPORT_FAILURE_REASON: ({ transportFailure }) => transportFailure,
};

/** An access log's line of a hop, without its end. `format` is Envoy's, as `meshConfig.accessLogFormat` gives it. */
export function accessLogText(hop: Hop, format: string = DEFAULT_FORMAT): string {
  return format.replace(/\n$/, "").replaceAll(/%([A-Z_]+(?:\([^)]*\))?)(?::(\d+))?%/g, (_whole, operator, length) => {
    const text = String(operatorValue(operator, hop) ?? "-");
    return length === undefined ? text : text.slice(0, Number(length));
  });
}

/** The same as JSON, `meshConfig.accessLogEncoding: JSON`, by its keys; what a hop does not tell is null. */
export function accessLogJson(hop: Hop, format: Readonly<Record<string, unknown>> = JSON_FORMAT): string {
  const entries = Object.entries(format).map(([key, value]) => [key, jsonValue(value, hop)]);
  return JSON.stringify(Object.fromEntries(entries));
}

/** One operator alone keeps its type. Source: Envoy's JsonFormatter. */
function jsonValue(value: unknown, hop: Hop): unknown {
  if (typeof value !== "string") return value;
  const [, operator] = /^%([A-Z_]+(?:\([^)]*\))?)%$/.exec(value) ?? [];
  return operator === undefined ? accessLogText(hop, value) : (operatorValue(operator, hop) ?? null);
}

/** A line as `meshConfig` wants it; a JSON format that is none counts as not said, as istiod has it. */
export function accessLogLine(hop: Hop, { encoding, format }: AccessLogForm): string {
  return encoding === "TEXT" ? accessLogText(hop, format) : accessLogJson(hop, parsedFormat(format));
}

function parsedFormat(format: string | undefined): Record<string, unknown> | undefined {
  if (format === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(format);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function operatorValue(operator: string, hop: Hop): Value {
  const [, kind, name = "", other] = /^(REQ|RESP)\(([^?)]+)(?:\?([^)]+))?\)$/.exec(operator) ?? [];
  if (kind === undefined) return OPERATORS[operator]?.(hop);
  const read = kind === "REQ" ? requestValue : responseValue;
  return read(name, hop) ?? (other === undefined ? undefined : read(other, hop));
}

function requestValue(name: string, { request }: Hop): Value {
  // A connection that was cut has told nothing.
  const told = (text: string): Value => (text === "-" ? undefined : text);
  if (name === ":METHOD") return told(request.method);
  if (name === ":PATH") return told(request.path);
  return header(request.headers, name === ":AUTHORITY" ? "host" : name);
}

function responseValue(name: string, { upstreamMs }: Hop): Value {
  return name.toLowerCase() === "x-envoy-upstream-service-time" && upstreamMs !== undefined
    ? Math.round(upstreamMs)
    : undefined;
}

/** An address with the port of a connection's near end: any, but the same for the same hop. */
function withPort(address: string, hop: Hop, side: string): string {
  if (/:\d+$/.test(address)) return address;
  const id = header(hop.request.headers, "x-request-id") ?? "";
  const digest = createHash("sha1").update(`${side} ${hop.workload.uid} ${hop.startedAt} ${id}`).digest();
  return `${address}:${32_768 + (digest.readUInt16BE(0) % 28_232)}`;
}
