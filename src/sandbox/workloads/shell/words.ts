import type { Cursor } from "./cursor.ts";
import { readBraces } from "./parameters.ts";
import type { Part, Word } from "./syntax.ts";
import { ShellSyntaxError } from "./syntax.ts";

const NAME = /^[A-Za-z_][A-Za-z0-9_]*/;
/** What ends a word that is not quoted. */
const BREAKS = new Set([" ", "\t", "\n", ";", "&", "|", "<", ">", "(", ")"]);

/** Reads one word at the place; undefined when there is none. */
export function readWord(source: Cursor): Word | undefined {
  const parts: Part[] = [];
  const start = source.at;
  for (;;) {
    const char = source.text[source.at];
    if (char === undefined) break;
    if ((char === "<" || char === ">") && source.text[source.at + 1] === "(" && source.dialect === "bash") {
      source.at += 2;
      parts.push({ kind: "process", body: source.program(")"), isQuoted: true });
    } else if (BREAKS.has(char)) break;
    else readPart(source, parts);
  }
  return source.at === start ? undefined : parts;
}

/** The text of a here-document, or of what stands in double quotes: only `$`, backquotes and `\` mean something. */
export function readQuoted(source: Cursor, end: string | undefined, isDocument = false): Part[] {
  const parts: Part[] = [];
  for (;;) {
    const char = source.text[source.at];
    if (char === undefined) {
      if (end === undefined) return parts;
      throw new ShellSyntaxError("unterminated quoted string", true);
    }
    if (char === end) {
      source.at += 1;
      return parts;
    }
    if (char === "\\") {
      const next = source.text[source.at + 1] ?? "";
      source.at += 2;
      if (next === "\n") continue;
      const isEscape = next !== "" && (isDocument ? "$`\\" : `$\`"\\${end === "}" ? "}" : ""}`).includes(next);
      addText(parts, isEscape ? next : `\\${next}`, true);
    } else if (char === "$" || char === "`") readDollar(source, parts, true);
    else if (char === '"' && end === "}") {
      // A quoted part inside of `"${x:-"a b"}"`.
      source.at += 1;
      parts.push(...readQuoted(source, '"'));
    } else {
      addText(parts, char, true);
      source.at += 1;
    }
  }
}

/** A word's next piece, whatever its quotes. */
export function readPart(source: Cursor, parts: Part[]): void {
  const char = source.text[source.at] ?? "";
  if (char === "'") {
    const end = source.text.indexOf("'", source.at + 1);
    if (end < 0) throw new ShellSyntaxError("unterminated quoted string", true);
    addText(parts, source.text.slice(source.at + 1, end), true);
    source.at = end + 1;
  } else if (char === '"') {
    source.at += 1;
    const inner = readQuoted(source, '"');
    // An empty pair of quotes is a word; `"$@"` without arguments is none.
    if (inner.length === 0) addText(parts, "", true);
    parts.push(...inner);
  } else if (char === "\\") {
    const next = source.text[source.at + 1];
    if (next === undefined) addText(parts, "\\", true);
    else if (next !== "\n") addText(parts, next, true);
    source.at += next === undefined ? 1 : 2;
  } else if (char === "$" || char === "`") readDollar(source, parts, false);
  else {
    addText(parts, char, false);
    source.at += 1;
  }
}

export function addText(parts: Part[], text: string, isQuoted: boolean): void {
  const last = parts.at(-1);
  if (last?.kind === "text" && last.isQuoted === isQuoted)
    parts[parts.length - 1] = { ...last, text: last.text + text };
  else parts.push({ kind: "text", text, isQuoted });
}

function readDollar(source: Cursor, parts: Part[], isQuoted: boolean): void {
  const { text, at } = source;
  if (text[at] === "`") {
    source.at += 1;
    parts.push({ kind: "command", body: source.program("`"), isQuoted });
    return;
  }
  const rest = text.slice(at + 1, at + 200);
  if (rest.startsWith("((") && readArithmetic(source, parts, isQuoted)) return;
  if (rest.startsWith("(")) {
    source.at += 2;
    parts.push({ kind: "command", body: source.program(")"), isQuoted });
    return;
  }
  if (rest.startsWith("{")) {
    source.at += 2;
    parts.push(source.nested(() => readBraces(source, isQuoted, READERS)));
    return;
  }
  if (rest.startsWith("'") && !isQuoted && source.dialect !== "dash") {
    readEscaped(source, parts);
    return;
  }
  const name = NAME.exec(rest)?.[0] ?? /^[0-9@*#?$!-]/.exec(rest)?.[0];
  source.at += 1 + (name?.length ?? 0);
  if (name === undefined) addText(parts, "$", isQuoted);
  else
    parts.push({ kind: "parameter", name, index: undefined, operator: "", argument: [], second: undefined, isQuoted });
}

const READERS = { readPart, readQuoted, addText };

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  e: "\x1b",
  E: "\x1b",
  a: "\x07",
  b: "\b",
};

/** `$'…'`. */
function readEscaped(source: Cursor, parts: Part[]): void {
  const match = /^\$'((?:[^'\\]|\\[\s\S])*)'/.exec(source.text.slice(source.at));
  if (!match) throw new ShellSyntaxError("unterminated quoted string", true);
  source.at += match[0].length;
  const text = (match[1] ?? "").replaceAll(
    /\\(x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|[0-7]{1,3}|[\s\S])/g,
    (_, code: string) => {
      if (/^[xu]./.test(code)) return String.fromCodePoint(Number.parseInt(code.slice(1), 16));
      if (/^[0-7]/.test(code)) return String.fromCodePoint(Number.parseInt(code, 8));
      return ESCAPES[code] ?? code;
    },
  );
  addText(parts, text, true);
}

/** `$(( … ))`; false where the brackets are those of a command after all. */
function readArithmetic(source: Cursor, parts: Part[], isQuoted: boolean): boolean {
  let depth = 0;
  let end = source.at + 3;
  for (; end < source.text.length; end += 1) {
    if (source.text[end] === "(") depth += 1;
    if (source.text[end] === ")" && depth === 0) break;
    if (source.text[end] === ")") depth -= 1;
  }
  if (end >= source.text.length) throw new ShellSyntaxError("unexpected end of file", true);
  if (source.text[end + 1] !== ")") return false;
  const inner = source.inside(source.text.slice(source.at + 3, end));
  parts.push({ kind: "arithmetic", expression: readQuoted(inner, undefined), isQuoted });
  source.at = end + 2;
  return true;
}
