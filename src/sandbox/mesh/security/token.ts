import type { JsonObject } from "../../objects/index.ts";

/** A JSON Web Token, taken apart; nothing is proven yet. */
export interface Token {
  /** The whole of it. */
  readonly text: string;
  readonly algorithm: string;
  readonly keyId: string;
  readonly payload: JsonObject;
  /** As it stood in the token. */
  readonly encodedPayload: string;
  /** What is signed. */
  readonly signed: string;
  readonly signature: Buffer;
  readonly issuer: string;
  /** Seconds since the epoch; 0: not said. */
  readonly notBefore: number;
  readonly expires: number;
  readonly audiences: readonly string[];
}

/** Why a token is not good, in Envoy's words: the answer's body. Source: Envoy's source/common/jwt/status.cc. */
export class TokenError extends Error {
  override readonly name = "TokenError";
}

const ALGORITHMS: ReadonlySet<string> = new Set(
  "ES256 ES384 ES512 HS256 HS384 HS512 RS256 RS384 RS512 PS256 PS384 PS512 EdDSA".split(" "),
);

/** Takes a token apart. Throws `TokenError`. Source: Envoy's jwt_verify_lib, jwt.cc: the same checks in the same order. */
export function parseToken(text: string): Token {
  const parts = text.split(".");
  const [encodedHeader = "", encodedPayload = "", encodedSignature = ""] = parts;
  if (parts.length !== 3 || parts.includes("")) {
    throw new TokenError("Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections");
  }
  const header = objectIn("header", encodedHeader);
  const algorithm = header.alg;
  if (typeof algorithm !== "string") throw new TokenError("Jwt header [alg] field is required and must be a string");
  if (!ALGORITHMS.has(algorithm)) throw new TokenError("Jwt header [alg] is not supported");
  if (header.kid !== undefined && typeof header.kid !== "string") {
    throw new TokenError("Jwt header [kid] field is not a string");
  }
  const payload = objectIn("payload", encodedPayload);
  const issuer = textIn(payload, "iss");
  textIn(payload, "sub");
  secondsIn(payload, "iat");
  const notBefore = secondsIn(payload, "nbf");
  const expires = secondsIn(payload, "exp");
  textIn(payload, "jti");
  const audiences = audiencesIn(payload);
  const signature = bytesIn("signature", encodedSignature);
  const signed = `${encodedHeader}.${encodedPayload}`;
  return {
    text,
    algorithm,
    keyId: header.kid ?? "",
    payload,
    encodedPayload,
    signed,
    signature,
    issuer,
    notBefore,
    expires,
    audiences,
  };
}

function bytesIn(part: string, text: string): Buffer {
  const bare = text.replace(/={1,2}$/, "");
  if (!/^[A-Za-z0-9_-]*$/.test(bare) || bare.length % 4 === 1) {
    throw new TokenError(`Jwt ${part} is an invalid Base64url encoded`);
  }
  return Buffer.from(bare, "base64url");
}

function objectIn(part: string, text: string): JsonObject {
  const bytes = bytesIn(part, text);
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch {
    value = undefined;
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new TokenError(`Jwt ${part} is an invalid JSON`);
}

function textIn(payload: JsonObject, claim: string): string {
  const value = payload[claim] ?? "";
  if (typeof value !== "string") throw new TokenError(`Jwt payload [${claim}] field is not a string`);
  return value;
}

function secondsIn(payload: JsonObject, claim: string): number {
  const value = payload[claim] ?? 0;
  if (typeof value !== "number") throw new TokenError(`Jwt payload [${claim}] field is not an integer`);
  if (value < 0 || value >= 2 ** 63) {
    throw new TokenError(`Jwt payload [${claim}] field is not a positive 64 bit integer`);
  }
  return Math.floor(value);
}

function audiencesIn({ aud = [] }: JsonObject): readonly string[] {
  if (typeof aud === "string") return [aud];
  if (Array.isArray(aud) && aud.every((one) => typeof one === "string")) return aud;
  throw new TokenError("Jwt payload [aud] field is not a string or string list");
}
