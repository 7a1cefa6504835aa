import { compileLine } from "../compiled-line.ts";
import type { ExpectedLine, VariableLookup } from "../expectation.ts";
import { collapseBlanks, trimBlanks } from "../found-lines.ts";
import { parseLine } from "../parse-line.ts";
import { patternOf, type Segment } from "../pattern.ts";
import { PLACEHOLDERS } from "../placeholders.ts";
import { escapeLine } from "./escape-line.ts";

/** A line's new text, and whether all that stands for something else in it was kept. */
export interface RewrittenLine {
  readonly text: string;
  readonly isTemplateKept: boolean;
}

/** Longer lines are written as they were found. */
const MOST_TOKENS = 120;
const NAMES = PLACEHOLDERS.map(({ name }) => name).join("|");
const TOKENS = new RegExp(`<(?:${NAMES})>|\\$\\{[A-Za-z_][A-Za-z0-9_]*\\}|[ \\t]+|[A-Za-z0-9]+|[^A-Za-z0-9 \\t]`, "g");
const OPTIONAL = /[ \t]+\(optional\)$/;

/** The costs of an alignment; the cheapest one keeps most of the page. */
const COST = { dropPattern: 8, drop: 1, insert: 1, blank: 0.5, rest: 1.01, any: 0.2 };

type Token =
  | { readonly kind: "blank" | "text"; readonly source: string }
  | {
      readonly kind: "pattern";
      readonly source: string;
      readonly each: number;
      readonly isEmpty: boolean;
      matches(text: string): boolean;
    };

/**
 * What to write in a line's place so that it matches what was found: placeholders, variables and words that still fit
 * stay, and so do `(optional)` and the blanks between; the rest is as found. Undefined where the text cannot be written.
 */
export function rewriteLine(line: ExpectedLine, found: string, lookup: VariableLookup): RewrittenLine | undefined {
  const kept = keepTemplate(line, found, lookup);
  if (kept !== undefined) return kept;
  const text = escapeLine(found);
  return text === undefined ? undefined : { text, isTemplateKept: false };
}

function keepTemplate(line: ExpectedLine, found: string, lookup: VariableLookup): RewrittenLine | undefined {
  const body = line.source.trimEnd();
  const suffix = OPTIONAL.exec(body)?.[0] ?? "";
  const written = body.slice(0, body.length - suffix.length);
  // Escapes, and patterns of a whole line: the line is written anew.
  if (line.kind === "elision" || written.includes("\\") || / \((?:re|glob)\)$/.test(written)) return undefined;
  const expected = (written.match(TOKENS) ?? []).map((source) => tokenOf(source, lookup));
  const actual = found.match(TOKENS) ?? [];
  if (expected.length > MOST_TOKENS || actual.length > MOST_TOKENS) return undefined;
  const { pieces, dropped } = cheapest(expected, actual);
  const text = trimBlanks(pieces.join("")) + suffix;
  const isTemplateKept = dropped === 0 && expected.some((token) => token.kind === "pattern");
  return matches(text, found, line, lookup) ? { text, isTemplateKept } : undefined;
}

/** The new line, parsed as any other, has to match; what was printed may look like a placeholder. */
function matches(text: string, found: string, { place }: ExpectedLine, lookup: VariableLookup): boolean {
  const { line } = parseLine({ text, place });
  if (line === undefined || line.kind === "elision") return false;
  return compileLine(line, "lines", lookup).matches(collapseBlanks(trimBlanks(found), "line-start"));
}

function tokenOf(source: string, lookup: VariableLookup): Token {
  const placeholder = PLACEHOLDERS.find(({ name }) => source === `<${name}>`);
  const segment = placeholder === undefined ? variableOf(source, lookup) : regexOf(placeholder.regex, source);
  if (segment === undefined) return { kind: /^[ \t]/.test(source) ? "blank" : "text", source };
  const pattern = patternOf([segment]);
  const each = source === "<rest>" ? COST.rest : source === "<any>" ? COST.any : 0;
  return { kind: "pattern", source, each, isEmpty: source === "<rest>", matches: (text) => pattern.matches(text) };
}

function regexOf(source: string, label: string): Segment {
  return { kind: "regex", source, label };
}

function variableOf(source: string, lookup: VariableLookup): Segment | undefined {
  if (!source.startsWith("${")) return undefined;
  const text = lookup(source.slice(2, -1));
  return text === undefined || text === "" ? undefined : { kind: "text", text };
}

interface Way {
  readonly cost: number;
  /** Where the way goes on; undefined at the end. */
  readonly next: { readonly token: number; readonly found: number } | undefined;
  readonly piece: string;
  readonly dropped: 0 | 1;
}

/** The cheapest way through both lines, from their ends to their beginnings. */
function cheapest(
  expected: readonly Token[],
  found: readonly string[],
): { readonly pieces: readonly string[]; readonly dropped: number } {
  const ways: Way[][] = [];
  for (let token = expected.length; token >= 0; token--) {
    const row: Way[] = [];
    ways[token] = row;
    for (let at = found.length; at >= 0; at--) row[at] = bestOf(choices(expected, found, ways, token, at));
  }
  const pieces: string[] = [];
  let dropped = 0;
  for (let way = ways[0]?.[0]; way?.next !== undefined; way = ways[way.next.token]?.[way.next.found]) {
    pieces.push(way.piece);
    dropped += way.dropped;
  }
  return { pieces, dropped };
}

function bestOf(ways: readonly Way[]): Way {
  return ways.reduce((best, way) => (way.cost < best.cost ? way : best));
}

const END: Way = { cost: 0, next: undefined, piece: "", dropped: 0 };

function choices(
  expected: readonly Token[],
  found: readonly string[],
  ways: readonly (readonly Way[])[],
  token: number,
  at: number,
): readonly Way[] {
  const one = expected[token];
  const word = found[at];
  if (one === undefined && word === undefined) return [END];
  const go = (cost: number, next: { token: number; found: number }, piece: string, dropped: 0 | 1 = 0): Way => {
    return { cost: cost + (ways[next.token]?.[next.found]?.cost ?? Number.POSITIVE_INFINITY), next, piece, dropped };
  };
  const result: Way[] = [];
  if (one !== undefined && word !== undefined && keeps(one, word)) {
    result.push(go(0, { token: token + 1, found: at + 1 }, one.source));
  }
  if (one?.kind === "pattern")
    result.push(...spans(one, found, at).map(({ to, cost }) => go(cost, { token: token + 1, found: to }, one.source)));
  if (word !== undefined) {
    result.push(go(isBlank(word) ? COST.blank : COST.insert, { token, found: at + 1 }, word));
  }
  if (one !== undefined) {
    const isPattern = one.kind === "pattern";
    const cost = isPattern ? COST.dropPattern : one.kind === "blank" ? COST.blank : COST.drop;
    result.push(go(cost, { token: token + 1, found: at }, "", isPattern ? 1 : 0));
  }
  return result;
}

function keeps(token: Token, word: string): boolean {
  return token.kind === "blank" ? isBlank(word) : token.kind === "text" && token.source === word;
}

function isBlank(word: string): boolean {
  return /^[ \t]/.test(word);
}

/** The stretches that a placeholder can stand for from here on. */
function spans(
  token: Token & { readonly kind: "pattern" },
  found: readonly string[],
  at: number,
): readonly { readonly to: number; readonly cost: number }[] {
  const result: { to: number; cost: number }[] = token.isEmpty ? [{ to: at, cost: 0 }] : [];
  let text = "";
  let words = 0;
  for (let to = at; to < found.length; to++) {
    const word = found[to] ?? "";
    text += word;
    // Never from or to a blank: a placeholder stands apart from the words beside it, as it did.
    if (isBlank(word)) {
      if (to === at) break;
      continue;
    }
    words += 1;
    if (token.matches(text)) result.push({ to: to + 1, cost: words * token.each });
  }
  return result;
}
