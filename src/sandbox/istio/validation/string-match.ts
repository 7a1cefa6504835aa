import type { JsonObject } from "../../objects/index.ts";

const LONGEST = 1024;

/** A match of a text: no empty prefix, no regular expression that RE2 does not read. */
export function stringMatchError(match: JsonObject | undefined | null, where: string): string | undefined {
  if (match?.prefix === "") return `${JSON.stringify(where)}: prefix string match should not be empty`;
  return regexMatchError(match, where);
}

/** The same, where an empty prefix is right: for paths. */
export function regexMatchError(match: JsonObject | undefined | null, where: string): string | undefined {
  if (match?.regex === undefined) return undefined;
  if (match.regex === "") return `${JSON.stringify(where)}: regex string match should not be empty`;
  return regexError(String(match.regex), where);
}

/** Why a regular expression is refused. */
export function regexError(regex: string, where: string): string | undefined {
  if (regex.length > LONGEST) return `${JSON.stringify(where)}: regex is too large, max length allowed is 1024`;
  const fault = parseFault(regex);
  if (fault === undefined) return undefined;
  const hint = "Istio uses RE2 style regex-based match (https://github.com/google/re2/wiki/Syntax)";
  return `${JSON.stringify(where)}: ${fault}; ${hint}`;
}

/** Escapes that other languages have and RE2 has not. */
const BAD_ESCAPE = /\\[1-9ceghijklmoquyFGHIJKLMNORTUVXYZ]/;

/** Go's error for a regular expression that it cannot read; undefined for one that it can. */
export function parseFault(regex: string): string | undefined {
  const bare = withoutEscapesAndClasses(regex);
  const faults: readonly (readonly [name: string, part: string | undefined])[] = [
    ["invalid or unsupported Perl syntax", /\(\?.?/.exec(bare)?.[0]],
    ["invalid escape sequence", BAD_ESCAPE.exec(regex.replace(/\\\\/g, "  "))?.[0]],
    ["missing argument to repetition operator", /(?:^|[(|])([*+?])/.exec(bare)?.[1]],
    ["invalid nested repetition operator", /[*+?](?:[*+]|\?[*+?])/.exec(bare)?.[0]],
    ["missing closing ]", openClass(regex, bare)],
    ["trailing backslash at end of expression", /(?:^|[^\\])(?:\\\\)*\\$/.test(regex) ? "" : undefined],
    ["invalid character class range", backwardRange(regex)],
    ...depthFault(bare).map((name) => [name, regex] as const),
  ];
  const [name, part] = faults.find(([, one]) => one !== undefined) ?? [];
  return name === undefined ? undefined : `error parsing regexp: ${name}: \`${part}\``;
}

/** Escapes and classes become letters, so that what is left is structure. `(?` of flags and names is no repetition. */
function withoutEscapesAndClasses(regex: string): string {
  return regex
    .replace(/\\./gs, "xx")
    .replace(/\[\^?\]?(?:[^\]])*\]/g, (all) => "x".repeat(all.length))
    .replace(/\(\?(?:P?<\w+>|[imsU-]*:|[imsU-]+(?=\)))/g, (all) => `(${"x".repeat(all.length - 1)}`);
}

function openClass(regex: string, bare: string): string | undefined {
  const at = bare.indexOf("[");
  return at === -1 ? undefined : regex.slice(at);
}

function backwardRange(regex: string): string | undefined {
  const [, from = "", to = ""] = /\[[^\]]*?([^\\\]])-([^\\\]])/.exec(regex) ?? [];
  return from > to ? `${from}-${to}` : undefined;
}

function depthFault(bare: string): readonly string[] {
  let depth = 0;
  for (const char of bare) {
    if (char === "(") depth++;
    if (char === ")") depth--;
    if (depth < 0) return ["unexpected )"];
  }
  return depth > 0 ? ["missing closing )"] : [];
}
