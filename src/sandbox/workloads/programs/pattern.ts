import { BoundedRegex } from "../../objects/index.ts";
import { Failure } from "../process.ts";

interface PatternOptions {
  readonly isFixed?: boolean;
  readonly isExtended?: boolean;
  readonly ignoresCase?: boolean;
  readonly isWhole?: boolean;
  readonly isWord?: boolean;
}

/** Gives all matches in a line. */
export async function compilePattern(text: string, options: PatternOptions): Promise<(line: string) => string[]> {
  const sources = text
    .split("\n")
    .map((one) => `(?:${options.isFixed ? escaped(one) : posix(one, options.isExtended === true)})`);
  const joined = sources.join("|");
  const word = options.isWord ? `\\b(?:${joined})\\b` : joined;
  const pattern = toRegExp(options.isWhole ? `^(?:${word})$` : word, options.ignoresCase ? "gi" : "g");
  return (line) => line.match(pattern) ?? [];
}

/** A POSIX expression as JavaScript's. */
export function posix(pattern: string, isExtended: boolean): string {
  // In a basic expression the bare ones are literal and the escaped ones mean something.
  return pattern.replaceAll(PIECE, (whole, not: string | undefined, set: string, special: string, bare: string) => {
    if (not !== undefined) return `[${not}${bracketed(set)}]`;
    if (isExtended) return whole;
    return special ? special : bare ? `\\${bare}` : whole;
  });
}

/** A set in brackets, where `]` may stand first; what is escaped; what is not. */
const PIECE = /\[(\^?)(\]?(?:\[:\w+:\]|[^\]])*)\]|\\([(){}|+?])|\\[\s\S]|([(){}|+?])/g;

/** The inside of a set: a `\` means itself there. */
function bracketed(set: string): string {
  return set.replaceAll(/\[:(\w+):\]|\\([ntrfvsSwWdD\]\\/])?|[\][]/g, (whole, name?: string, kept?: string) => {
    if (name !== undefined) return CLASSES[name] ?? whole;
    if (kept !== undefined) return whole;
    return `\\${whole}`;
  });
}

const CLASSES: Readonly<Record<string, string>> = {
  alpha: "A-Za-z",
  digit: "0-9",
  alnum: "A-Za-z0-9",
  space: "\\s",
  upper: "A-Z",
  lower: "a-z",
  punct: "!-\\/:-@\\[-`{-~",
  blank: " \\t",
  xdigit: "0-9A-Fa-f",
};

/** What it gives up is a failure of the program that uses it. */
class ProgramRegex extends BoundedRegex {
  protected override refusal(reason: string): Error {
    return new Failure(reason, 2);
  }
}

/** A regular expression that is stopped where it takes too long. Throws a `Failure` for what is none. */
export function toRegExp(source: string, flags: string): RegExp {
  try {
    return new ProgramRegex(source, flags);
  } catch {
    throw new Failure("bad regex: Invalid regular expression", 2);
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}
