import { PatternError } from "./pattern-error.ts";
import type { Reader } from "./reader.ts";
import { type Assertion, complement, DIGITS, type Range, SPACES, WORD } from "./syntax.ts";

export type EscapeValue =
  | { readonly kind: "char"; readonly code: number }
  | { readonly kind: "ranges"; readonly ranges: readonly Range[] }
  | { readonly kind: "assert"; readonly at: Assertion };

const ESCAPES: Readonly<Record<string, EscapeValue>> = {
  B: { kind: "assert", at: "not-word-boundary" },
  D: { kind: "ranges", ranges: complement(DIGITS) },
  S: { kind: "ranges", ranges: complement(SPACES) },
  W: { kind: "ranges", ranges: complement(WORD) },
  b: { kind: "assert", at: "word-boundary" },
  d: { kind: "ranges", ranges: DIGITS },
  f: { kind: "char", code: 0x0c },
  n: { kind: "char", code: 0x0a },
  r: { kind: "char", code: 0x0d },
  s: { kind: "ranges", ranges: SPACES },
  t: { kind: "char", code: 0x09 },
  v: { kind: "char", code: 0x0b },
  w: { kind: "ranges", ranges: WORD },
};

/** What stands after a `\`, which is consumed already. */
export function parseEscape(reader: Reader): EscapeValue {
  const start = reader.at - 1;
  const hex = reader.takeMatch(/x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|u\{[0-9A-Fa-f]{1,6}\}/y);
  if (hex !== undefined) return charOf(hex, start);
  const char = reader.next();
  if (char === "") throw new PatternError("`\\` ends the pattern, expected `\\\\` for a backslash itself", start);
  if (!/[0-9A-Za-z]/.test(char)) return { kind: "char", code: char.codePointAt(0) ?? 0 };
  const known = Object.hasOwn(ESCAPES, char) ? ESCAPES[char] : undefined;
  if (known !== undefined) return known;
  const what = /[1-9k]/.test(char) ? "The backreference" : "The escape";
  throw new PatternError(
    `${what} \`\\${char}\` is not supported, expected \`\\d \\w \\s \\b\` or a character itself`,
    start,
  );
}

function charOf(hex: string, start: number): EscapeValue {
  const code = Number.parseInt(hex.replace(/[^0-9A-Fa-f]/g, ""), 16);
  if (code > 0x10ffff) throw new PatternError(`\`\\${hex}\` is no character`, start);
  return { kind: "char", code };
}
