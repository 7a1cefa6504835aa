import {
  constants,
  createHmac,
  createPublicKey,
  type JsonWebKeyInput,
  type KeyObject,
  timingSafeEqual,
  verify,
} from "node:crypto";
import type { JsonWebKeyLike } from "../config/policy.ts";
import { type Token, TokenError } from "./token.ts";

/** Tokens that were found signed, by the keys that were asked: the same one comes with each request of a client. */
const signedTokens = new WeakMap<readonly JsonWebKeyLike[], Set<string>>();
const MOST_KEPT = 100;

/** Whether a token was signed by one of these keys. Throws `TokenError`. Source: Envoy's jwt_verify_lib, verify.cc. */
export function checkSignature(token: Token, keys: readonly JsonWebKeyLike[]): void {
  const known = signedTokens.get(keys) ?? new Set();
  if (known.has(token.text)) return;
  verifySignature(token, keys);
  if (known.size >= MOST_KEPT) known.clear();
  signedTokens.set(keys, known.add(token.text));
}

function verifySignature(token: Token, keys: readonly JsonWebKeyLike[]): void {
  const own = keys.filter((key) => isFor(key, token));
  if (own.length === 0) throw new TokenError("Jwks doesn't have key to match kid or alg from Jwt");
  if (own.some((key) => key.kty === "OKP") && token.signature.length !== ED25519_BYTES) {
    throw new TokenError("Jwt ED25519 signature is wrong length");
  }
  if (!own.some((key) => isSignedBy(token, key))) throw new TokenError("Jwt verification fails");
}

const ED25519_BYTES = 64;

/** By name where both have one, and of the algorithm that the key is for. */
function isFor(key: JsonWebKeyLike, { keyId, algorithm }: Token): boolean {
  const isNamed = keyId === "" || key.kid === undefined || key.kid === "" || key.kid === keyId;
  const wanted = key.alg ?? CURVES[String(key.crv)];
  return isNamed && (wanted === undefined || wanted === "" || wanted === algorithm);
}

/** The algorithm that a curve is for. */
const CURVES: Readonly<Record<string, string>> = {
  "P-256": "ES256",
  "P-384": "ES384",
  "P-521": "ES512",
  Ed25519: "EdDSA",
};

/** The types of keys, by how a signature's begin says. */
const KEY_TYPES: Readonly<Record<string, string>> = { RS: "RSA", PS: "RSA", ES: "EC", Ed: "OKP", HS: "oct" };

function isSignedBy({ algorithm, signed, signature }: Token, key: JsonWebKeyLike): boolean {
  const family = algorithm.slice(0, 2);
  if (KEY_TYPES[family] !== key.kty) return false;
  const hash = `sha${algorithm.slice(2)}`;
  if (family === "HS") return isSameCode(String(key.k ?? ""), hash, signed, signature);
  const publicKey = publicKeyOf(key);
  if (publicKey === undefined) return false;
  const data = Buffer.from(signed);
  switch (family) {
    case "Ed":
      return verify(null, data, publicKey, signature);
    case "ES":
      return verify(hash, data, { key: publicKey, dsaEncoding: "ieee-p1363" }, signature);
    case "PS":
      return verify(hash, data, { key: publicKey, padding: constants.RSA_PKCS1_PSS_PADDING }, signature);
    default:
      return verify(hash, data, publicKey, signature);
  }
}

function isSameCode(secret: string, hash: string, signed: string, signature: Buffer): boolean {
  const code = createHmac(hash, Buffer.from(secret, "base64url")).update(signed).digest();
  return code.length === signature.length && timingSafeEqual(code, signature);
}

const publicKeys = new WeakMap<JsonWebKeyLike, { readonly key: KeyObject | undefined }>();

/** Undefined: the key says nothing that can be used; such a one is passed over. */
function publicKeyOf(key: JsonWebKeyLike): KeyObject | undefined {
  let found = publicKeys.get(key);
  if (found === undefined) {
    found = { key: readKey(key) };
    publicKeys.set(key, found);
  }
  return found.key;
}

function readKey(key: JsonWebKeyLike): KeyObject | undefined {
  try {
    return createPublicKey({ key, format: "jwk" } as JsonWebKeyInput);
  } catch {
    return undefined;
  }
}
