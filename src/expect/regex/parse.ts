import { parseClass } from "./parse-class.ts";
import { type EscapeValue, parseEscape } from "./parse-escape.ts";
import { PatternError } from "./pattern-error.ts";
import { Reader } from "./reader.ts";
import { ANY, charNode, type Node } from "./syntax.ts";

const MAX_REPEAT = 1000;
const MAX_DEPTH = 100;

/**
 * Parse a pattern. Supported: literals, `.`, classes (`[a-z]`, `[^…]`, `\d \w \s` and their negations), `(…)`, `(?:…)`,
 * `(?<name>…)`, `|`, `* + ?` and `{m}`, `{m,}`, `{m,n}` (up to 1,000; lazy forms mean the same on whole lines), `^`, `$`,
 * `\b`, `\B`, escapes, `(?i)` at the start. Everything else throws a PatternError: never a silently different meaning.
 */
export function parsePattern(source: string): Node {
  const ignoreCase = source.startsWith("(?i)");
  const reader = new Reader(source, ignoreCase ? 4 : 0);
  const node = parseChoice(reader, ignoreCase, 0);
  if (!reader.isDone) throw new PatternError("`)` closes no group, expected `\\)` for a parenthesis itself", reader.at);
  return node;
}

function parseChoice(reader: Reader, ignoreCase: boolean, depth: number): Node {
  if (depth > MAX_DEPTH) throw new PatternError(`Groups are nested deeper than ${MAX_DEPTH}`, reader.at);
  const nodes = [parseSequence(reader, ignoreCase, depth)];
  while (reader.take("|")) nodes.push(parseSequence(reader, ignoreCase, depth));
  return nodes.length === 1 && nodes[0] !== undefined ? nodes[0] : { kind: "choice", nodes };
}

function parseSequence(reader: Reader, ignoreCase: boolean, depth: number): Node {
  const nodes: Node[] = [];
  while (!reader.isDone && reader.peek() !== "|" && reader.peek() !== ")") {
    nodes.push(parseRepeats(reader, parseAtom(reader, ignoreCase, depth)));
  }
  return { kind: "sequence", nodes };
}

function parseAtom(reader: Reader, ignoreCase: boolean, depth: number): Node {
  const start = reader.at;
  const char = reader.next();
  switch (char) {
    case "(":
      return parseGroup(reader, ignoreCase, depth);
    case "[":
      return parseClass(reader, ignoreCase);
    case "\\":
      return nodeOfEscape(parseEscape(reader), ignoreCase);
    case ".":
      return { kind: "chars", set: ANY };
    case "^":
      return { kind: "assert", at: "start" };
    case "$":
      return { kind: "assert", at: "end" };
    case "*":
    case "+":
    case "?":
      throw new PatternError(
        `\`${char}\` has nothing to repeat, expected \`\\${char}\` for the character itself`,
        start,
      );
    case "{":
      throw new PatternError(
        "`{` repeats nothing, expected `{2}`, `{2,}`, `{2,5}`, or `\\{` for a brace itself",
        start,
      );
    default:
      return charNode(char.codePointAt(0) ?? 0, ignoreCase);
  }
}

function nodeOfEscape(value: EscapeValue, ignoreCase: boolean): Node {
  if (value.kind === "assert") return value;
  if (value.kind === "char") return charNode(value.code, ignoreCase);
  return { kind: "chars", set: { ranges: value.ranges, negated: false, ignoreCase: false } };
}

function parseGroup(reader: Reader, ignoreCase: boolean, depth: number): Node {
  const start = reader.at - 1;
  if (reader.peek() === "?" && !reader.take("?:") && reader.takeMatch(/\?<[A-Za-z_$][\w$]*>/y) === undefined) {
    const found = reader.takeMatch(/\?<?[^)]?/y) ?? "?";
    const what = /[=!]/.test(found) ? "Lookaround" : "This kind of group";
    throw new PatternError(`${what} \`(${found}\` is not supported, expected \`(…)\` or \`(?:…)\``, start);
  }
  const node = parseChoice(reader, ignoreCase, depth + 1);
  if (!reader.take(")")) throw new PatternError("`(` has no `)`, expected `\\(` for a parenthesis itself", start);
  return node;
}

function parseRepeats(reader: Reader, atom: Node): Node {
  const start = reader.at;
  const bounds = parseBounds(reader);
  if (bounds === undefined) return atom;
  if (atom.kind === "assert") throw new PatternError("An anchor cannot be repeated", start);
  reader.take("?");
  if (/[*+?]/.test(reader.peek())) {
    throw new PatternError(`\`${reader.peek()}\` after a repetition is not supported, expected a group`, reader.at);
  }
  return { kind: "repeat", node: atom, min: bounds.min, max: bounds.max };
}

function parseBounds(reader: Reader): { readonly min: number; readonly max: number | undefined } | undefined {
  if (reader.take("*")) return { min: 0, max: undefined };
  if (reader.take("+")) return { min: 1, max: undefined };
  if (reader.take("?")) return { min: 0, max: 1 };
  const start = reader.at;
  const braces = reader.takeMatch(/\{\d+(?:,\d*)?\}/y);
  if (braces === undefined) return undefined;
  const [low = "0", high = low] = braces.slice(1, -1).split(",");
  const min = Number(low);
  const max = high === "" ? undefined : Number(high);
  if (Math.max(min, max ?? 0) > MAX_REPEAT) throw new PatternError(`\`${braces}\` is more than ${MAX_REPEAT}`, start);
  if (max !== undefined && max < min) throw new PatternError(`\`${braces}\` is out of order`, start);
  return { min, max };
}
