import { constants, createHmac, createPrivateKey, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { JsonObject } from "../../../../src/sandbox/objects/index.ts";

const HMAC_SECRET = "a secret of thirty-two characters";

/** One key of each type, made for this run. */
const PRIVATE: Readonly<Record<string, KeyObject>> = {
  RSA: generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey,
  "P-256": generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey,
  "P-384": generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey,
  Ed25519: generateKeyPairSync("ed25519").privateKey,
};

const KEY_OF: Readonly<Record<string, string>> = {
  RS: "RSA",
  PS: "RSA",
  ES256: "P-256",
  ES384: "P-384",
  Ed: "Ed25519",
};

function privateKey(algorithm: string): KeyObject | undefined {
  return PRIVATE[KEY_OF[algorithm] ?? KEY_OF[algorithm.slice(0, 2)] ?? ""];
}

/** The public key that an algorithm's signatures are checked with, as a JSON Web Key. */
export function publicKey(algorithm: string, more: JsonObject = {}): JsonObject {
  const own = privateKey(algorithm);
  if (own === undefined) return { kty: "oct", k: Buffer.from(HMAC_SECRET).toString("base64url"), ...more };
  const { d, p, q, dp, dq, qi, ...key } = own.export({ format: "jwk" });
  return { ...key, ...more };
}

/** A key that signed nothing. */
export function strangeKey(more: JsonObject = {}): JsonObject {
  return { ...generateKeyPairSync("ec", { namedCurve: "P-256" }).publicKey.export({ format: "jwk" }), ...more };
}

export function encoded(value: unknown): string {
  return Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
}

/** A token that is signed as its algorithm says. */
export function token(payload: unknown, algorithm = "ES256", header: JsonObject = {}): string {
  const signed = `${encoded({ alg: algorithm, typ: "JWT", ...header })}.${encoded(payload)}`;
  return `${signed}.${signatureOf(signed, algorithm).toString("base64url")}`;
}

function signatureOf(signed: string, algorithm: string): Buffer {
  const data = Buffer.from(signed);
  const key = privateKey(algorithm);
  const hash = `sha${algorithm.slice(2)}`;
  if (key === undefined) return createHmac(hash, HMAC_SECRET).update(data).digest();
  if (algorithm === "EdDSA") return sign(null, data, key);
  if (algorithm.startsWith("ES")) return sign(hash, data, { key, dsaEncoding: "ieee-p1363" });
  if (algorithm.startsWith("RS")) return sign(hash, data, key);
  const pss = {
    key: createPrivateKey(key.export({ format: "pem", type: "pkcs8" })),
    padding: constants.RSA_PKCS1_PSS_PADDING,
  };
  return sign(hash, data, { ...pss, saltLength: constants.RSA_PSS_SALTLEN_DIGEST });
}
