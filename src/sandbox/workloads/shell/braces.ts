import { Failure } from "../process.ts";
import type { Part, Word } from "./syntax.ts";

/** More words than this one word does not become. */
const MAX_WORDS = 100_000;
/** More braces than this no word has: each is looked for in all that follows. */
const MAX_BRACES = 1000;

/**
 * bash's `a{b,c}d` and `{1..5}`: one word becomes several before anything else happens to it. Throws a `Failure` for
 * more braces than anybody writes.
 */
export function expandBraces(word: Word): readonly Word[] {
  if (!word.some((part) => part.kind === "text" && !part.isQuoted && part.text.includes("{"))) return [word];
  const all = word.flatMap(characters);
  if (all.filter((_, at) => charAt(all, at) === "{").length > MAX_BRACES) throw new Failure("too many braces", 1);
  return expand(all).map(joined);
}

/** One part for each character, so that a brace is one part. */
function characters(part: Part): Part[] {
  if (part.kind !== "text" || part.isQuoted) return [part];
  return [...part.text].map((text) => ({ kind: "text", text, isQuoted: false }));
}

function joined(word: Word): Word {
  const parts: Part[] = [];
  for (const part of word) {
    const last = parts.at(-1);
    if (part.kind === "text" && last?.kind === "text" && last.isQuoted === part.isQuoted)
      parts[parts.length - 1] = { ...last, text: last.text + part.text };
    else parts.push(part);
  }
  return parts;
}

function charAt(word: Word, at: number): string {
  const part = word[at];
  return part?.kind === "text" && !part.isQuoted ? part.text : "";
}

function expand(word: Word): Word[] {
  for (let start = 0; start < word.length; start += 1) {
    if (charAt(word, start) !== "{" || charAt(word, start - 1) === "$") continue;
    const found = alternatives(word, start);
    if (!found) continue;
    const before = word.slice(0, start);
    const tails = expand(word.slice(found.end + 1));
    const words = found.items.flatMap((item) => tails.map((tail) => [...before, ...item, ...tail]));
    return words.slice(0, MAX_WORDS);
  }
  return [word];
}

function alternatives(word: Word, start: number): { items: Word[]; end: number } | undefined {
  const items: Word[] = [];
  let depth = 0;
  let from = start + 1;
  for (let at = start + 1; at < word.length; at += 1) {
    const char = charAt(word, at);
    if (char === "{") depth += 1;
    else if (char === "}" && depth > 0) depth -= 1;
    else if (char === "," && depth === 0) {
      items.push(word.slice(from, at));
      from = at + 1;
    } else if (char === "}") {
      const last = word.slice(from, at);
      if (items.length > 0) return { items: [...items, last].flatMap(expand), end: at };
      const range = sequence(last.map((_, index) => charAt(last, index)).join(""));
      return range && { items: range.map((text) => [{ kind: "text", text, isQuoted: false }]), end: at };
    }
  }
  return undefined;
}

function sequence(text: string): string[] | undefined {
  const match = /^(-?\d+|[a-zA-Z])\.\.(-?\d+|[a-zA-Z])(?:\.\.(-?\d+))?$/.exec(text);
  if (!match) return undefined;
  const [, a = "", b = "", by = "1"] = match;
  const isNumber = /\d/.test(a);
  if (isNumber !== /\d/.test(b)) return undefined;
  const [first, last] = isNumber ? [Number(a), Number(b)] : [a.charCodeAt(0), b.charCodeAt(0)];
  const step = (Math.abs(Number(by)) || 1) * (first <= last ? 1 : -1);
  const width = isNumber && (/^-?0\d/.test(a) || /^-?0\d/.test(b)) ? Math.max(a.length, b.length) : 0;
  const count = Math.min(Math.floor((last - first) / step) + 1, MAX_WORDS);
  return Array.from({ length: count }, (_, index) => {
    const value = first + index * step;
    if (!isNumber) return String.fromCharCode(value);
    return value < 0 ? `-${String(-value).padStart(width - 1, "0")}` : String(value).padStart(width, "0");
  });
}
