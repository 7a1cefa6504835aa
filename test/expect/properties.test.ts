import fc from "fast-check";
import { expect, test } from "vitest";
import { compare, matches, parse, sketch } from "./compare.ts";

/** Lines as commands print them: no special form of ours, no blanks at the ends. */
const printed = fc
  .string({ unit: fc.constantFrom("a", "b", "c", "1", " ", "\t", ":", "é", "😀"), maxLength: 6 })
  .map((text) => text.trim());
const printedLines = fc
  .array(printed, { minLength: 1, maxLength: 6 })
  .filter((lines) => lines.some((line) => line !== ""));

function withoutTrailingEmpty(lines: readonly string[]): readonly string[] {
  return lines.slice(0, lines.findLastIndex((line) => line !== "") + 1);
}

test.each(["lines", "contains", "unordered", "exact"] as const)("%s: an output matches its own lines", (mode) => {
  const property = fc.property(printedLines, (lines) => {
    expect(matches(lines.join("\n"), `${lines.join("\n")}\n`, mode)).toBe(true);
  });
  fc.assert(property);
});

test.each(["lines", "unordered"] as const)("%s: an output without one of the lines never matches", (mode) => {
  const property = fc.property(printedLines, fc.nat(), (lines, pick) => {
    const constrained = withoutTrailingEmpty(lines);
    const dropped = constrained.toSpliced(pick % constrained.length, 1);
    if (withoutTrailingEmpty(dropped).length === constrained.length) return;
    expect(matches(constrained.join("\n"), `${dropped.join("\n")}\n`, mode)).toBe(false);
  });
  fc.assert(property);
});

test("lines: an output with one line more never matches", () => {
  const property = fc.property(printedLines, fc.nat(), (lines, pick) => {
    const constrained = withoutTrailingEmpty(lines);
    const more = constrained.toSpliced(pick % (constrained.length + 1), 0, "zzz");
    expect(matches(constrained.join("\n"), `${more.join("\n")}\n`)).toBe(false);
  });
  fc.assert(property);
});

/** Small alphabets make repetitions, and with them the cases in which a greedy matcher goes wrong. */
const expectedLine = fc.constantFrom("a", "b", "...", "a (optional)", "<any>", "[ab] (re)");
const foundLine = fc.constantFrom("a", "b", "c");
const expectedBody = fc.array(expectedLine, { minLength: 1, maxLength: 7 });
const foundBody = fc.array(foundLine, { maxLength: 8 });

/** What the rules say, tried out in every way. */
function canMatch(expected: readonly string[], found: readonly string[]): boolean {
  const [first, ...rest] = expected;
  if (first === undefined) return found.length === 0;
  const [head = "", ...tail] = found;
  const takes = found.length > 0 && accepts(first, head);
  if (first === "...") return canMatch(rest, found) || (found.length > 0 && canMatch(expected, tail));
  if (first === "a (optional)") return canMatch(rest, found) || (takes && canMatch(rest, tail));
  return takes && canMatch(rest, tail);
}

function accepts(expected: string, found: string): boolean {
  if (expected === "<any>") return true;
  if (expected === "[ab] (re)") return found === "a" || found === "b";
  return expected.replace(" (optional)", "") === found;
}

test("lines: the verdict is that of trying every way, and a diff says so too", () => {
  const property = fc.property(expectedBody, foundBody, (expected, found) => {
    const body = expected.join("\n");
    fc.pre(parse(body).expectation !== undefined);
    const result = compare(body, found.join("\n"));
    expect(result.kind === "match").toBe(canMatch(expected, found));
    if (result.kind === "mismatch") expect(sketch(result)).toMatch(/^[-+]/m);
  });
  fc.assert(property, { numRuns: 3000 });
});

test("unordered: the verdict is that of trying every order", () => {
  const property = fc.property(
    fc.array(expectedLine, { maxLength: 4 }),
    fc.array(foundLine, { maxLength: 4 }),
    (expected, found) => {
      const body = expected.join("\n");
      fc.pre(parse(body, "unordered").expectation !== undefined);
      const wanted = expected.filter((line) => line !== "...");
      const hasOthers = wanted.length < expected.length;
      const possible = orders(wanted).some((order) => canMatch(hasOthers ? interleave(order) : order, found));
      const inAnyOrder = hasOthers ? orders(found).some((some) => canMatch(interleave(wanted), some)) : possible;
      expect(matches(body, found.join("\n"), "unordered")).toBe(possible || inAnyOrder);
    },
  );
  fc.assert(property, { numRuns: 2000 });
});

function orders(lines: readonly string[]): string[][] {
  if (lines.length === 0) return [[]];
  return lines.flatMap((line, index) => orders(lines.toSpliced(index, 1)).map((rest) => [line, ...rest]));
}

function interleave(lines: readonly string[]): string[] {
  return ["...", ...lines.flatMap((line) => [line, "..."])];
}

test("every row of a diff accounts for the lines of both sides", () => {
  const property = fc.property(printedLines, printedLines, (expected, found) => {
    const result = compare(expected.join("\n"), `${found.join("\n")}\n`);
    if (result.kind === "match") return;
    const ofFound = result.diff.flatMap((row) => ("found" in row ? [row.found] : []));
    const ofExpected = result.diff.flatMap((row) => ("expected" in row ? [row.expected] : []));
    expect(ofFound).toEqual(withoutTrailingEmpty(found));
    expect(ofExpected).toEqual(withoutTrailingEmpty(expected));
  });
  fc.assert(property);
});
