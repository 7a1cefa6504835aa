import { Failure } from "../process.ts";

/** So many steps a match may take: some tenths of a second. Only texts of megabytes and patterns of kilobytes come near. */
const MAX_STEPS = 20_000_000;

const CLASSES: Readonly<Record<string, string>> = {
  alnum: "A-Za-z0-9",
  alpha: "A-Za-z",
  blank: " \\t",
  cntrl: "\\x00-\\x1f\\x7f",
  digit: "0-9",
  graph: "!-~",
  lower: "a-z",
  print: " -~",
  punct: "!-\\/:-@\\[-`\\{-~",
  space: " \\t-\\r",
  upper: "A-Z",
  xdigit: "0-9A-Fa-f",
};

/** A star, or what says whether one character fits. */
type Token = "*" | ((char: string) => boolean);

interface PatternOptions {
  readonly ignoresCase?: boolean;
}

/**
 * A shell's pattern: `*`, `?`, `[a-z]`, and `\\` takes the meaning from what follows it. All places are followed at once,
 * so that no pattern takes more than its own length times the text's. Throws a `Failure` where even that is too much.
 */
export class ShellPattern {
  readonly #tokens: readonly Token[];

  constructor(pattern: string, { ignoresCase = false }: PatternOptions = {}) {
    this.#tokens = tokensOf(pattern, ignoresCase);
  }

  /** Whether this is the whole text. */
  matches(text: string): boolean {
    const chars = [...text];
    return this.#end(chars, "longest") === chars.length;
  }

  /** The text without the match at its start; undefined where none is there. */
  withoutStart(text: string, size: Size): string | undefined {
    const chars = [...text];
    const end = this.#end(chars, size);
    return end === undefined ? undefined : chars.slice(end).join("");
  }

  /** The text without the match at its end; undefined where none is there. */
  withoutEnd(text: string, size: Size): string | undefined {
    const chars = [...text].reverse();
    let end: number | undefined;
    walk(this.#tokens.toReversed(), chars, {}, (at) => {
      end = at;
      return size === "shortest";
    });
    return end === undefined ? undefined : chars.slice(end).reverse().join("");
  }

  /** The text with its first match replaced, or all of them: each the longest that begins where it does. */
  replace(text: string, to: string, isAll: boolean): string {
    const chars = [...text];
    const starts = new Set<number>();
    // From the end: where a match that ends anywhere begins.
    walk(this.#tokens.toReversed(), chars.toReversed(), { isAnywhere: true }, (at) => {
      starts.add(chars.length - at);
      return false;
    });
    let result = "";
    let at = 0;
    let isDone = chars.length === 0 && starts.has(0);
    if (isDone) return to;
    while (at < chars.length && (isAll || !isDone)) {
      const end = starts.has(at) ? (this.#end(chars, "longest", at) ?? at) : at;
      isDone ||= end > at;
      result += end > at ? to : chars[at];
      at = Math.max(end, at + 1);
    }
    return result + chars.slice(at).join("");
  }

  #end(chars: readonly string[], size: Size, from = 0): number | undefined {
    let end: number | undefined;
    walk(this.#tokens, chars, { from }, (at) => {
      end = at;
      return size === "shortest";
    });
    return end;
  }
}

type Size = "shortest" | "longest";

/** Tells each place where a match from the start, or from anywhere, ends; until there is none left, or enough. */
function walk(
  tokens: readonly Token[],
  chars: readonly string[],
  { from = 0, isAnywhere = false },
  isEnough: (end: number) => boolean,
): void {
  const seen = new Int32Array(tokens.length + 1).fill(-1);
  let now: number[] = [];
  let steps = 0;
  let star = -1;
  const enter = (token: number, at: number, into: number[]): void => {
    for (let next = token; seen[next] !== at; next += 1) {
      seen[next] = at;
      into.push(next);
      if (tokens[next] !== "*") return;
      star = Math.max(star, next);
    }
  };
  enter(0, from, now);
  for (let at = from; ; at += 1) {
    if (seen[tokens.length] === at && isEnough(at)) return;
    if (at === chars.length || now.length === 0) return;
    steps += now.length;
    if (steps > MAX_STEPS) throw new Failure("pattern too complex", 1);
    const char = chars[at] ?? "";
    const next: number[] = [];
    for (const token of now) {
      // What has come to a star gets everywhere that those before it could get to.
      if (token < star) continue;
      const test = tokens[token];
      if (test === "*") enter(token, at + 1, next);
      else if (test?.(char)) enter(token + 1, at + 1, next);
    }
    if (isAnywhere && star < 0) enter(0, at + 1, next);
    now = next;
  }
}

const PIECE = /\\([\s\S])|\[([!^]?)(\]?(?:\[:\w+:\]|\\[\s\S]|[^\]])*)\]|\*+|[\s\S]/gu;

function tokensOf(pattern: string, ignoresCase: boolean): Token[] {
  return [...pattern.matchAll(PIECE)].map(([whole, quoted, not, set]) => {
    if (quoted === undefined && whole.startsWith("*")) return "*";
    if (quoted === undefined && whole === "?") return () => true;
    if (set) return inSet(set, not !== "", ignoresCase);
    const wanted = folded(quoted ?? whole, ignoresCase);
    return (char) => folded(char, ignoresCase) === wanted;
  });
}

function folded(char: string, ignoresCase: boolean): string {
  return ignoresCase ? char.toLowerCase() : char;
}

function inSet(set: string, isNegated: boolean, ignoresCase: boolean): (char: string) => boolean {
  try {
    const test = new RegExp(`^[${isNegated ? "^" : ""}${setSource(set)}]$`, ignoresCase ? "iu" : "u");
    return (char) => test.test(char);
  } catch {
    // A range whose end comes before its start holds nothing.
    return () => isNegated;
  }
}

function setSource(set: string): string {
  return set.replaceAll(
    /\[:(\w+):\]|\\(.)|[\\\][^]/g,
    (whole, name: string | undefined, quoted: string | undefined) => {
      if (name !== undefined) return CLASSES[name] ?? "";
      const char = quoted ?? whole;
      return /[\\\]^[-]/.test(char) ? `\\${char}` : char;
    },
  );
}

/** Whether a text is what a pattern means. */
export function matchesPattern(text: string, pattern: string): boolean {
  return /[*?[\\]/.test(pattern) ? new ShellPattern(pattern).matches(text) : text === pattern;
}

/** A text as a pattern that means itself. */
export function literalPattern(text: string): string {
  return text.replaceAll(/[*?[\]\\!^-]/g, "\\$&");
}
