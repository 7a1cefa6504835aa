import { expect, test } from "vitest";
import { compare, sketch } from "./compare.ts";

test("a missing line does not shift the rest", () => {
  const result = compare("one\ntwo\nthree\nfour\nfive", "one\nthree\nfour\nfive\n");
  expect(sketch(result)).toMatchInlineSnapshot(`
    "  one
    - two
      three
      four
      five"
  `);
});

test("an added line does not shift the rest", () => {
  const result = compare("one\nthree\nfour", "one\ntwo\nthree\nfour\n");
  expect(sketch(result)).toMatchInlineSnapshot(`
    "  one
    + two
      three
      four"
  `);
});

test("a line missing among patterns does not shift the rest", () => {
  const body = [
    "NAME             READY   STATUS    RESTARTS   AGE",
    "details-v1-<id>      2/2     Running   0          <age>",
    "productpage-v1-<id>  2/2     Running   0          <age>",
    "ratings-v1-<id>      2/2     Running   0          <age>",
    "reviews-v1-<id>      2/2     Running   0          <age>",
  ].join("\n");
  const output = [
    "NAME                              READY   STATUS             RESTARTS   AGE",
    "details-v1-7d764666f9-4x2tp       2/2     Running            0          61s",
    "ratings-v1-5c4d4b9f6-9bn7z        1/2     ImagePullBackOff   0          61s",
    "reviews-v1-66bc5c9577-kl2mn       2/2     Running            x          61s",
    "",
  ].join("\n");
  expect(sketch(compare(body, output))).toMatchInlineSnapshot(`
    "  NAME                              READY   STATUS             RESTARTS   AGE
      details-v1-7d764666f9-4x2tp       2/2     Running            0          61s
    - productpage-v1-<id>  2/2     Running   0          <age>
    - ratings-v1-<id>      2/2     Running   0          <age>
    + ratings-v1-5c4d4b9f6-9bn7z        1/2     ImagePullBackOff   0          61s   (changed)
    - reviews-v1-<id>      2/2     Running   0          <age>
    + reviews-v1-66bc5c9577-kl2mn       2/2     Running            x          61s   (changed)"
  `);
});

test("what is elided is counted, not shown", () => {
  const result = compare("first\n...\nlast", "first\na\nb\nc\nlost\n");
  expect(sketch(result)).toMatchInlineSnapshot(`
    "  first
      (4 elided)
    - last"
  `);
});

test("an optional line that is absent is no difference", () => {
  expect(sketch(compare("a\nb (optional)\nc\nd", "a\nc\nx\n"))).toMatchInlineSnapshot(`
    "  a
      c
    - d
    + x"
  `);
});

test("nothing printed", () => {
  expect(sketch(compare("a\n...\nb <int>", ""))).toMatchInlineSnapshot(`
    "- a
    - b <int>"
  `);
});

test("the note names the placeholder, the variable and the value", () => {
  const variables = { URL: "http://10.0.0.1", LINES: "a\nb" };
  const body = [
    "count: <int>",
    "<int>",
    `at \${URL} since <age>`,
    `from \${GONE} to \${ALSO}`,
    `say \${LINES}`,
    "ready in <duration>",
    "code [0-9]+ (re)",
    "path-* done (glob)",
  ].join("\n");
  const output = [
    "count: many",
    "x",
    "at http://10.0.0.2 since 5s",
    "from a to b",
    "say a",
    "ready in",
    "code zero",
    "path-x doing",
  ];
  expect(sketch(compare(body, `${output.join("\n")}\n`, "lines", variables))).toMatchInlineSnapshot(`
    "- count: <int>
    + count: many   (changed)   # \`<int>\` does not match \`many\`
    - <int>
    + x   (changed)   # \`<int>\` does not match \`x\`
    - at \${URL} since <age>
    + at http://10.0.0.2 since 5s   (changed)   # \`$URL\` is \`http://10.0.0.1\`
    - from \${GONE} to \${ALSO}
    + from a to b   (changed)   # \`$GONE\`, \`$ALSO\` are not set
    - say \${LINES}
    + say a   (changed)   # \`$LINES\` is \`a\\nb\`, 2 lines
    - ready in <duration>
    + ready in   (changed)   # nothing stands where \`<duration>\` is expected
    - code [0-9]+ (re)
    + code zero   (changed)   # \`(re)\` does not match \`code zero\`
    - path-* done (glob)
    + path-x doing   (changed)"
  `);
});

test("a difference that cannot be seen is said", () => {
  expect(sketch(compare("a: b", "  a: b\n"))).toMatchInlineSnapshot(`
    "- a: b
    +   a: b   (changed)   # differs only in blanks or control characters"
  `);
  expect(sketch(compare("a b", "a  b\r\n", "exact"))).toMatchInlineSnapshot(`
    "- a b
    + a  b
       (changed)   # differs only in blanks or control characters"
  `);
});

test("contains shows what is missing and where the rest was", () => {
  const result = compare("b\nx\nd", "a\nb\nc\nd\ne\n", "contains");
  expect(sketch(result)).toMatchInlineSnapshot(`
    "  (1 elided)
      b
    - x
      (1 elided)
      d
      (1 elided)"
  `);
});

test("unordered shows what is left on both sides", () => {
  expect(sketch(compare(`a\nb\n\${GONE}`, "c\nb\nd\n", "unordered"))).toMatchInlineSnapshot(`
    "+ c
      b
    + d
    - a
    - \${GONE}   # \`$GONE\` is not set"
  `);
  expect(sketch(compare("a\nb\n...", "c\nb\nd\n", "unordered"))).toMatchInlineSnapshot(`
    "  (1 elided)
      b
      (1 elided)
    - a"
  `);
});

test("not shows the lines that must not occur", () => {
  const result = compare(`*error* (glob)\n\${GONE}`, "a\nb\nan error\nc\n", "not");
  expect(sketch(result)).toMatchInlineSnapshot(`
    "  (2 elided)
    + an error   # \`*error* (glob)\` must not occur
      (1 elided)
    - \${GONE}   # \`$GONE\` is not set"
  `);
});

test.each([
  ["lines", "a\n<int>\nb", "a\n1\nb\n", 3, 3],
  ["lines", "a\n...\nb", "a\n1\n2\nb\n", 2, 4],
  ["lines", "a\n...", "a\n1\n2\nb\n", 1, 4],
  ["lines", "a\n<rest>\nb", "a\n1\nb\n", 2, 3],
  ["lines", "a\nb (optional)\nc", "a\nb\nc\n", 3, 3],
  ["lines", "a\nb (optional)\n...", "a\nb\nc\n", 1, 3],
  ["contains", "b", "a\nb\nc\n", 1, 3],
  ["unordered", "b\n...", "a\nb\nc\n", 1, 3],
  ["not", "x", "a\nb\n", 0, 2],
  ["exact", "a\nb", "a\nb\n", 2, 2],
] as const)("%s: %j pins down of %j", (mode, body, output, lines, of) => {
  expect(compare(body, output, mode)).toEqual({ kind: "match", constrained: { lines, of } });
});

test("rows lead to their line in the lesson", () => {
  const result = compare("a\nb\nc", "a\nc\n");
  const diff = result.kind === "mismatch" ? result.diff : [];
  expect(diff.map((row) => ("place" in row ? `${row.kind} ${row.place.line}` : row.kind))).toEqual([
    "same 1",
    "missing 2",
    "same 3",
  ]);
});
