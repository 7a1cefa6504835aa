import { STATUS_CODES } from "node:http";
import type { JsonObject } from "../../objects/index.ts";
import { destinationFindings } from "./destinations.ts";
import { durationError, parseDuration } from "./duration.ts";
import { Findings, items, pairs, quoted, texts } from "./findings.ts";
import { headerNameError, isAuthority } from "./headers.ts";
import { portError } from "./names.ts";
import { regexError, regexMatchError } from "./string-match.ts";

const METHODS = new Set(["CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE"]);
/** What `x-envoy-retry-on` and `x-envoy-retry-grpc-on` know, beside status codes. */
const RETRIES = new Set([
  "5xx",
  "cancelled",
  "connect-failure",
  "deadline-exceeded",
  "envoy-ratelimited",
  "gateway-error",
  "http3-post-connect-failure",
  "internal",
  "refused-stream",
  "reset",
  "reset-before-request",
  "resource-exhausted",
  "retriable-4xx",
  "retriable-headers",
  "retriable-status-codes",
  "unavailable",
]);
const GRPC_CODES = new Set([
  "ABORTED",
  "ALREADY_EXISTS",
  "CANCELLED",
  "DATA_LOSS",
  "DEADLINE_EXCEEDED",
  "FAILED_PRECONDITION",
  "INTERNAL",
  "INVALID_ARGUMENT",
  "NOT_FOUND",
  "OK",
  "OUT_OF_RANGE",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "UNAUTHENTICATED",
  "UNAVAILABLE",
  "UNIMPLEMENTED",
  "UNKNOWN",
]);
const BODY_LIMIT = 1024 * 1024;
const BODY_WARNING = 100 * 1024;

/** Who of another origin may ask. */
export function corsPolicy(policy: JsonObject | undefined): Findings {
  const found = new Findings();
  if (!policy) return found;
  for (const origin of items(policy.allowOrigins)) {
    const isEmpty = !(origin.exact || origin.prefix || origin.regex);
    found.error(
      isEmpty
        ? "'' is not a valid match type for CORS allow origins"
        : regexMatchError(origin, "corsPolicy.allowOrigins"),
    );
  }
  for (const method of texts(policy.allowMethods)) {
    found.error(METHODS.has(method) ? undefined : `${quoted(method)} is not a supported HTTP method`);
  }
  for (const name of [...texts(policy.allowHeaders), ...texts(policy.exposeHeaders)]) {
    found.error(name === "*" ? undefined : headerNameError(name));
  }
  found.error(durationError(policy.maxAge));
  const age = policy.maxAge === undefined ? undefined : parseDuration(String(policy.maxAge));
  const isFine = age !== undefined && "ns" in age && age.ns % 1e9 > 0;
  return found.listed(isFine ? "max_age duration is accurate only to seconds precision" : undefined);
}

/** Faults that are made on purpose. */
export function faultInjection(fault: JsonObject | undefined): Findings {
  const found = new Findings();
  if (!fault) return found;
  const { abort, delay } = fault;
  found.listed(abort || delay ? undefined : "HTTP fault injection must have an abort and/or a delay");
  if (abort) found.errorsOf(abortFindings(abort));
  if (!delay) return found;
  found.error(percentageError(delay.percentage), durationError(delay.fixedDelay));
  if (delay.exponentialDelay === undefined) return found;
  return found.error(durationError(delay.exponentialDelay)).listed("exponentialDelay not supported yet");
}

function abortFindings({ percentage, grpcStatus, http2Error, httpStatus }: JsonObject): Findings {
  const found = new Findings().error(percentageError(percentage));
  if (grpcStatus !== undefined) {
    const seeAlso = "See https://github.com/grpc/grpc/blob/master/doc/statuscodes.md for a list of supported codes";
    const unknown = `gRPC status ${quoted(grpcStatus)} is not supported. ${seeAlso}, for example 'NOT_FOUND'`;
    return found.error(GRPC_CODES.has(grpcStatus) ? undefined : unknown);
  }
  if (http2Error !== undefined) return found.error("HTTP/2 abort fault injection not supported yet");
  return found.error(httpStatus === undefined ? undefined : statusError(httpStatus));
}

function statusError(status: number = 0): string | undefined {
  return status < 200 || status > 600 ? `HTTP status ${status} is not in range 200-599` : undefined;
}

function percentageError(percentage: JsonObject | undefined): string | undefined {
  const value = Number(percentage?.value ?? 0);
  const isWrong = value < 0 || value > 100 || (value > 0 && value < 0.0001);
  return isWrong ? `percentage ${value} is neither 0.0, nor in range [0.0001, 100.0]` : undefined;
}

/** Where a copy of the traffic goes: the old fields and the list. */
export function mirrors({ mirror, mirrorPercent, mirrorPercentage, mirrors: list }: JsonObject): Findings {
  const found = new Findings();
  if (mirrorPercent !== undefined && mirrorPercent !== null) {
    found.error(
      mirrorPercent > 100 ? `mirror_percent must have a max value of 100 (it has ${mirrorPercent})` : undefined,
    );
    found.warn('using deprecated setting "mirrorPercent", use "mirrorPercentage" instead');
  }
  found.error(shareError("mirror_percentage", mirrorPercentage)).add(destinationFindings(mirror));
  for (const { destination, percentage } of items(list)) {
    if (!destination) found.error("destination is required for mirrors");
    else found.add(destinationFindings(destination)).error(shareError("mirror percentage", percentage));
  }
  return found;
}

function shareError(name: string, percentage: JsonObject | undefined): string | undefined {
  const value = Number(percentage?.value ?? 0);
  if (value > 100) return `${name} must have a max value of 100 (it has ${value.toFixed(6)})`;
  return value < 0 ? `${name} must have a min value of 0 (it has ${value.toFixed(6)})` : undefined;
}

/** A redirect: it must change something, and be one. */
export function redirectError(redirect: JsonObject | undefined): string | undefined {
  if (!redirect) return undefined;
  const { uri, authority, port, derivePort, redirectCode = 0, scheme = "" } = redirect;
  if (!uri && !authority && !scheme && port === undefined && derivePort === undefined) {
    return "redirect must specify URI, authority, scheme, or port";
  }
  if (redirectCode !== 0 && (redirectCode < 300 || redirectCode > 399)) {
    return `${redirectCode} is not a valid redirect code, must be 3xx`;
  }
  if (!["", "http", "https"].includes(scheme)) return 'invalid redirect scheme, must be "http" or "https"';
  return port > 0 ? portError(port) : undefined;
}

/** An answer that the proxy gives by itself. */
export function directResponse(response: JsonObject | undefined): Findings {
  const found = new Findings();
  if (!response) return found;
  const { string, bytes } = response.body ?? {};
  const size = string === undefined ? Buffer.byteLength(bytes ?? "", "base64") : Buffer.byteLength(string);
  const large = "large direct_responses may impact control plane performance";
  if (size > BODY_LIMIT) found.error(`${large}, must be less than 1MB`);
  else found.warn(size > BODY_WARNING ? large : undefined);
  return found.error(statusError(response.status));
}

/** How often, and after what, a request is tried again. */
export function retries(policy: JsonObject | undefined): Findings {
  const found = new Findings();
  if (!policy) return found;
  const { attempts = 0, perTryTimeout, retryOn = "", retryRemoteLocalities } = policy;
  found.listed(attempts < 0 ? "attempts cannot be negative" : undefined);
  const isSet = perTryTimeout !== undefined || retryOn !== "" || (retryRemoteLocalities ?? null) !== null;
  if (attempts === 0 && isSet) found.error("http retry policy configured when attempts are set to 0 (disabled)");
  found.error(durationError(perTryTimeout));
  if (retryOn === "") return found;
  for (const policyName of String(retryOn).split(",")) {
    const isStatus = /^\d+$/.test(policyName) && STATUS_CODES[policyName] !== undefined;
    found.error(
      isStatus || RETRIES.has(policyName) ? undefined : `${quoted(policyName)} is not a valid retryOn policy`,
    );
  }
  return found;
}

/** What a request's path and authority become. */
export function rewriteError(rewrite: JsonObject | undefined): string | undefined {
  if (!rewrite) return undefined;
  const { authority, uri, uriRegexRewrite: regex } = rewrite;
  if (uri && regex) return "rewrite may only contain one of URI or UriRegexRewrite";
  if (!uri && !regex && !authority) {
    return "rewrite must specify at least one of URI, UriRegexRewrite, or authority. Only one of URI or UriRegexRewrite may be specified";
  }
  if (!regex) return undefined;
  const fault =
    regex.match && regex.rewrite
      ? regexError(String(regex.match), "HTTPRewrite.UriRegexRewrite.Match")
      : "UriRegexRewrite requires both Rewrite and Match fields to be specified";
  return fault && `UriRegexRewrite has errors\n${fault}`;
}

/** The authority is rewritten in one place. */
export function authorityError({ headers, rewrite }: JsonObject): string | undefined {
  let current = String(rewrite?.authority ?? "");
  const changes = [...pairs(headers?.request?.set), ...pairs(headers?.request?.add)];
  for (const [, value] of changes.filter(([name]) => isAuthority(name))) {
    if (current !== "") {
      return `authority header cannot be set multiple times: have ${quoted(current)}, attempting to set ${quoted(value)}`;
    }
    current = value;
  }
  return undefined;
}
