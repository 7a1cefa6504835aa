import type { JsonObject, KubeObject } from "../../objects/index.ts";
import type { JsonWebKeyLike, JwtRule } from "./policy.ts";

/** Claims that Istio always takes for lists of words. */
const WORD_LISTS = ["permission", "scope"];

/** What a RequestAuthentication wants of tokens, one rule for each issuer. */
export function jwtRules({ metadata: { namespace = "", name }, spec }: KubeObject): readonly JwtRule[] {
  const origin = { kind: "RequestAuthentication", namespace, name };
  return (spec?.jwtRules ?? []).map((rule: JsonObject) => ({
    origin,
    issuer: String(rule.issuer ?? ""),
    audiences: rule.audiences ?? [],
    keys: keysOf(rule),
    fromHeaders: (rule.fromHeaders ?? []).map((one: JsonObject) => ({ name: one.name, prefix: one.prefix ?? "" })),
    fromParams: rule.fromParams ?? [],
    fromCookies: rule.fromCookies ?? [],
    forwards: rule.forwardOriginalToken === true,
    spaceDelimitedClaims: [...WORD_LISTS, ...(rule.spaceDelimitedClaims ?? [])],
    outputPayloadToHeader: rule.outputPayloadToHeader || undefined,
    claimToHeaders: (rule.outputClaimToHeaders ?? []).map(({ header, claim }: JsonObject) => ({ header, claim })),
  }));
}

/** The keys that stand in the rule itself win over those at a URL. */
function keysOf({ jwks, jwks_uri, jwksUri = jwks_uri }: JsonObject): readonly JsonWebKeyLike[] | undefined {
  if (typeof jwks !== "string" || jwks === "") return jwksUri === undefined ? [] : undefined;
  try {
    const keys = JSON.parse(jwks)?.keys;
    return Array.isArray(keys) ? keys.filter((key) => typeof key?.kty === "string") : [];
  } catch {
    return [];
  }
}
