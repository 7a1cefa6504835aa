import type { Range, Source } from "./source.ts";

/**
 * The grammar of keys, in an info string between braces or in a comment after `li:`
 *
 *     keys  = key { blank key }
 *     key   = "#" id | name | name "=" value
 *     value = bare | '"' { any character but '"', or '\"' } '"'
 */
export interface Key {
  /** `id` for `#id`. */
  readonly name: string;
  /** Undefined for a flag. */
  readonly value: string | undefined;
  readonly range: Range;
}

export interface ParsedKeys {
  readonly keys: readonly Key[];
  readonly fault: { readonly range: Range; readonly message: string; readonly hint: string } | undefined;
}

const KEY = /#([A-Za-z0-9][\w.-]*)|([A-Za-z][\w-]*)(?:=("(?:[^"\\]|\\"|\\(?!"))*"|[^\s"'{}=]+))?/y;

/** Keys of an info string: `{`, keys, `}` and nothing after it. */
export function parseInfoKeys(source: Source, meta: Range): ParsedKeys {
  const { text } = source;
  const hint = 'write keys as `{#id key=value key="two words" flag}`';
  if (text[meta.start] !== "{") {
    const message = `\`${text.slice(meta.start, meta.end)}\` found after the language, expected keys in braces`;
    return { keys: [], fault: { range: meta, message, hint } };
  }
  const parsed = parseKeys(source, { start: meta.start + 1, end: meta.end }, "}");
  if (parsed.fault !== undefined) return parsed;
  if (text[parsed.end] !== "}") {
    return { keys: parsed.keys, fault: { range: meta, message: "The keys have no end, expected `}`", hint } };
  }
  const rest = { start: parsed.end + 1, end: meta.end };
  if (rest.start === rest.end) return parsed;
  const message = `\`${text.slice(rest.start, rest.end).trim()}\` found after \`}\`, expected nothing`;
  return { keys: parsed.keys, fault: { range: rest, message, hint: "move it between the braces" } };
}

/** Keys of a comment: the text after `li:`. */
export function parseCommentKeys(source: Source, range: Range): ParsedKeys {
  return parseKeys(source, range, undefined);
}

function parseKeys(source: Source, range: Range, closer: "}" | undefined): ParsedKeys & { readonly end: number } {
  const text = source.text.slice(0, range.end);
  const keys: Key[] = [];
  let position = skipBlanks(text, range.start);
  while (position < range.end && text[position] !== closer) {
    KEY.lastIndex = position;
    const match = KEY.exec(text);
    const end = position + (match?.[0].length ?? 0);
    if (match === null || !isKeyEnd(text, end, closer)) return { keys, fault: faultAt(text, position), end: position };
    const [, id, name = "id", value] = match;
    keys.push({ name, value: id ?? unquote(value), range: { start: position, end } });
    position = skipBlanks(text, end);
  }
  return { keys, fault: undefined, end: position };
}

function isKeyEnd(text: string, position: number, closer: string | undefined): boolean {
  const next = text[position];
  return next === undefined || next === closer || /\s/.test(next);
}

function skipBlanks(text: string, start: number): number {
  let position = start;
  while (/\s/.test(text[position] ?? "x")) position++;
  return position;
}

function unquote(value: string | undefined): string | undefined {
  return value?.startsWith('"') ? value.slice(1, -1).replaceAll('\\"', '"') : value;
}

function faultAt(text: string, position: number): NonNullable<ParsedKeys["fault"]> {
  const word = /^\S*/.exec(text.slice(position))?.[0] ?? "";
  const isOpen = (word.split('"').length - 1) % 2 === 1 && !text.slice(position + word.length).includes('"');
  const message = isOpen
    ? `\`${word}\` opens a quote that has no end, expected \`"\``
    : `\`${word}\` cannot be read, expected \`#id\`, \`key=value\`, \`key="two words"\` or a flag`;
  return { range: { start: position, end: position + word.length }, message, hint: 'inside quotes `\\"` is a quote' };
}
