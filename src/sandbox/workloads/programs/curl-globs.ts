/** One of the URLs that a pattern stands for; `parts` are what its braces and brackets were there: curl's `#1`, `#2`. */
export interface Globbed {
  readonly url: string;
  readonly parts: readonly string[];
}

/** A fixed text, or what stands for one of several. */
interface Piece {
  readonly isGlob: boolean;
  /** How many; never turned into a list, since a range may be long. */
  readonly count: number;
  readonly at: (index: number) => string;
}

/** A pattern that cannot be read: curl's own words, with its mark under the place. */
export class GlobError extends Error {
  constructor(what: string, pattern: string, position: number) {
    super(`${what} in URL position ${position}:\n${pattern}\n${" ".repeat(Math.max(0, position - 1))}^`);
    this.name = "GlobError";
  }
}

/**
 * The URLs that a pattern stands for, one by one: `{a,b}`, `[1-9]`, `[01-20:2]`, `[a-z]`, the last one turning fastest, as
 * curl has them (its manual, "URL globbing"). `[]` and an address of IPv6 in brackets are no patterns. Throws `GlobError`.
 */
export function* globbed(pattern: string): Iterable<Globbed> {
  const pieces = piecesOf(pattern);
  const turns = pieces.map(() => 0);
  for (;;) {
    const texts = pieces.map((piece, index) => piece.at(turns[index] ?? 0));
    yield { url: texts.join(""), parts: texts.filter((_, index) => pieces[index]?.isGlob) };
    let wheel = pieces.length - 1;
    while (wheel >= 0 && (turns[wheel] ?? 0) + 1 >= (pieces[wheel]?.count ?? 1)) turns[wheel--] = 0;
    if (wheel < 0) return;
    turns[wheel] = (turns[wheel] ?? 0) + 1;
  }
}

/** A file's name with `#1`, `#2` as the URL's parts; what there is no part for stays as it is. */
export function namedBy(name: string, parts: readonly string[]): string {
  return name.replace(/#(\d+)/g, (all, number: string) => parts[Number(number) - 1] ?? all);
}

function piecesOf(pattern: string): readonly Piece[] {
  const pieces: Piece[] = [];
  let literal = "";
  const flush = (): void => {
    const text = literal;
    if (text !== "") pieces.push({ isGlob: false, count: 1, at: () => text });
    literal = "";
  };
  for (let at = 0; at < pattern.length; ) {
    const rest = pattern.slice(at);
    const plain = /^\[(?:\]|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*(?:%[^\]]*)?\])/.exec(rest)?.[0];
    if (plain !== undefined) {
      literal += plain;
      at += plain.length;
    } else if (/^\\[{}[\]]/.test(rest)) {
      literal += rest[1];
      at += 2;
    } else if (rest.startsWith("{")) {
      flush();
      const [piece, length] = set(pattern, at);
      pieces.push(piece);
      at += length;
    } else if (rest.startsWith("[")) {
      flush();
      const [piece, length] = range(pattern, at);
      pieces.push(piece);
      at += length;
    } else if (rest.startsWith("}") || rest.startsWith("]")) {
      throw new GlobError("unmatched close brace/bracket", pattern, at + 1);
    } else {
      literal += rest[0];
      at += 1;
    }
  }
  flush();
  return pieces;
}

function set(pattern: string, at: number): readonly [Piece, number] {
  const end = pattern.indexOf("}", at);
  const nested = pattern.indexOf("{", at + 1);
  if (nested >= 0 && (end < 0 || nested < end)) throw new GlobError("nested brace", pattern, nested + 1);
  if (end < 0) throw new GlobError("unmatched brace", pattern, at + 1);
  if (end === at + 1) throw new GlobError("empty string within braces", pattern, end + 1);
  const items = pattern.slice(at + 1, end).split(",");
  return [{ isGlob: true, count: items.length, at: (index) => items[index] ?? "" }, end + 1 - at];
}

function range(pattern: string, at: number): readonly [Piece, number] {
  const found = /^\[(?:(\d+)-(\d+)|([a-zA-Z])-([a-zA-Z]))(?::(\d+))?\]/.exec(pattern.slice(at));
  const wrong = (): GlobError => {
    const end = pattern.indexOf("]", at);
    return new GlobError("bad range", pattern, end < 0 ? pattern.length + 1 : end + 2);
  };
  if (found === null) throw wrong();
  const [whole, from, to, first, last, by = "1"] = found;
  const [low, high] = from === undefined ? [code(first), code(last)] : [Number(from), Number(to)];
  const step = Number(by);
  const isSameCase = first === undefined || /[a-z]/.test(first) === /[a-z]/.test(last ?? "");
  if (step < 1 || high < low || !isSameCase || !Number.isSafeInteger(high)) throw wrong();
  const width = from?.startsWith("0") === true ? from.length : 0;
  const text = (value: number): string =>
    from === undefined ? String.fromCharCode(value) : String(value).padStart(width, "0");
  const count = Math.floor((high - low) / step) + 1;
  return [{ isGlob: true, count, at: (index) => text(low + index * step) }, whole.length];
}

function code(letter: string | undefined): number {
  return letter?.charCodeAt(0) ?? 0;
}
