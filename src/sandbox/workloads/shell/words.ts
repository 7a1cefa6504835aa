import type { List, Part, Word } from "./syntax.ts";
import { ShellSyntaxError } from "./syntax.ts";

/** Source text with a place in it, and what reading words needs of the reader of programs. */
export interface Source {
  readonly text: string;
  at: number;
  /** Reads a program up to the closing `)`. */
  program(end: ")" | "`"): List;
  /** The same for a text that stood inside of this one. */
  inside(text: string): Source;
}

const NAME = /^[A-Za-z_][A-Za-z0-9_]*/;
/** What ends a word that is not quoted. */
const BREAKS = new Set([" ", "\t", "\n", ";", "&", "|", "<", ">", "(", ")"]);
const OPERATORS = /^(:?[-=?+]|%%?|##?|\/\/?)/;

/** Reads one word at the place; undefined when there is none. */
export function readWord(source: Source): Word | undefined {
  const parts: Part[] = [];
  const start = source.at;
  while (source.at < source.text.length && !BREAKS.has(source.text[source.at] ?? "")) readPart(source, parts);
  return source.at === start ? undefined : parts;
}

/** The text of a here-document, or of what stands in double quotes: only `$`, backquotes and `\` mean something. */
export function readQuoted(source: Source, end: string | undefined): Part[] {
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
      addText(parts, '$`"\\'.includes(next) && next !== "" ? next : `\\${next}`, true);
    } else if (char === "$" || char === "`") readDollar(source, parts, true);
    else {
      addText(parts, char, true);
      source.at += 1;
    }
  }
}

function readPart(source: Source, parts: Part[]): void {
  const char = source.text[source.at] ?? "";
  if (char === "'") {
    const end = source.text.indexOf("'", source.at + 1);
    if (end < 0) throw new ShellSyntaxError("unterminated quoted string", true);
    addText(parts, source.text.slice(source.at + 1, end), true);
    source.at = end + 1;
  } else if (char === '"') {
    source.at += 1;
    addText(parts, "", true);
    parts.push(...readQuoted(source, '"'));
  } else if (char === "\\") {
    const next = source.text[source.at + 1];
    if (next === undefined) throw new ShellSyntaxError("unexpected end of file", true);
    if (next !== "\n") addText(parts, next, true);
    source.at += 2;
  } else if (char === "$" || char === "`") readDollar(source, parts, false);
  else {
    addText(parts, char, false);
    source.at += 1;
  }
}

function addText(parts: Part[], text: string, isQuoted: boolean): void {
  const last = parts.at(-1);
  if (last?.kind === "text" && last.isQuoted === isQuoted)
    parts[parts.length - 1] = { ...last, text: last.text + text };
  else parts.push({ kind: "text", text, isQuoted });
}

function readDollar(source: Source, parts: Part[], isQuoted: boolean): void {
  const { text, at } = source;
  if (text[at] === "`") {
    source.at += 1;
    parts.push({ kind: "command", body: source.program("`"), isQuoted });
    return;
  }
  const rest = text.slice(at + 1, at + 200);
  if (rest.startsWith("((")) {
    readArithmetic(source, parts, isQuoted);
    return;
  }
  if (rest.startsWith("(")) {
    source.at += 2;
    parts.push({ kind: "command", body: source.program(")"), isQuoted });
    return;
  }
  if (rest.startsWith("{")) {
    readBraces(source, parts, isQuoted);
    return;
  }
  if (rest.startsWith("'") && !isQuoted) {
    readEscaped(source, parts);
    return;
  }
  const name = NAME.exec(rest)?.[0] ?? /^[0-9@*#?$!-]/.exec(rest)?.[0];
  source.at += 1 + (name?.length ?? 0);
  if (name === undefined) addText(parts, "$", isQuoted);
  else parts.push({ kind: "parameter", name, operator: "", argument: [], isQuoted });
}

function readEscaped(source: Source, parts: Part[]): void {
  const match = /^\$'((?:[^'\\]|\\[\s\S])*)'/.exec(source.text.slice(source.at));
  if (!match) throw new ShellSyntaxError("unterminated quoted string", true);
  source.at += match[0].length;
  const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", "0": "\0", e: "\x1b", a: "\x07" };
  addText(
    parts,
    (match[1] ?? "").replaceAll(/\\([\s\S])/g, (_, char: string) => ESCAPES[char] ?? char),
    true,
  );
}

function readArithmetic(source: Source, parts: Part[], isQuoted: boolean): void {
  let depth = 0;
  let end = source.at + 3;
  for (; end < source.text.length; end += 1) {
    if (source.text[end] === "(") depth += 1;
    if (source.text[end] === ")" && depth === 0) break;
    if (source.text[end] === ")") depth -= 1;
  }
  if (source.text.slice(end, end + 2) !== "))") throw new ShellSyntaxError("unexpected end of file", true);
  const inner = source.inside(source.text.slice(source.at + 3, end));
  parts.push({ kind: "arithmetic", expression: readQuoted(inner, undefined), isQuoted });
  source.at = end + 2;
}

function readBraces(source: Source, parts: Part[], isQuoted: boolean): void {
  const inside = source.text.slice(source.at + 2, source.at + 300);
  const counted = /^#([A-Za-z_][A-Za-z0-9_]*|[0-9@*])\}/.exec(inside);
  if (counted) {
    source.at += 2 + counted[0].length;
    parts.push({ kind: "parameter", name: counted[1] ?? "", operator: "length", argument: [], isQuoted });
    return;
  }
  const name = NAME.exec(inside)?.[0] ?? /^([0-9]+|[@*#?$!-])/.exec(inside)?.[0];
  const operator = name === undefined ? undefined : (OPERATORS.exec(inside.slice(name.length))?.[0] ?? "");
  if (name === undefined || operator === undefined) throw new ShellSyntaxError("bad substitution");
  source.at += 2 + name.length + operator.length;
  const argument = readArgument(source, isQuoted);
  if (operator === "" && argument.length > 0) throw new ShellSyntaxError("bad substitution");
  parts.push({ kind: "parameter", name, operator, argument, isQuoted });
}

/** Up to the closing brace; blanks belong to it. */
function readArgument(source: Source, isQuoted: boolean): Word {
  if (isQuoted) return readQuoted(source, "}");
  const parts: Part[] = [];
  for (;;) {
    const char = source.text[source.at];
    if (char === undefined) throw new ShellSyntaxError('unexpected end of file (expecting "}")', true);
    if (char === "}") {
      source.at += 1;
      return parts;
    }
    if (BREAKS.has(char)) {
      addText(parts, char, false);
      source.at += 1;
    } else readPart(source, parts);
  }
}
