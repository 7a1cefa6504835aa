import { createContext, Script } from "node:vm";
import { Failure } from "../process.ts";

interface PatternOptions {
  readonly isFixed?: boolean;
  readonly isExtended?: boolean;
  readonly ignoresCase?: boolean;
  readonly isWhole?: boolean;
  readonly isWord?: boolean;
}

/** A pattern may take for ever on an unlucky line; nobody waits longer than this. */
const MATCH_MS = 500;
const RISKY = /[*+}]\)?[*+{]|\([^)]*[*+{|][^)]*\)[*+{]|([*+].*){4}/;

/** Gives all matches in a line. A pattern that could run away is stopped. */
export async function compilePattern(text: string, options: PatternOptions): Promise<(line: string) => string[]> {
  const sources = text
    .split("\n")
    .map((one) => `(?:${options.isFixed ? escaped(one) : posix(one, options.isExtended === true)})`);
  const joined = sources.join("|");
  const word = options.isWord ? `\\b(?:${joined})\\b` : joined;
  const pattern = toRegExp(options.isWhole ? `^(?:${word})$` : word, options.ignoresCase ? "gi" : "g");
  const match = (line: string): string[] => line.match(pattern) ?? [];
  return RISKY.test(text) ? guarded(match) : match;
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

export function toRegExp(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch {
    throw new Failure("bad regex: Invalid regular expression", 2);
  }
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

/** Node's own watch over a script also stops a regular expression. */
function guarded(match: (line: string) => string[]): (line: string) => string[] {
  const script = new Script("result = match(line)");
  return (line) => {
    const context = createContext({ match, line, result: [] as string[] });
    try {
      script.runInContext(context, { timeout: MATCH_MS });
    } catch {
      throw new Failure("the pattern takes too long on this line", 2);
    }
    return context.result as string[];
  };
}
