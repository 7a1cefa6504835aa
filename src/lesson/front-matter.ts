import { isMap, isScalar, type Node, type Pair, parseDocument } from "yaml";
import type { Diagnostic } from "../diagnostics/index.ts";
import { suggest } from "../text/index.ts";
import { createFindings, type Findings, sortFindings } from "./findings.ts";
import { FIELDS, type FrontDraft } from "./front-matter-fields.ts";
import type { FrontMatter } from "./lesson.ts";
import { createSource, type Range, rangeOfLine, type Source } from "./source.ts";

const EMPTY_FRONT: FrontMatter = {
  title: undefined,
  summary: undefined,
  minutes: undefined,
  requires: [],
  tools: [],
  vars: [],
  targets: [],
  defaults: {},
};

export interface FrontMatterBlock {
  readonly front: FrontMatter;
  /** Of the block with its `---` lines; undefined when the file has none. */
  readonly range: Range | undefined;
}

/** What `list` needs of a file, without parsing its Markdown. `front` is undefined for a page. */
export function readFrontMatter(
  path: string,
  text: string,
): { id: string; front: FrontMatter | undefined; diagnostics: readonly Diagnostic[] } {
  const source = createSource(path, text);
  const findings = createFindings(source);
  const { front, range } = parseFrontMatter(source, findings);
  const id = lessonId(path, range !== undefined);
  return { id, front: range === undefined ? undefined : front, diagnostics: sortFindings(findings.list) };
}

/** `lesson-03` of `lesson-03-routing.md`, else the file's name; a page's id is its path. Extensions left out. */
export function lessonId(path: string, hasFrontMatter: boolean): string {
  const parts = path.replaceAll("\\", "/").replace(/^(?:\.\/)+/, "");
  const stem = parts.replace(/\.[^./]+$/, "");
  if (!hasFrontMatter) return stem;
  const name = stem.slice(stem.lastIndexOf("/") + 1);
  return /^lesson-\d+(?=-|$)/.exec(name)?.[0] ?? name;
}

/** The YAML between two lines of `---` at the very beginning. Reports what is wrong; what is right is kept. */
export function parseFrontMatter(source: Source, findings: Findings): FrontMatterBlock {
  const range = findBlock(source, findings);
  if (range === undefined) return { front: EMPTY_FRONT, range };
  const first = rangeOfLine(source, 2);
  const yaml = source.text.slice(first.start, source.text.lastIndexOf("---", range.end));
  return { front: readYaml(yaml, first.start, findings), range };
}

function findBlock(source: Source, findings: Findings): Range | undefined {
  const isMarker = (line: number) => {
    const { start, end } = rangeOfLine(source, line);
    return /^---[ \t]*$/.test(source.text.slice(start, end));
  };
  if (!isMarker(1)) {
    reportLate(source, findings);
    return undefined;
  }
  for (let line = 2; line <= source.lineStarts.length; line++) {
    if (isMarker(line)) return { start: 0, end: rangeOfLine(source, line).end };
  }
  const second = rangeOfLine(source, 2);
  if (/^[A-Za-z_]+:/.test(source.text.slice(second.start, second.end))) {
    findings.add("LI027", rangeOfLine(source, 1), "The front matter has no end, expected a line `---`");
  }
  return undefined;
}

/** Front matter below an empty line or a comment is none: the file would be a page, and lose all that it says. */
function reportLate(source: Source, findings: Findings): void {
  const match = /^((?:\s|<!--(?:(?!-->)[\s\S]){0,5000}-->)+)---[ \t]*\r?\n([A-Za-z]+):[ \t\r\n]/.exec(source.text);
  if (match === null || !Object.hasOwn(FIELDS, match[2] ?? "")) return;
  const start = match[1]?.length ?? 0;
  const message = "Front matter begins here, expected it in the first line of the file";
  findings.add("LI027", { start, end: start + 3 }, message, "move what stands above it below its second `---`");
}

function readYaml(yaml: string, offset: number, findings: Findings): FrontMatter {
  const document = parseDocument(yaml, { prettyErrors: false });
  const moved = ([start, end]: readonly [number, number]) => ({ start: start + offset, end: end + offset });
  for (const error of document.errors) {
    findings.add("LI027", moved(error.pos), `The front matter is not YAML: ${error.message}`, "quote values with `:`");
  }
  if (document.errors.length > 0 || document.contents === null) return EMPTY_FRONT;
  const draft: FrontDraft = { ...EMPTY_FRONT };
  const rangeOfNode = (node: unknown) => {
    const [start, end] = (node as Node | undefined)?.range ?? [0, 0];
    return moved([start, end]);
  };
  if (!isMap(document.contents)) {
    findings.add("LI029", rangeOfNode(document.contents), "The front matter is no list of keys, expected `key: value`");
    return EMPTY_FRONT;
  }
  for (const pair of document.contents.items) readField(pair, draft, { findings, rangeOfNode });
  return draft;
}

interface FieldPorts {
  readonly findings: Findings;
  readonly rangeOfNode: (node: unknown) => Range;
}

function readField(pair: Pair, draft: FrontDraft, { findings, rangeOfNode }: FieldPorts): void {
  const name = isScalar(pair.key) ? String(pair.key.value) : "";
  const field = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
  if (field === undefined) {
    const near = suggest(name, Object.keys(FIELDS));
    const names = Object.keys(FIELDS).map((known) => `\`${known}\``);
    const hint = near === undefined ? `the keys are ${names.join(", ")}` : `did you mean \`${near}\`?`;
    findings.add("LI028", rangeOfNode(pair.key), `Unknown key \`${name}\` in the front matter`, hint);
    return;
  }
  field(pair.value, draft, {
    placeOf: rangeOfNode,
    name,
    findings,
    wrong: (node, expected, hint) => {
      const range = node === null || node === undefined ? rangeOfNode(pair.key) : rangeOfNode(node);
      findings.add("LI029", range, `\`${name}\` has a wrong value, expected ${expected}`, hint);
    },
  });
}
