import type { JsonObject } from "../../objects/index.ts";
import { entries, items, quoted } from "./findings.ts";

/** Warnings of the routes that no request reaches, and of the matches that an earlier one has already. */
export function unreachableRoutes(spec: JsonObject): readonly string[] {
  return [...duplicates(spec.http), ...covered(spec.http), ...duplicates(spec.tcp), ...duplicates(spec.tls)];
}

function duplicates(list: unknown): readonly string[] {
  const routes = items(list);
  const warnings: string[] = [];
  const seen = new Map<string, number>();
  let isOpen = false;
  for (const [index, route] of routes.entries()) {
    const matches = items(route.match);
    if (matches.length === 0) {
      if (isOpen) warnings.push(unused(route, index, "only the last rule can have no matches"));
      isOpen = true;
      continue;
    }
    let count = 0;
    for (const [place, match] of matches.entries()) {
      const key = keyOf(match);
      const before = seen.get(key);
      if (before === undefined) seen.set(key, index);
      else {
        count++;
        const other = nameOf(routes[before] ?? {}, before);
        warnings.push(ineffective(nameOf(route, index), nameOf(match, place), other));
      }
    }
    if (count === matches.length) warnings.push(unused(route, index, "all matches used by prior rules"));
  }
  return warnings;
}

function unused(route: JsonObject, index: number, reason: string): string {
  return `virtualService rule ${nameOf(route, index)} not used (${reason})`;
}

function ineffective(rule: string, match: string, other: string): string {
  return `virtualService rule ${rule} match ${match} is not used (duplicate/overlapping match in rule ${other})`;
}

function nameOf({ name }: JsonObject, index: number): string {
  return name ? quoted(name) : `#${index}`;
}

/** What a match says, whatever it is called and in whatever order. */
function keyOf({ name: _, ...match }: JsonObject): string {
  return JSON.stringify(match, (_key, value) =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

interface Prefix {
  readonly rule: string;
  readonly match: string;
  readonly prefix: string;
  readonly port: number;
  readonly method: string;
  readonly authority: string;
  readonly maps: readonly Readonly<Record<string, string>>[];
}

/** A prefix that a shorter one before it has already, all else being as wide. */
function covered(list: unknown): readonly string[] {
  const prefixes = prefixesOf(list);
  return prefixes.flatMap((first, index) =>
    prefixes
      .slice(index + 1)
      .filter((later) => later.prefix !== first.prefix && covers(first, later))
      .map((later) =>
        ineffective(
          later.rule,
          `${later.match} of prefix ${later.prefix}`,
          `${first.match} of prefix ${first.prefix} on ${first.rule}`,
        ),
      ),
  );
}

function prefixesOf(list: unknown): readonly Prefix[] {
  const seen = new Set<string>();
  return items(list).flatMap((route, index) =>
    items(route.match).flatMap((match, place): readonly Prefix[] => {
      const key = keyOf(match);
      if (seen.has(key)) return [];
      seen.add(key);
      if (!match.uri?.prefix) return [];
      const { authority, headers, method, port = 0, queryParams, uri, withoutHeaders } = match;
      return [
        {
          rule: nameOf(route, index),
          match: nameOf(match, place),
          prefix: uri.prefix,
          port,
          method: textOf(method) || "exact:GET",
          authority: textOf(authority),
          maps: [headers, queryParams, withoutHeaders].map((map) =>
            Object.fromEntries(entries(map).map(([name, value]) => [name, textOf(value)])),
          ),
        },
      ];
    }),
  );
}

function textOf(match: JsonObject | undefined): string {
  if (match?.exact) return `exact:${match.exact}`;
  return match?.prefix ? `prefix:${match.prefix}` : "";
}

/** The comparisons are upstream's, also where one might expect the opposite: what comes later must be as wide or wider. */
function covers(first: Prefix, later: Prefix): boolean {
  return (
    later.prefix.startsWith(first.prefix) &&
    later.port === first.port &&
    first.method.startsWith(later.method) &&
    first.authority.startsWith(later.authority) &&
    first.maps.every((map, index) => coversMap(map, later.maps[index] ?? {}))
  );
}

function coversMap(first: Readonly<Record<string, string>>, later: Readonly<Record<string, string>>): boolean {
  const keys = Object.keys(first);
  return (
    keys.length === Object.keys(later).length &&
    keys.every((key) => Object.hasOwn(later, key) && (first[key] ?? "").startsWith(later[key] ?? ""))
  );
}
