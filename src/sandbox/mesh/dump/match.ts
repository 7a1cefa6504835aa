import type { JsonObject } from "../../objects/index.ts";
import type { RequestMatch, StringMatch } from "../config/config.ts";
import { message } from "./proto.ts";

/** A route's `match` in Envoy's words. */
export function routeMatch(match: RequestMatch): JsonObject {
  const pseudo: readonly (readonly [string, StringMatch | undefined])[] = [
    [":method", match.method],
    [":authority", match.authority],
    [":scheme", match.scheme],
  ];
  const asked = [...pseudo.flatMap(([name, one]) => (one ? [[name, one] as const] : [])), ...match.headers];
  const headers = [
    ...asked.map(([name, one]) => headerMatch(name, one)),
    // A header that is not there counts as one without a value.
    ...match.withoutHeaders.map(([name, one]) => ({
      ...headerMatch(name, one),
      ...(one.kind === "present" ? {} : { treat_missing_header_as_empty: true }),
      invert_match: true,
    })),
  ];
  const query = match.query.map(([name, one]) =>
    one.kind === "present" ? { name, present_match: true } : { name, string_match: stringMatch(one) },
  );
  return message({
    ...pathMatch(match.path),
    headers: headers.length > 0 ? headers : undefined,
    query_parameters: query.length > 0 ? query : undefined,
  });
}

function pathMatch(path: RequestMatch["path"]): JsonObject {
  if (path === undefined || path.kind === "present") return { prefix: "/" };
  if (path.kind === "segment") return path.value === "/" ? { prefix: "/" } : { path_separated_prefix: path.value };
  const isUncased = path.ignoreCase === true ? { case_sensitive: false } : { case_sensitive: true };
  if (path.kind === "exact") return { path: path.value, ...isUncased };
  if (path.kind === "prefix") return { prefix: path.value, ...isUncased };
  return { safe_regex: { regex: path.value } };
}

function headerMatch(name: string, match: StringMatch): JsonObject {
  return match.kind === "present" ? { name, present_match: true } : { name, string_match: stringMatch(match) };
}

/** `envoy.type.matcher.v3.StringMatcher` */
export function stringMatch(match: StringMatch): JsonObject {
  switch (match.kind) {
    case "exact":
      return { exact: match.value };
    case "prefix":
      return { prefix: match.value };
    case "regex":
      return { safe_regex: { regex: match.value } };
    case "present":
      return { safe_regex: { regex: ".*" } };
  }
}
