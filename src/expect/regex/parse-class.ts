import { parseEscape } from "./parse-escape.ts";
import { PatternError } from "./pattern-error.ts";
import type { Reader } from "./reader.ts";
import type { Node, Range } from "./syntax.ts";

/** The inside of `[…]`; the opening bracket is consumed already. */
export function parseClass(reader: Reader, ignoreCase: boolean): Node {
  const start = reader.at - 1;
  const negated = reader.take("^");
  const ranges: Range[] = [];
  for (let isFirst = true; !reader.take("]"); isFirst = false) {
    if (reader.isDone) throw new PatternError("`[` has no `]`, expected `\\[` for a bracket itself", start);
    rejectPosixClass(reader);
    ranges.push(...parseClassItem(reader, isFirst));
  }
  if (ranges.length === 0) throw new PatternError("An empty class matches nothing", start);
  return { kind: "chars", set: { ranges, negated, ignoreCase } };
}

function rejectPosixClass(reader: Reader): void {
  const at = reader.at;
  const found = reader.takeMatch(/\[[:.=]\^?[a-z]*[:.=]?\]?/y);
  if (found !== undefined)
    throw new PatternError(`\`${found}\` is not supported, expected \`\\d\`, \`\\w\`, \`a-z\``, at);
}

/** One member, or a range. A `-` is itself at the beginning, before `]` and after a range or a class like `\d`. */
function parseClassItem(reader: Reader, isFirst: boolean): readonly Range[] {
  const start = reader.at;
  const from = parseMember(reader);
  const isRange = reader.peek() === "-" && !reader.source.startsWith("-]", reader.at);
  if (!isRange) return from;
  const fromCode = singleCode(from);
  if (fromCode === 0x2d && !isFirst)
    throw new PatternError("`-` begins a range, expected `\\-` for a dash itself", start);
  reader.next();
  const toCode = singleCode(parseMember(reader));
  if (fromCode === undefined || toCode === undefined || toCode < fromCode) {
    const range = reader.source.slice(start, reader.at);
    throw new PatternError(`\`${range}\` is no range, expected two characters in order, or \`\\-\``, start);
  }
  return [[fromCode, toCode]];
}

function parseMember(reader: Reader): readonly Range[] {
  const start = reader.at;
  if (!reader.take("\\")) {
    const code = reader.next().codePointAt(0) ?? 0;
    return [[code, code]];
  }
  const value = parseEscape(reader);
  if (value.kind === "assert") throw new PatternError("`\\b` and `\\B` have no meaning in a class", start);
  return value.kind === "char" ? [[value.code, value.code]] : value.ranges;
}

function singleCode(ranges: readonly Range[]): number | undefined {
  const [only] = ranges;
  return ranges.length === 1 && only !== undefined && only[0] === only[1] ? only[0] : undefined;
}
