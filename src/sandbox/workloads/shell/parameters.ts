import type { Cursor } from "./cursor.ts";
import type { Parameter, Part, Word } from "./syntax.ts";
import { ShellSyntaxError } from "./syntax.ts";

const NAME = /^(?:[A-Za-z_][A-Za-z0-9_]*|[0-9]+|[@*#?$!-])/;
const OPERATORS: Readonly<Record<Cursor["dialect"], RegExp>> = {
  dash: /^(?::?[-=?+]|%%?|##?)/,
  ash: /^(?::?[-=?+]|%%?|##?|\/[/#%]?|:)/,
  bash: /^(?::?[-=?+]|%%?|##?|\/[/#%]?|:|\^\^?|,,?|@[QUuLaAEPK])/,
};

/** How the reader of words reads what stands in braces; it reads braces with this file. */
interface Readers {
  readPart(source: Cursor, parts: Part[]): void;
  readQuoted(source: Cursor, end: string | undefined): Part[];
  addText(parts: Part[], text: string, isQuoted: boolean): void;
}

/** Reads a parameter after its `${`. */
export function readBraces(source: Cursor, isQuoted: boolean, readers: Readers): Parameter {
  const inside = source.text.slice(source.at, source.at + 300);
  const common = { kind: "parameter", argument: [], second: undefined, isQuoted } as const;
  const counted = /^#(?=[A-Za-z_0-9@*?$!#-]+(?:\[[^\]]*\])?\})/.exec(inside);
  const isIndirect = source.dialect === "bash" && /^!(?:[A-Za-z_]|#\})/.test(inside);
  if (counted || isIndirect) source.at += 1;
  const name = NAME.exec(source.text.slice(source.at, source.at + 300))?.[0];
  if (name === undefined) throw new ShellSyntaxError("bad substitution");
  source.at += name.length;
  const index = readIndex(source, readers);
  if (counted) {
    if (source.text[source.at] !== "}") throw new ShellSyntaxError("bad substitution");
    source.at += 1;
    return { ...common, name, index, operator: "length" };
  }
  if (isIndirect && (index === "@" || index === "*")) {
    source.at += 1;
    return { ...common, name, index, operator: "keys" };
  }
  const rest = source.text.slice(source.at, source.at + 4);
  const operator = OPERATORS[source.dialect].exec(rest)?.[0] ?? "";
  source.at += operator.length;
  const prefix = isIndirect ? "!" : "";
  if (operator === "") {
    if (source.text[source.at] === undefined)
      throw new ShellSyntaxError("unexpected end of file", true, undefined, "}");
    if (source.text[source.at] !== "}") throw new ShellSyntaxError("bad substitution");
  }
  const isPair = operator === ":" || operator.startsWith("/");
  const isPattern = /^[%#/^,]/.test(operator);
  const quotes = isQuoted && !isPattern;
  const argument = readArgument(source, quotes, isPair ? (operator === ":" ? ":" : "/") : undefined, readers);
  const hasSecond = source.text[source.at] !== "}";
  source.at += 1;
  const second = hasSecond ? readArgument(source, false, undefined, readers) : undefined;
  if (hasSecond) source.at += 1;
  return { ...common, name, index, operator: prefix + operator, argument, second };
}

function readIndex(source: Cursor, readers: Readers): Parameter["index"] {
  if (source.dialect !== "bash" || source.text[source.at] !== "[") return undefined;
  const end = source.text.indexOf("]", source.at);
  if (end < 0) throw new ShellSyntaxError("bad substitution");
  const text = source.text.slice(source.at + 1, end);
  source.at = end + 1;
  return text === "@" || text === "*"
    ? text
    : readers.readQuoted(source.inside(text.replaceAll(/["']/g, "")), undefined);
}

/** Up to the closing brace or the mark, neither of them taken; blanks belong to it. */
function readArgument(source: Cursor, isQuoted: boolean, mark: string | undefined, readers: Readers): Word {
  if (isQuoted && mark === undefined) {
    const parts = readers.readQuoted(source, "}");
    source.at -= 1;
    return parts;
  }
  const parts: Part[] = [];
  for (let isFirst = true; ; isFirst = false) {
    const char = source.text[source.at];
    if (char === undefined) throw new ShellSyntaxError('unexpected end of file (expecting "}")', true, undefined, "}");
    if (char === "}" || (char === mark && !isFirst)) return parts;
    if (/[\s;&|<>()]/.test(char)) {
      readers.addText(parts, char, false);
      source.at += 1;
    } else readers.readPart(source, parts);
  }
}
