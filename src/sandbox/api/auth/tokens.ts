import { createHash, createPublicKey, sign, verify } from "node:crypto";
import type { JsonObject, KubeObject } from "../../objects/index.ts";
import type { Store } from "../../store/index.ts";
import { SECRET_ISSUER, type SecretClaims } from "./secret-claims.ts";
import { AUTHENTICATED, accountGroups, accountUsername, type User } from "./user.ts";

/** Whom tokens are for when nobody says so: the API server. */
export const ISSUER = "https://kubernetes.default.svc.cluster.local";

const EXTRA = "authentication.kubernetes.io";

/** What a service account's token says. Times in epoch seconds. */
export interface Claims {
  readonly aud: readonly string[];
  readonly exp: number;
  readonly iat: number;
  readonly nbf: number;
  readonly iss: string;
  readonly jti: string;
  readonly sub: string;
  readonly "kubernetes.io": {
    readonly namespace: string;
    readonly serviceaccount: Bound;
    readonly pod?: Bound;
    readonly node?: Bound;
    readonly secret?: Bound;
    /** A kubelet's token is good for a year, but should have been renewed by then. */
    readonly warnafter?: number;
  };
}

interface Bound {
  readonly name: string;
  readonly uid: string;
}

/** A JSON Web Token (RFC 7519) by ES256, signed with a PEM key. */
export function signToken(claims: Claims | SecretClaims, key: string): string {
  const content = [{ alg: "ES256", kid: keyId(key) }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString("base64url"))
    .join(".");
  return `${content}.${sign("sha256", Buffer.from(content), { key, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
}

/** The public half of the key that tokens are signed with, as a JSON Web Key (RFC 7517): what others check them by. */
export function tokenWebKey(key: string): JsonObject {
  return { use: "sig", ...createPublicKey(key).export({ format: "jwk" }), kid: keyId(key), alg: "ES256" };
}

function keyId(key: string): string {
  const spki = createPublicKey(key).export({ type: "spki", format: "der" });
  return createHash("sha256").update(spki).digest("base64url");
}

/** The account behind a token; undefined for one that is forged, out of its time, for others, or bound to what is gone. */
export function accountOfToken(
  token: string,
  {
    key,
    store,
    now,
    audiences = [ISSUER],
  }: {
    readonly key: string;
    readonly store: Pick<Store, "get">;
    /** Epoch ms. */
    readonly now: number;
    readonly audiences?: readonly string[];
  },
): User | undefined {
  const claims = verifiedClaims(token, key);
  const seconds = now / 1000;
  if (claims && !("aud" in claims))
    return audiences.includes(ISSUER) ? accountOfSecret(token, claims, store) : undefined;
  if (!claims || claims.iss !== ISSUER || seconds >= claims.exp || seconds < claims.nbf) return undefined;
  if (!claims.aud.some((audience) => audiences.includes(audience))) return undefined;
  const { namespace, serviceaccount, pod, node, secret } = claims["kubernetes.io"];
  const isThere = (resource: string, bound: Bound | undefined, inside: string | undefined): boolean =>
    bound === undefined || store.get(resource, inside, bound.name)?.metadata.uid === bound.uid;
  if (!isThere("/serviceaccounts", serviceaccount, namespace) || !isThere("/pods", pod, namespace)) return undefined;
  if (!isThere("/secrets", secret, namespace) || !isThere("/nodes", pod ? undefined : node, undefined))
    return undefined;
  return {
    username: accountUsername(namespace, serviceaccount.name),
    uid: serviceaccount.uid,
    groups: [...accountGroups(namespace), AUTHENTICATED],
    extra: {
      [`${EXTRA}/credential-id`]: [`JTI=${claims.jti}`],
      ...extraOf("node", node),
      ...extraOf("pod", pod),
    },
  };
}

/** A token without an end is good as long as its Secret holds it, for the account that it was made for. */
function accountOfSecret(token: string, claims: SecretClaims, store: Pick<Store, "get">): User | undefined {
  const namespace = claims["kubernetes.io/serviceaccount/namespace"];
  const name = claims["kubernetes.io/serviceaccount/service-account.name"];
  const uid = claims["kubernetes.io/serviceaccount/service-account.uid"];
  const secret = store.get("/secrets", namespace, claims["kubernetes.io/serviceaccount/secret.name"]);
  if (claims.iss !== SECRET_ISSUER) return undefined;
  const held = Buffer.from(String((secret?.data as JsonObject | undefined)?.token ?? ""), "base64").toString();
  if (held !== token || secret?.metadata.deletionTimestamp) return undefined;
  if (store.get("/serviceaccounts", namespace, name)?.metadata.uid !== uid) return undefined;
  return { username: accountUsername(namespace, name), uid, groups: [...accountGroups(namespace), AUTHENTICATED] };
}

/** An object as a token names it. */
export function boundTo({ metadata }: KubeObject): Bound {
  return { name: metadata.name, uid: metadata.uid ?? "" };
}

function extraOf(what: string, bound: Bound | undefined): Record<string, readonly string[]> {
  return bound ? { [`${EXTRA}/${what}-name`]: [bound.name], [`${EXTRA}/${what}-uid`]: [bound.uid] } : {};
}

function verifiedClaims(token: string, key: string): Claims | SecretClaims | undefined {
  const [head = "", body = "", signature = "", ...more] = token.split(".");
  if (signature === "" || more.length > 0) return undefined;
  try {
    const { alg } = JSON.parse(Buffer.from(head, "base64url").toString("utf8")) as JsonObject;
    const by = { key: createPublicKey(key), dsaEncoding: "ieee-p1363" } as const;
    if (alg !== "ES256" || !verify("sha256", Buffer.from(`${head}.${body}`), by, Buffer.from(signature, "base64url")))
      return undefined;
    return JSON.parse(Buffer.from(body, "base64url").toString("utf8")) as Claims | SecretClaims;
  } catch {
    // Whatever is no token of ours opens nothing.
    return undefined;
  }
}
