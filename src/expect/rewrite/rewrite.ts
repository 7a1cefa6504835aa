import { align, type Pairing } from "../align.ts";
import { assign } from "../assign.ts";
import { type CompiledLine, compileLine, ELISION } from "../compiled-line.ts";
import type { Expectation, ExpectationMode, ExpectedLine, MatchResult, VariableLookup } from "../expectation.ts";
import { foundLines } from "../found-lines.ts";
import { match } from "../match.ts";
import { isStructured, matchStructured } from "../match-structured.ts";
import type { Edit, Rewrite } from "./edit.ts";
import { type RewrittenLine, rewriteLine } from "./rewrite-line.ts";
import { rewriteValues } from "./rewrite-values.ts";

/** Past this many pairs of lines nothing is aligned. */
const MAX_CELLS = 4_000_000;

type Mismatch = MatchResult & { readonly kind: "mismatch" };

interface Task {
  readonly expectation: Expectation;
  readonly lookup: VariableLookup;
  readonly lines: readonly CompiledLine[];
  readonly shown: readonly string[];
  readonly compared: readonly string[];
  readonly mismatch: Mismatch;
}

const REWRITERS: Readonly<Record<ExpectationMode, (task: Task) => Rewrite>> = {
  contains: rewriteContained,
  distribution: () => refused("its shares are the lesson's claim: mend the routes, or change the weights by hand"),
  exact: rewriteInOrder,
  json: ({ mismatch, expectation }) => rewriteValues(expectation, mismatch),
  "like-kubectl": rewriteInOrder,
  lines: rewriteInOrder,
  not: () => refused("the output has a line that must not occur; without that line it would assert nothing"),
  unordered: rewriteUnordered,
  yaml: ({ mismatch, expectation }) => rewriteValues(expectation, mismatch),
};

/** What to change in an expectation so that it is met by this output, and keeps all that still fits. */
export async function rewriteExpectation(
  expectation: Expectation,
  output: string,
  lookup: VariableLookup,
): Promise<Rewrite> {
  const { mode } = expectation;
  const result = isStructured(expectation)
    ? await matchStructured(expectation, output, lookup)
    : match(expectation, output, lookup);
  if (result.kind === "match") return { kind: "same" };
  const unset = expectation.lines.flatMap((line) => compileLine(line, mode, lookup).unset);
  if (unset.length > 0) return refused(`\`$${unset[0]}\` is not set in the session`);
  const found = foundLines(output, mode);
  if (found.shown.length === 0) return refused("nothing is printed any more");
  if (expectation.lines.length * found.shown.length > MAX_CELLS) return refused("it has too many lines");
  const compiled = mode === "like-kubectl" ? "lines" : mode;
  const lines = expectation.lines.map((line) => compileLine(line, compiled, lookup));
  return REWRITERS[mode]({ expectation, lookup, lines, ...found, mismatch: result });
}

function refused(reason: string): Rewrite {
  return { kind: "refused", reason };
}

function rewriteInOrder(task: Task): Rewrite {
  return editsOf(task, inPlaceOf(align(task.lines, task.compared), task.lines));
}

/** Lines that went and lines that came at one place: the first came for the first, and so on. */
function inPlaceOf(pairings: readonly Pairing[], lines: readonly CompiledLine[]): readonly Pairing[] {
  const result: Pairing[] = [];
  let gone: number[] = [];
  let come: number[] = [];
  const flush = (): void => {
    for (let index = 0; index < Math.max(gone.length, come.length); index++) {
      result.push({ expected: gone[index], found: come[index] });
    }
    [gone, come] = [[], []];
  };
  for (const { expected, found } of pairings) {
    const line = expected === undefined ? undefined : lines[expected];
    const mayBeAbsent = line?.kind === "elision" || line?.isOptional === true;
    if ((expected !== undefined && found !== undefined) || mayBeAbsent) {
      flush();
      result.push({ expected, found });
    } else if (expected !== undefined) gone.push(expected);
    else if (found !== undefined) come.push(found);
  }
  flush();
  return result;
}

function rewriteContained(task: Task): Rewrite {
  const spread = [ELISION, ...task.lines.flatMap((line) => (line.kind === "line" ? [line, ELISION] : []))];
  const indexOf = new Map(task.lines.map((line, index) => [line, index]));
  const pairings = align(spread, task.compared).flatMap(({ expected, found }): Pairing[] => {
    const line = expected === undefined ? undefined : indexOf.get(spread[expected] ?? ELISION);
    return line === undefined ? [] : [{ expected: line, found }];
  });
  const gone = pairings.find(({ found }) => found === undefined)?.expected;
  if (gone !== undefined) {
    return refused(
      `no line is like \`${task.expectation.lines[gone]?.source.trim()}\`, and which it became is a guess`,
    );
  }
  return editsOf(task, pairings);
}

/** What found no partner on either side is paired by likeness; the rest goes, and what is new stands at the end. */
function rewriteUnordered(task: Task): Rewrite {
  const { lines, compared } = task;
  const wanted = [...lines.keys()].filter((index) => lines[index]?.kind === "line");
  const mayHaveOthers = wanted.length < lines.length;
  const takenBy = assign(
    wanted.map((index) => lines[index] as CompiledLine),
    compared,
    mayHaveOthers,
  );
  const used = new Set(takenBy.map((at) => (at === undefined ? undefined : wanted[at])));
  const left = wanted.filter((index) => !used.has(index) && lines[index]?.isOptional === false);
  const others = [...compared.keys()].filter((at) => takenBy[at] === undefined);
  const pairings = align(
    left.map((index) => lines[index] as CompiledLine),
    others.map((at) => compared[at] ?? ""),
  ).map(({ expected, found }): Pairing => {
    return {
      expected: expected === undefined ? undefined : left[expected],
      found: found === undefined ? undefined : others[found],
    };
  });
  const last = { expected: lines.length - 1, found: undefined };
  const paired = pairings.filter(({ expected }) => expected !== undefined);
  const added = mayHaveOthers ? [] : pairings.filter(({ expected }) => expected === undefined);
  return editsOf(task, paired, { after: last.expected, added });
}

/** Edits for pairs, lines that are gone (only expected) and lines that are new (only found), in order. */
function editsOf(
  task: Task,
  pairings: readonly Pairing[],
  more?: { readonly after: number; readonly added: readonly Pairing[] },
): Rewrite {
  const edits: Edit[] = [];
  const inserts = new Map<number, string[]>();
  let last = -1;
  let isWritable = true;
  const write = (line: ExpectedLine, text: string): RewrittenLine | undefined => {
    const rewritten =
      task.expectation.mode === "exact" ? { text, isTemplateKept: false } : rewriteLine(line, text, task.lookup);
    isWritable &&= rewritten !== undefined;
    return rewritten;
  };
  const insert = (after: number, text: string): void => {
    const list = inserts.get(after) ?? [];
    inserts.set(after, [...list, newLine(task, Math.max(0, after), text) ?? write(plain(task), text)?.text ?? text]);
  };
  for (const { expected, found } of pairings) {
    const text = found === undefined ? undefined : (task.shown[found] ?? "");
    if (expected === undefined) {
      if (text !== undefined) insert(last, text);
      continue;
    }
    last = expected;
    const compiled = task.lines[expected];
    if (compiled?.line === undefined || compiled.kind === "elision") continue;
    if (text === undefined) {
      if (!compiled.isOptional) edits.push({ kind: "delete", line: compiled.line });
    } else if (!compiled.matches(task.compared[found ?? -1] ?? "")) {
      const rewritten = write(compiled.line, text);
      if (rewritten !== undefined) edits.push({ kind: "replace", line: compiled.line, text: rewritten.text });
    }
  }
  for (const { found } of more?.added ?? [])
    if (found !== undefined) insert(more?.after ?? -1, task.shown[found] ?? "");
  for (const [after, texts] of inserts) {
    const line = task.expectation.lines[Math.max(0, after)];
    if (line !== undefined) edits.push({ kind: "insert", line, where: after < 0 ? "before" : "after", texts });
  }
  return isWritable ? { kind: "edits", edits } : refused("a line of the output cannot be written in an expectation");
}

/** A new row of a table gets the placeholders of a row beside it, where all of them fit and the rest is as long. */
function newLine({ expectation, lines, lookup }: Task, near: number, text: string): string | undefined {
  if (expectation.mode === "exact" || expectation.mode === "like-kubectl") return undefined;
  const count = (line: string): number => line.trim().split(/\s+/).length;
  const order = [...lines.keys()].sort((a, b) => Math.abs(a - near) - Math.abs(b - near));
  for (const index of order.slice(0, 20)) {
    const line = expectation.lines[index];
    if (line?.kind !== "pattern" || line.optional || count(line.source) !== count(text)) continue;
    const rewritten = rewriteLine(line, text, lookup);
    if (rewritten?.isTemplateKept) return rewritten.text;
  }
  return undefined;
}

/** A line that keeps nothing. */
function plain({ expectation }: Task): ExpectedLine {
  return { kind: "literal", text: "", source: "", place: expectation.place };
}
