import { expect, test } from "vitest";
import { compileLine } from "../../src/expect/compiled-line.ts";
import { walk } from "../../src/expect/walk.ts";
import { compare, expectationOf, matches, sketch } from "./compare.ts";

function numbered(count: number, prefix = "line"): string {
  return Array.from({ length: count }, (_, index) => `${prefix} ${index}\n`).join("");
}

test("2 MB between two lines", () => {
  const middle = numbered(150_000, "some line of a log");
  expect(middle.length).toBeGreaterThan(2_000_000);
  expect(matches("first\n...\nlast", `first\n${middle}last\n`)).toBe(true);
  expect(matches("first\n...\nlast", `first\n${middle}`)).toBe(false);
});

test("10,000 expected lines against 100,000 found ones", () => {
  const body = Array.from({ length: 5000 }, (_, index) => `line ${index * 20}\n...`).join("\n");
  expect(matches(body, numbered(100_000))).toBe(true);
  const result = compare(`${body}\nline 3`, numbered(100_000));
  expect(sketch(result)).toMatch(/^- line 3$/m);
});

test("of a difference in a very long output the first one is shown, with the lines before it", () => {
  const body = numbered(20_000).trimEnd().replace("line 9999\n", "line 9999x\n").replace("line 15000\n", "");
  const result = compare(body, numbered(20_000));
  const rows = result.kind === "mismatch" ? result.diff : [];
  expect(
    sketch({ kind: "mismatch", diff: rows.slice(9996, 10_002), constrained: result.constrained }),
  ).toMatchInlineSnapshot(`
    "  line 9996
      line 9997
      line 9998
    - line 9999x
    + line 9999   (changed)
      (5001 elided)
      line 15001"
  `);
});

test("what a long output has before the window is not called missing", () => {
  const output = `a\nb\n${numbered(1_000_000)}`;
  expect(sketch(compare("a\nb\nx\ny", output, "contains"))).toMatchInlineSnapshot(`
    "  (1000002 elided)
    - x"
  `);
});

test("a repeated line after each of many elisions is compared a bounded number of times", () => {
  const lines = expectationOf(`${"...\na\n".repeat(500)}b`).lines;
  let comparisons = 0;
  const counted = lines.map((line) => {
    const compiled = compileLine(line, "lines", () => undefined);
    return {
      ...compiled,
      matches(found: string): boolean {
        comparisons++;
        return compiled.matches(found);
      },
    };
  });
  const found = Array.from({ length: 20_000 }, () => "a");
  expect(walk(counted, found).accepted).toBe(false);
  expect(comparisons).toBeLessThanOrEqual(3 * found.length);
});
