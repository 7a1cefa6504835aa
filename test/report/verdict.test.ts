import { expect, test } from "vitest";
import type { DiffLine } from "../../src/expect/index.ts";
import { renderCheckVerdict, renderDiff, renderVerdict } from "../../src/report/index.ts";
import type { CheckVerdict, StepVerdict } from "../../src/run/index.ts";
import { at, DIFF } from "./sample.ts";

const VERDICTS: readonly StepVerdict[] = [
  { kind: "pass" },
  { kind: "wrong-exit", expected: "nonzero", actual: 0, place: at(41), command: "kubectl get pod gone" },
  { kind: "wrong-exit", expected: "3", actual: 1, place: at(41), command: "a\nb" },
  { kind: "mismatch", place: at(99), diff: [], uncompared: "the output was not compared: it has 300 bytes" },
  { kind: "syntax-error", place: at(42), message: "unexpected end of file\n" },
  { kind: "timeout", afterMs: 60_000, place: at(41) },
  { kind: "session-died", status: undefined, signal: "SIGKILL", place: at(41) },
  { kind: "interrupted", place: at(41) },
  { kind: "check-failed", checkId: "c", place: at(41) },
  { kind: "already-true" },
  { kind: "skipped", reason: "needs a person" },
  { kind: "solved-by-us" },
];

test("each verdict is one or two sentences: found, expected, what next", () => {
  const text = VERDICTS.map((verdict) => `[${verdict.kind}]\n${renderVerdict(verdict)}`).join("\n\n");
  expect(text).toMatchInlineSnapshot(`
    "[pass]
    Passed.

    [wrong-exit]
    lessons/lesson-01.md:41:1
    \`kubectl get pod gone\` ended with status 0, expected a status other than 0. If
    that is right, take \`exit=\` away.

    [wrong-exit]
    lessons/lesson-01.md:41:1
    \`a\` ended with status 1, expected 3. If that is right, say so with \`exit=1\`.

    [mismatch]
    lessons/lesson-01.md:99:1
    The output was not compared: it has 300 bytes. Let the command print less, so
    that all of it can be compared.

    [syntax-error]
    lessons/lesson-01.md:42:1
    This is not valid bash, so nothing of the block was run: unexpected end of file

    [timeout]
    lessons/lesson-01.md:41:1
    Still running after 1m, so it was ended. Raise \`timeout=\` if it needs longer, or
    let a check wait for what it waits for.

    [session-died]
    lessons/lesson-01.md:41:1
    The session itself was ended by SIGKILL, and its variables with it.

    [interrupted]
    lessons/lesson-01.md:41:1
    Interrupted.

    [check-failed]
    lessons/lesson-01.md:41:1
    A check does not hold.

    [already-true]
    Already true: all its checks held before it ran, so it was not run.

    [skipped]
    Skipped: needs a person.

    [solved-by-us]
    Solved by its own solution."
  `);
});

test("each verdict of a check", () => {
  const found = { status: undefined, output: "", diff: undefined };
  const verdicts: readonly CheckVerdict[] = [
    { kind: "pass" },
    { kind: "wrong", afterMs: 0, found, whys: [] },
    { kind: "wrong", afterMs: 5000, found: { status: 0, output: "0/1", diff: DIFF.slice(1, 2) }, whys: ["a", "b"] },
    {
      kind: "broken",
      reason: "its command was not found (status 127)",
      found: { ...found, output: "bash: kubectl: command not found\n" },
    },
    { kind: "interrupted" },
    { kind: "skipped", reason: "needs target `live`" },
  ];
  const text = verdicts
    .map((verdict) => `[${verdict.kind}]\n${renderCheckVerdict("pods are ready", verdict)}`)
    .join("\n\n");
  expect(text).toMatchInlineSnapshot(`
    "[pass]
    Holds: pods are ready.

    [wrong]
    Does not hold: pods are ready (its command did not end in time).

    [wrong]
    Does not hold within 5s: pods are ready (its output is not what was expected).
    why: a
    why: b

    - expected, + found
    100 - details  1/1
        + details  0/1
          (0 is not 1)

    [broken]
    The check itself is broken: pods are ready: its command was not found (status
    127). It says nothing about your work; its author has to mend it.

    its last output:
    | bash: kubectl: command not found

    [interrupted]
    Not known, interrupted: pods are ready.

    [skipped]
    Skipped: pods are ready: needs target \`live\`."
  `);
});

test("a narrow screen wraps sentences and leaves what was printed alone", () => {
  expect(
    renderVerdict({ kind: "mismatch", place: at(99), diff: DIFF.slice(0, 2) }, { width: 40 }),
  ).toMatchInlineSnapshot(`
    "lessons/lesson-01.md:99:1
    The output is not what was expected: 1
    line differs. Mend the command, or
    change the \`output\` block if what was
    found is right.

    - expected, + found
     99   NAME     READY
    100 - details  1/1
        + details  0/1
          (0 is not 1)"
  `);
});

test("a long diff is cut, with a count", () => {
  const rows = Array.from({ length: 200 }, (_, i): DiffLine => ({ kind: "unexpected", found: `line ${i}` }));
  const lines = renderDiff(rows).split("\n");
  expect(lines).toHaveLength(42);
  expect(lines.at(-1)).toBe("   ... 160 lines not shown ...");
});

test("a learner is told what was found, without the place in the file and what its author could do", () => {
  const text = VERDICTS.slice(1, 7).map((verdict) => renderVerdict(verdict, { colour: false }, "learner"));
  expect(text.join("\n\n")).toMatchInlineSnapshot(`
    "\`kubectl get pod gone\` ended with status 0, expected a status other than 0.

    \`a\` ended with status 1, expected 3.

    The output was not compared: it has 300 bytes.

    This is not valid bash, so nothing of the block was run: unexpected end of file

    Still running after 1m, so it was ended.

    The session itself was ended by SIGKILL, and its variables with it."
  `);
});
