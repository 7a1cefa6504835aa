import type { JsonObject } from "../../objects/index.ts";
import type { JsonWebKeyLike, JwtRule } from "../config/policy.ts";
import { header, withoutHeaders } from "../headers.ts";
import type { HttpRequest } from "../model.ts";
import type { LocalReply } from "../proxy/local-reply.ts";
import { checkSignature } from "./signature.ts";
import { parseToken, type Token, TokenError } from "./token.ts";
import { tokensFor } from "./token-places.ts";

/** The request as it goes on, with what its token claims. */
export interface Authenticated {
  readonly request: HttpRequest;
  /** Undefined: it brought no token. */
  readonly claims: JsonObject | undefined;
}

/**
 * Looks at the tokens that a request brings: none is all right, a bad one is refused. `nowMs` is milliseconds since the
 * epoch. The first rule whose tokens are all good decides what goes on; where none is, the first that has a token says why.
 * Source: istiod's pilot/pkg/security/authn/policy_applier.go, Envoy's jwt_authn filter.
 */
export function authenticate(
  rules: readonly JwtRule[],
  request: HttpRequest,
  nowMs: number,
): Authenticated | LocalReply {
  if (rules.length === 0 || isPreflight(request)) return { request, claims: undefined };
  const clean = withoutForged(rules, request);
  let refusal: LocalReply | undefined;
  for (const rule of rules) {
    const tokens = tokensFor(rule, clean);
    if (tokens.length === 0) continue;
    try {
      let onward = clean;
      let claims: JsonObject | undefined;
      // The last place comes first, so that the claims of the first are those that stay.
      for (const { text, without } of tokens.toReversed()) {
        const token = goodToken(rule, text, Math.floor(nowMs / 1000));
        onward = told(rule, token, rule.forwards ? onward : without(onward));
        claims = normalised(rule, token.payload);
      }
      return { request: onward, claims };
    } catch (error) {
      if (!(error instanceof TokenError)) throw error;
      refusal ??= refused(request, error.message);
    }
  }
  return refusal ?? { request: clean, claims: undefined };
}

/** Seconds by which clocks may differ. */
const CLOCK_SKEW_SECONDS = 60;
const BAD_AUDIENCE = "Audiences in Jwt are not allowed";

function goodToken(rule: JwtRule, text: string, now: number): Token {
  const token = parseToken(text);
  if (token.issuer !== rule.issuer) throw new TokenError("Jwt issuer is not configured");
  if (now + CLOCK_SKEW_SECONDS < token.notBefore) throw new TokenError("Jwt not yet valid");
  if (token.expires > 0 && now > token.expires + CLOCK_SKEW_SECONDS) throw new TokenError("Jwt is expired");
  const wanted = rule.audiences.map(bareAudience);
  if (wanted.length > 0 && !token.audiences.some((one) => wanted.includes(bareAudience(one)))) {
    throw new TokenError(BAD_AUDIENCE);
  }
  if (rule.keys?.length === 0) throw new TokenError("Jwks doesn't have any valid public key");
  checkSignature(token, rule.keys ?? UNREACHABLE);
  return token;
}

/** What istiod gives a proxy for keys that it could not fetch: one that nobody signs with. */
const UNREACHABLE: readonly JsonWebKeyLike[] = [{ kty: "RSA", kid: "unreachable" }];

/** The scheme and a slash at the end do not count. Source: Envoy's jwt_verify_lib, check_audience.cc. */
function bareAudience(audience: string): string {
  return audience.replace(/\/$/, "").replace(/^https?:\/\//, "");
}

/** Headers that only a good token may set. */
function withoutForged(rules: readonly JwtRule[], request: HttpRequest): HttpRequest {
  const names = rules.flatMap(({ outputPayloadToHeader, claimToHeaders }) => [
    ...(outputPayloadToHeader === undefined ? [] : [outputPayloadToHeader]),
    ...claimToHeaders.map((one) => one.header),
  ]);
  return names.length === 0 ? request : { ...request, headers: withoutHeaders(request.headers, names) };
}

function told(rule: JwtRule, { encodedPayload, payload }: Token, request: HttpRequest): HttpRequest {
  const added: (readonly [string, string])[] = [];
  if (rule.outputPayloadToHeader !== undefined) added.push([rule.outputPayloadToHeader.toLowerCase(), encodedPayload]);
  for (const { header: name, claim } of rule.claimToHeaders) {
    const text = claimText(payload, claim);
    if (text !== "") added.push([name.toLowerCase(), text]);
  }
  return added.length === 0 ? request : { ...request, headers: [...request.headers, ...added] };
}

/** A claim as a header's value, `a.b` for one in another; lists and objects have none. */
function claimText(payload: JsonObject, claim: string): string {
  let value: unknown = Object.hasOwn(payload, claim) ? payload[claim] : undefined;
  if (value === undefined) {
    value = payload;
    for (const name of claim.split(".")) {
      value =
        typeof value === "object" && value !== null && Object.hasOwn(value, name)
          ? (value as JsonObject)[name]
          : undefined;
    }
  }
  if (typeof value === "number") return value >= 0 && Number.isInteger(value) ? String(value) : value.toFixed(6);
  return typeof value === "string" || typeof value === "boolean" ? String(value) : "";
}

/** With lists where claims are words in a text. */
function normalised({ spaceDelimitedClaims }: JwtRule, payload: JsonObject): JsonObject {
  const words = spaceDelimitedClaims.filter(
    (claim) => typeof payload[claim] === "string" && payload[claim].includes(" "),
  );
  if (words.length === 0) return payload;
  return { ...payload, ...Object.fromEntries(words.map((claim) => [claim, payload[claim].split(" ")])) };
}

/** A browser's question beforehand brings no credentials. */
function isPreflight({ method, headers }: HttpRequest): boolean {
  return (
    method === "OPTIONS" &&
    Boolean(header(headers, "origin")) &&
    Boolean(header(headers, "access-control-request-method"))
  );
}

const LONGEST_PATH = 256;

function refused({ headers, path }: HttpRequest, reason: string): LocalReply {
  const scheme = header(headers, "x-forwarded-proto") ?? "http";
  const original = (header(headers, "x-envoy-original-path") ?? path).slice(0, LONGEST_PATH);
  const realm = `${scheme}://${header(headers, "host") ?? ""}${original}`;
  return {
    status: reason === BAD_AUDIENCE ? 403 : 401,
    flag: undefined,
    details: `jwt_authn_access_denied{${reason.replace(/\s/g, "_")}}`,
    body: reason,
    headers: [["www-authenticate", `Bearer realm="${realm}", error="invalid_token"`]],
  };
}
