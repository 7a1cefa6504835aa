import type { JsonObject } from "../../objects/index.ts";
import { type TextTest, textPattern } from "./pattern.ts";

/** Whether a claim, however deep, or one of its list is as wanted; only texts can be. */
export function claimIs(claims: JsonObject | undefined, path: readonly string[], test: TextTest): boolean {
  let value: unknown = claims;
  for (const name of path) {
    if (typeof value !== "object" || value === null || Array.isArray(value) || !Object.hasOwn(value, name))
      return false;
    value = (value as JsonObject)[name];
  }
  const isWanted = (one: unknown): boolean => typeof one === "string" && test(one);
  return Array.isArray(value) ? value.some(isWanted) : isWanted(value);
}

/**
 * A request principal, `issuer/subject`: parted at the last slash, as an issuer may be a URL; a star stands in front or at
 * the end. Source: istiod's pilot/pkg/security/authz/model/generator.go.
 */
export function requestPrincipal(value: string): (claims: JsonObject | undefined) => boolean {
  const [issuer, subject] = issuerAndSubject(value);
  const [isIssuer, isSubject] = [textPattern(issuer), textPattern(subject)];
  return (claims) => claimIs(claims, ["iss"], isIssuer) && claimIs(claims, ["sub"], isSubject);
}

function issuerAndSubject(value: string): readonly [issuer: string, subject: string] {
  const slash = value.lastIndexOf("/");
  if (slash >= 0) return [value.slice(0, slash), value.slice(slash + 1)];
  if (value === "*") return ["*", "*"];
  if (value.startsWith("*")) return ["*", value];
  return [value, value.endsWith("*") ? "*" : ""];
}

/** The names in `[a][b]`; undefined for what is not so written. */
export function bracketed(text: string): readonly string[] | undefined {
  if (!/^(?:\[[^[\]]+\])+$/.test(text)) return undefined;
  return text.slice(1, -1).split("][");
}
