import type { JsonObject } from "../../objects/index.ts";
import { durationError } from "./duration.ts";
import { Findings, items, quoted, texts } from "./findings.ts";
import { headerNameError } from "./headers.ts";
import { policyTargets } from "./selectors.ts";
import type { Validator } from "./subject.ts";

/** A RequestAuthentication: whose tokens count, where they are, what becomes of their claims. */
export const requestAuthentication: Validator = ({ spec }) =>
  new Findings().add(policyTargets(spec), ...items(spec.jwtRules).map(ruleFindings));

function ruleFindings(rule: JsonObject): Findings {
  const found = new Findings();
  const empty = (list: unknown, fault: string): readonly string[] =>
    texts(list)
      .filter((one) => one === "")
      .map(() => fault);
  found.listed(
    rule.issuer ? undefined : "issuer must be set",
    ...empty(rule.audiences, "audience must be non-empty string"),
    rule.jwksUri ? uriError(String(rule.jwksUri)) : undefined,
    rule.jwks ? keysError(String(rule.jwks)) : undefined,
    ...items(rule.fromHeaders).map(({ name }) => (name ? undefined : "location header name must be non-empty string")),
    ...empty(rule.fromParams, "location query must be non-empty string"),
    ...empty(rule.fromCookies, "cookie name must be non-empty string"),
  );
  for (const { claim, header } of items(rule.outputClaimToHeaders)) {
    const fault = "outputClaimToHeaders header and claim value must be non-empty string";
    found.listed(claim && header ? headerNameError(String(header)) : fault);
  }
  return found.listed(durationError(rule.timeout));
}

function uriError(uri: string): string | undefined {
  const [, scheme = ""] = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(uri) ?? [];
  if (!["http", "https"].includes(scheme.toLowerCase()))
    return `URI scheme ${quoted(scheme.toLowerCase())} is not supported`;
  const [, port] = /^https?:\/\/(?:\[[^\]]*\]|[^/:?#]*):([^/?#]*)/i.exec(uri) ?? [];
  return port === undefined || /^\d*$/.test(port)
    ? undefined
    : `parse ${quoted(uri)}: invalid port ${quoted(`:${port}`)} after host`;
}

/** Keys are a JSON object: of one key, or of a list. The parser's own words are this program's, not upstream's. */
function keysError(text: string): string | undefined {
  const refused = (why: string): string => `jwks parse error: failed to unmarshal JWK set: ${why}`;
  try {
    const value: unknown = JSON.parse(text);
    const isKeys = typeof value === "object" && value !== null && ("keys" in value || "kty" in value);
    return isKeys ? undefined : refused("found neither `keys` nor `kty`");
  } catch {
    return refused("found no JSON");
  }
}
