import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareStructured, parse, sketch } from "../compare.ts";

const UID = "1d2c3b4a-0000-4000-8000-123456789abc";

describe.each(["json", "yaml"] as const)("%s", (mode) => {
  test.each([
    ["the same", '{"a": 1}', '{"a": 1}', true],
    ["more keys found", '{"a": {"b": 1}}', '{"x": 0, "a": {"c": 2, "b": 1}}', true],
    ["a key missing", '{"a": 1, "b": null}', '{"a": 1}', false],
    ["null is null", '{"b": null}', '{"b": null}', true],
    ["a number in another notation", '{"a": 1.50}', '{"a": 15e-1}', true],
    ["zero below zero", "[0]", "[-0.0]", true],
    ["numbers past 2^53", "[9007199254740993]", "[9007199254740992]", false],
    ["a number is no text", '{"a": 1}', '{"a": "1"}', false],
    ["a text is no number", '{"a": "1"}', '{"a": 1}', false],
    ["nearly the same text", '{"a": "Running"}', '{"a": "running"}', false],
    ["blanks in a text", '{"a": "b c"}', '{"a": "b  c"}', false],
    ["true is not false", "[true]", "[false]", false],
    ["an element too many", "[1]", "[1, 2]", false],
    ["an element too few", "[1, 2]", "[1]", false],
    ["others after the elements", '[1, "..."]', "[1, 2, 3]", true],
    ["no others after the elements", '[1, "..."]', "[1]", true],
    ["others before the elements", '["...", 3]', "[1, 2, 3]", true],
    ["others between", '[1, "...", 3]', "[1, 2, 2, 3]", true],
    ["others between, another end", '[1, "...", 3]', "[1, 2, 2, 3, 4]", false],
    ["another order", "[1, 2]", "[2, 1]", false],
    ["dots that are escaped", '["\\\\..."]', '["..."]', true],
    ["an empty array", "[]", "[]", true],
    ["an empty array, elements found", "[]", "[1]", false],
    ["an object where an array is", '{"a": {}}', '{"a": []}', false],
    ["any object", '{"a": {}}', '{"a": {"b": 1}}', true],
    ["a placeholder", '{"uid": "<uid>"}', `{"uid": "${UID}"}`, true],
    ["a placeholder that does not fit", '{"uid": "<uid>"}', '{"uid": "x"}', false],
    ["a placeholder in a text", '{"a": "v1-<int>"}', '{"a": "v1-42"}', true],
    ["a placeholder alone for a number", '{"a": "<int>"}', '{"a": 42}', true],
    ["a placeholder for null", '{"a": "<any>"}', '{"a": null}', false],
    ["a word that is no placeholder", '{"a": "<none>"}', '{"a": "x"}', false],
    ["a variable", `{"a": "x-\${NAME}"}`, '{"a": "x-reviews"}', true],
    ["a variable with another value", `{"a": "\${NAME}"}`, '{"a": "ratings"}', false],
    ["a variable for a number", `{"a": "\${PORT}"}`, '{"a": 9.08e3}', true],
    ["a variable that is not set", `{"a": "\${UNSET}"}`, '{"a": ""}', false],
    ["colour", "[1]", "\u001b[32m[1]\u001b[0m\n", true],
  ])("%s", async (_, body, output, expected) => {
    const result = await compareStructured(body, output, mode, { variables: { NAME: "reviews", PORT: "9080" } });
    expect(result.kind).toBe(expected ? "match" : "mismatch");
  });

  test.each([
    ["another order", '[{"a": 1}, {"b": 2}]', '[{"b": 2}, {"a": 1}]', true],
    ["one for two", "[1, 1]", "[1, 2]", false],
    ["others", "[2]", "[1, 2]", false],
    ["others, elided", '[2, "..."]', "[1, 2]", true],
    [
      "what fits all must leave room",
      '[{}, {"a": 1}, {"a": 1, "b": 2}]',
      '[{"a": 1, "b": 2}, {"a": 1}, {"c": 1}]',
      true,
    ],
    ["arrays inside", '{"x": [[1, 2]]}', '{"x": [[2, 1]]}', true],
  ])("unordered: %s", async (_, body, output, expected) => {
    const result = await compareStructured(body, output, mode, { options: { unordered: true } });
    expect(result.kind).toBe(expected ? "match" : "mismatch");
  });

  test("any value is a subset of itself with more keys; with one leaf changed it is not", async () => {
    const property = fc.asyncProperty(documents, fc.nat(), fc.boolean(), async (document, pick, unordered) => {
      const body = JSON.stringify({ root: document });
      const options = { unordered };
      const more = JSON.stringify({ root: withMoreKeys(document), extra: [1] });
      expect(sketch(await compareStructured(body, more, mode, { options }))).toBe("match");
      const leaves = countLeaves(document);
      const changed = JSON.stringify({ root: withLeaf(document, { left: pick % leaves }) });
      expect((await compareStructured(body, changed, mode, { options })).kind).toBe("mismatch");
    });
    await fc.assert(property, { numRuns: 150, seed: 7 });
  });

  test.each([
    ["a key twice", '{"a": 1,\n "a": 2}', mode === "json" ? "line 2, column 2" : "line 2"],
    ["no end", '{"a": [1', "line 1, column"],
    ["two documents", mode === "json" ? "1\n2" : "---\n1\n---\n2\n", "line"],
    ["nothing", "", "line 1, column 1"],
    ["too deep", `${"[".repeat(3000)}${"]".repeat(3000)}`, "nested deeper than"],
  ])("an output that cannot be read: %s", async (_, output, where) => {
    const result = await compareStructured("[1]", output, mode);
    expect(result.kind === "mismatch" && result.reason).toContain(`The output is not ${mode.toUpperCase()}`);
    expect(result.kind === "mismatch" && result.reason).toContain(where);
  });
});

/** Values without texts that mean something to us; at the end of every way stands a leaf. */
const leaf = fc.oneof(
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.string({ unit: fc.constantFrom("a", "é", " ", ":") }),
);
const keys = fc.constantFrom("a", "b", "c.d/e", "f");
const { documents } = fc.letrec<{ documents: unknown }>((tie) => ({
  documents: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie("documents"), { minLength: 1, maxLength: 3 }),
    fc.dictionary(keys, tie("documents"), { minKeys: 1, maxKeys: 3 }),
  ),
}));

function withMoreKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withMoreKeys);
  if (typeof value !== "object" || value === null) return value;
  return { zzz: 1, ...Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withMoreKeys(entry)])) };
}

function countLeaves(value: unknown): number {
  if (typeof value !== "object" || value === null) return 1;
  return Object.values(value).reduce((sum: number, entry) => sum + countLeaves(entry), 0);
}

/** The value with its nth leaf replaced by one that occurs nowhere else. */
function withLeaf(value: unknown, at: { left: number }): unknown {
  if (Array.isArray(value)) return value.map((entry) => withLeaf(entry, at));
  if (typeof value !== "object" || value === null) return at.left-- === 0 ? "changed" : value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, withLeaf(entry, at)]));
}

test("what differs is named by its path", async () => {
  const body = `{ "items": [{ "metadata": { "labels": { "app.k8s.io/name": "x" } }, "status": { "phase": "Running" } }],
  "kind": "List", "uid": "<uid>", "gone": 1, "port": "\${UNSET}", "count": "2" }`;
  const output =
    '{ "items": [{ "metadata": { "labels": {} }, "status": { "phase": "Pending" } }, 2], "kind": "List", "uid": "u", "port": 1, "count": 2 }';
  expect(sketch(await compareStructured(body, output, "json"))).toMatchInlineSnapshot(`
    "$.items.length: found 2, expected 1
    $.items[0].metadata.labels["app.k8s.io/name"]: found nothing, expected "x"
    $.items[0].status.phase: found "Pending", expected "Running"
    $.uid: found "u", expected "<uid>"
    $.gone: found nothing, expected 1
    $.port: found 1, expected "\${UNSET}"   # \`$UNSET\` is not set
    $.count: found 2, expected "2"   # a number where a string is expected"
  `);
  expect(
    sketch(
      await compareStructured('[{"a": 1}, {"b": 2}, "..."]', '[{"a": 1}, {"b": 3}]', "json", {
        options: { unordered: true },
      }),
    ),
  ).toMatchInlineSnapshot(`"$[*]: found nothing, expected { "b": 2 }   # no element is so"`);
  expect(sketch(await compareStructured('[1, "...", 4]', "[1, 2, 3]", "json"))).toMatchInlineSnapshot(
    `"$[*]: found nothing, expected 4   # no element is so"`,
  );
});

test("leaf values asserted are counted, of those found", async () => {
  const result = await compareStructured(
    '{"a": 1, "b": "<rest>", "c": {}}',
    '{"a": 1, "b": "x", "c": {"d": 1, "e": []}}',
    "json",
  );
  expect(result.constrained).toEqual({ lines: 1, of: 4 });
});

test("YAML as kubectl prints it", async () => {
  const body = "metadata:\n  uid: <uid>\nspec:\n  ports:\n  - port: 9080\n  - ...\n";
  const output = `apiVersion: v1\nmetadata:\n  name: x\n  uid: ${UID}\nspec:\n  ports:\n  - name: http\n    port: 9080\n  - port: 1\n`;
  expect(sketch(await compareStructured(body, output, "yaml"))).toBe("match");
});

test("aliases stand for what they name, and not for more than anyone writes", async () => {
  expect(sketch(await compareStructured("b: {x: 1}", "a: &a {x: 1}\nb: *a\n", "yaml"))).toBe("match");
  const bomb = Array.from({ length: 9 }, (_, at) => `l${at + 1}: &l${at + 1} [${Array(9).fill(`*l${at}`).join(", ")}]`);
  const result = await compareStructured("b: 1", ["l0: &l0 [x]", ...bomb].join("\n"), "yaml");
  expect(sketch(result)).toMatch(/aliases for too much/);
});

test.each([
  ["json", "{}", "LI051"],
  ["json", '["..."]', "LI051"],
  ["json", '"<rest>"', "LI051"],
  ["json", "  ", "LI050"],
  ["json", "{a: 1}", "LI056"],
  ["json", '{"a": 1} x', "LI056"],
  ["json", '{"a": 01}', "LI056"],
  ["json", '{"...": 1}', "LI055"],
  ["json", `{"a": "\${a b}"}`, "LI054"],
  ["yaml", "a: 1\na: 2", "LI057"],
  ["yaml", "{}", "LI051"],
  ["yaml", "a: 1\n---\nb: 1", "LI057"],
  ["yaml", "? [a]\n: 1", "LI057"],
] as const)("%s: %j is %s", (mode, body, code) => {
  const { expectation, diagnostics } = parse(body, mode);
  expect([expectation, diagnostics.map((each) => each.code)]).toEqual([undefined, [code]]);
});

test("a finding stands at the character that cannot be read", () => {
  const [finding] = parse('{ "a": 1,\n  "b": x }', "json").diagnostics;
  expect([finding?.place.line, finding?.place.column, finding?.message]).toMatchInlineSnapshot(`
    [
      2,
      8,
      "The expectation is not JSON: found \`x\`, expected a value",
    ]
  `);
});
