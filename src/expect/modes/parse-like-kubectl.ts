import type { ExpectedLine, PatternPart } from "../expectation.ts";
import { type Span, spansOfCell, spansOfLine } from "./kubectl-kinds.ts";

interface Column {
  readonly title: string;
  readonly start: number;
}

/**
 * Lines as kubectl printed them once, with what changes from run to run made a pattern. A table is recognised by its header, columns
 * by where their titles begin; a row that does not stand under them is compared as it is written.
 */
export function likeKubectl(lines: readonly ExpectedLine[]): readonly ExpectedLine[] {
  let columns: readonly Column[] = [];
  return lines.map((line) => {
    const body = line.source.trimEnd();
    if (line.kind === "elision") return line;
    if (body === "") columns = [];
    const header = columnsOf(body);
    if (header.length > 0) {
      columns = header;
      return line;
    }
    const spans = columns.length > 0 ? spansOfRow(body, columns) : spansOfLine(body);
    return spans.length === 0 ? line : withSpans(line, spans);
  });
}

/** The columns of a header: at least two titles in capitals, two blanks or more between them. */
function columnsOf(line: string): readonly Column[] {
  const titles = [...line.matchAll(/\S+(?: \S+)*/g)];
  const isHeader = titles.length > 1 && titles.every(([title]) => /^[A-Z][A-Z0-9 ()/%-]*$/.test(title));
  return isHeader ? titles.map((match) => ({ title: match[0], start: match.index })) : [];
}

function spansOfRow(line: string, columns: readonly Column[]): readonly Span[] {
  const isPodTable = columns.some((column) => column.title === "RESTARTS");
  return cellsOf(line, columns).flatMap(({ text, start, title }) =>
    spansOfCell({ text, column: title, isPodTable: isPodTable || text.startsWith("pod/") }).map((span) => ({
      ...span,
      from: span.from + start,
      to: span.to + start,
    })),
  );
}

interface PlacedCell extends Column {
  readonly text: string;
}

function cellsOf(line: string, columns: readonly Column[]): readonly PlacedCell[] {
  const isAligned = columns.every(({ start }) => start === 0 || start > line.length || line[start - 1] === " ");
  if (isAligned) {
    return columns.map(({ title, start }, index) => {
      return { title, start, text: line.slice(start, columns[index + 1]?.start).trimEnd() };
    });
  }
  const cells = [...line.matchAll(/\S+(?: \S+)*/g)];
  if (cells.length !== columns.length) return [];
  return cells.map((match, index) => ({ title: columns[index]?.title ?? "", start: match.index, text: match[0] }));
}

/** Put patterns in the place of written stretches. A line with escapes is left alone: its parts stand elsewhere than its source. */
function withSpans(
  line: ExpectedLine & { readonly kind: "literal" | "pattern" },
  spans: readonly Span[],
): ExpectedLine {
  const parts: readonly PatternPart[] = line.kind === "literal" ? [{ kind: "text", text: line.text }] : line.parts;
  const written = parts.map(writtenOf);
  if (!line.source.startsWith(written.join(""))) return line;
  let start = 0;
  const split = parts.flatMap((part, index) => {
    const from = start;
    start += written[index]?.length ?? 0;
    const inside = spans.filter((span) => span.from >= from && span.to <= start);
    return part.kind === "text" ? splitText(part.text, from, inside) : [part];
  });
  const optional = line.kind === "pattern" && line.optional;
  return { kind: "pattern", parts: split, optional, source: line.source, place: line.place };
}

function writtenOf(part: PatternPart): string {
  if (part.kind === "text") return part.text;
  return part.kind === "variable" ? `\${${part.name}}` : part.label;
}

function splitText(text: string, start: number, spans: readonly Span[]): readonly PatternPart[] {
  const parts: PatternPart[] = [];
  let at = 0;
  for (const { from, to, regex, label } of spans) {
    const written = text.slice(from - start, to - start);
    if (from - start > at) parts.push({ kind: "text", text: text.slice(at, from - start) });
    parts.push({ kind: "regex", source: regex, label, written });
    at = to - start;
  }
  return at < text.length ? [...parts, { kind: "text", text: text.slice(at) }] : parts;
}
