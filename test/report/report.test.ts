import { expect, test } from "vitest";
import { createReporter, REPORTERS } from "../../src/report/index.ts";
import { RUN_EVENT_VERSION, type RunEvent, type StepVerdict } from "../../src/run/index.ts";
import { at, DIFF, ESC, FILE } from "./sample.ts";

/** A run of one step that ends with this verdict, as a person sees it. */
function reportOf(verdict: StepVerdict, more: readonly RunEvent[] = [], options = {}): string {
  const step = { lesson: "lesson-01", step: "apply", section: "Apply", place: at(40), contentHash: "h" };
  const { lesson } = step;
  const events: RunEvent[] = [
    {
      type: "run-start",
      version: RUN_EVENT_VERSION,
      runId: "r",
      at: 0,
      target: "sandbox",
      lessons: [{ id: lesson, path: FILE, steps: 1 }],
    },
    { type: "lesson-start", at: 0, lesson, path: FILE, title: "A cluster to learn on" },
    { type: "step-start", at: 0, ...step },
    ...more,
    { type: "step-end", at: 1, ...step, verdict, durationMs: 340, commands: 1, asserted: 1 },
    { type: "lesson-end", at: 1, lesson, outcome: "failed", durationMs: 340 },
    { type: "run-end", at: 1, durationMs: 4100, interrupted: false },
  ];
  const reporter = createReporter("pretty", { colour: false, width: 80, ...options });
  return events.map((event) => reporter.accept(event)).join("");
}

function ran(source: string, output: string, status = 0): readonly RunEvent[] {
  const about = { lesson: "lesson-01", step: "apply", place: at(41) };
  const counts = { durationMs: 3, totalBytes: output.length, constrained: undefined };
  return [
    { type: "command-start", at: 0, ...about, source },
    { type: "output", lesson: "lesson-01", step: "apply", text: output },
    { type: "command-end", at: 0, ...about, status, output, ...counts },
  ];
}

test("a passing step takes one line", () => {
  expect(reportOf({ kind: "pass" }, ran("kubectl apply -f x.yaml", "created\n"))).toMatchInlineSnapshot(`
    "1 lesson on the sandbox (simulated)

    A cluster to learn on  lessons/lesson-01.md
      pass  apply  340ms

    1 lesson, 1 step: 1 passed, 0 failed, 0 skipped · asserted 1 of 1 command · 4.1s
    "
  `);
});

test("a check that was left out is told with its reason, in a step that passes", () => {
  const about = { lesson: "lesson-01", step: "apply", check: "ready", title: "istiod is ready", place: at(44) };
  const left: RunEvent = {
    type: "check-end",
    at: 1,
    ...about,
    verdict: { kind: "skipped", reason: "needs `darwin`" },
    durationMs: 0,
    tries: 0,
  };
  const report = reportOf({ kind: "pass" }, [...ran("true", ""), left]);
  expect(report).toContain("  pass  apply  340ms\n        not checked: istiod is ready: needs `darwin`\n");
});

test("verbose shows what passed, too", () => {
  expect(
    reportOf({ kind: "pass" }, ran("kubectl apply -f x.yaml", "created\n"), { verbose: true }),
  ).toMatchInlineSnapshot(`
    "1 lesson on the sandbox (simulated)

    A cluster to learn on  lessons/lesson-01.md
      pass  apply  340ms
            > 41  kubectl apply -f x.yaml
            output:
            | created

    1 lesson, 1 step: 1 passed, 0 failed, 0 skipped · asserted 1 of 1 command · 4.1s
    "
  `);
});

test("mismatch", () => {
  const output = "NAME     READY\ndetails  0/1\nreviews  1/1\n";
  expect(
    reportOf({ kind: "mismatch", place: at(99), diff: DIFF }, ran("kubectl get deploy", output)),
  ).toMatchInlineSnapshot(`
    "1 lesson on the sandbox (simulated)

    A cluster to learn on  lessons/lesson-01.md
      FAIL  apply  340ms
            lessons/lesson-01.md:99:1
            The output is not what was expected: 1 line differs, 1 line is missing,
            1 line was not expected. Mend the command, or change the \`output\` block
            if what was found is right.

            - expected, + found
             99   NAME     READY
            100 - details  1/1
                + details  0/1
                  (0 is not 1)
            101 - ratings  <int>/1
                + reviews  1/1
            102   same 0
            103   same 1
                  ... 7 lines not shown ...

            > 41  kubectl get deploy
            output:
            | NAME     READY
            | details  0/1
            | reviews  1/1

    failed  lessons/lesson-01.md:99:1  lesson-01#apply
    1 lesson, 1 step: 0 passed, 1 failed, 0 skipped · asserted 1 of 1 command · 4.1s
    "
  `);
});

test("wrong exit: the failing line of a long block, the end of a long output", () => {
  const source = Array.from({ length: 20 }, (_, i) => `step ${i}`).join("\n");
  const output = Array.from({ length: 30 }, (_, i) => `line ${i}\n`).join("");
  const verdict = {
    kind: "wrong-exit",
    expected: "0",
    actual: 2,
    place: { ...at(41), line: 51 },
    command: "step 10",
  } as const;
  expect(reportOf(verdict, ran(source, output, 2))).toMatchInlineSnapshot(`
    "1 lesson on the sandbox (simulated)

    A cluster to learn on  lessons/lesson-01.md
      FAIL  apply  340ms
            lessons/lesson-01.md:51:1
            \`step 10\` ended with status 2, expected 0. If that is right, say so with
            \`exit=2\`.

              47  step 6
              48  step 7
              49  step 8
              50  step 9
            > 51  step 10
              52  step 11
              53  step 12
              54  step 13
              55  step 14
            output, after 10 lines not shown:
            | line 10
            | line 11
            | line 12
            | line 13
            | line 14
            | line 15
            | line 16
            | line 17
            | line 18
            | line 19
            | line 20
            | line 21
            | line 22
            | line 23
            | line 24
            | line 25
            | line 26
            | line 27
            | line 28
            | line 29

    failed  lessons/lesson-01.md:51:1  lesson-01#apply
    1 lesson, 1 step: 0 passed, 1 failed, 0 skipped · asserted 1 of 1 command · 4.1s
    "
  `);
});

test("check failed: what was last seen, and why", () => {
  const about = { lesson: "lesson-01", step: "apply", check: "ready", title: "istiod is ready", place: at(60) };
  const found = { status: 1, output: "0/1\n", diff: undefined };
  const wrong = { kind: "wrong", afterMs: 60_000, found, whys: ["istiod-7d4: ImagePullBackOff"] } as const;
  const checked: RunEvent = { type: "check-end", at: 1, ...about, verdict: wrong, durationMs: 60_000, tries: 61 };
  expect(
    reportOf({ kind: "check-failed", checkId: "ready", place: at(60) }, [...ran("x", ""), checked]),
  ).toMatchInlineSnapshot(`
    "1 lesson on the sandbox (simulated)

    A cluster to learn on  lessons/lesson-01.md
      FAIL  apply  340ms
            lessons/lesson-01.md:60:1
            Does not hold within 1m: istiod is ready (the last try ended with status
            1).
            why: istiod-7d4: ImagePullBackOff

            its last output:
            | 0/1

    failed  lessons/lesson-01.md:60:1  lesson-01#apply
    1 lesson, 1 step: 0 passed, 1 failed, 0 skipped · asserted 1 of 1 command · 4.1s
    "
  `);
});

test.each<[string, StepVerdict]>([
  ["syntax error", { kind: "syntax-error", place: { ...at(41), line: 42 }, message: "unexpected end of file" }],
  ["timeout", { kind: "timeout", afterMs: 60_000, place: at(41) }],
  ["interrupted", { kind: "interrupted", place: at(41) }],
  ["already true", { kind: "already-true" }],
  ["skipped", { kind: "skipped", reason: "needs a person" }],
])("the whole report of a step: %s", (_name, verdict) => {
  expect(reportOf(verdict, ran("if true\nsleep 99", "begun\n"))).toMatchSnapshot();
});

test("session died", () => {
  const verdict = { kind: "session-died", status: 0, signal: undefined, place: at(41) } as const;
  expect(reportOf(verdict, ran("exit 0", ""))).toMatchInlineSnapshot(`
    "1 lesson on the sandbox (simulated)

    A cluster to learn on  lessons/lesson-01.md
      FAIL  apply  340ms
            lessons/lesson-01.md:41:1
            The session itself ended with status 0, and its variables with it. To
            leave early, put \`exit\` in a subshell: \`( exit 1 )\`.

            > 41  exit 0
            it printed nothing

    failed  lessons/lesson-01.md:41:1  lesson-01#apply
    1 lesson, 1 step: 0 passed, 1 failed, 0 skipped · asserted 1 of 1 command · 4.1s
    "
  `);
});

test("steps skipped for one reason take one line together; cleanups and notes have theirs", () => {
  const skip = (step: string, reason: string): RunEvent => ({
    ...{ type: "step-end", at: 1, lesson: "lesson-01", step, section: "S", place: at(50), contentHash: "h" },
    ...{ verdict: { kind: "skipped", reason }, durationMs: 0, commands: 0, asserted: 0 },
  });
  const cleanup = (verdict: StepVerdict, output: string): RunEvent => ({
    ...{ type: "cleanup-end", at: 1, lesson: "lesson-01", place: at(88), status: 1, output, verdict },
  });
  const wrong = {
    kind: "wrong-exit",
    expected: "0",
    actual: 1,
    place: at(88),
    command: "kind delete cluster",
  } as const;
  const events = [
    ...[skip("a", "`x` failed"), skip("b", "`x` failed"), skip("c", "needs `darwin`, this machine is `linux`")],
    { type: "note", at: 1, lesson: undefined, text: "a note" } as const,
    ...[
      cleanup({ kind: "pass" }, ""),
      cleanup({ kind: "skipped", reason: "r" }, ""),
      cleanup(wrong, "no such cluster\n"),
    ],
  ];
  expect(reportOf({ kind: "solved-by-us" }, events)).toMatchInlineSnapshot(`
    "1 lesson on the sandbox (simulated)

    A cluster to learn on  lessons/lesson-01.md
      skip  2 steps: \`x\` failed
      skip  c: needs \`darwin\`, this machine is \`linux\`
      note  a note
      pass  clean up lesson-01
      skip  clean up lesson-01: r
      FAIL  clean up lesson-01
            lessons/lesson-01.md:88:1
            \`kind delete cluster\` ended with status 1, expected 0. If that is right,
            say so with \`exit=1\`.

            output:
            | no such cluster

      pass  apply (by its solution)  340ms

    failed  lessons/lesson-01.md:88:1  lesson-01#cleanup
    1 lesson, 4 steps: 1 passed, 0 failed, 3 skipped, 1 cleanup failed · asserted 1 of 1 command · 4.1s
    "
  `);
});

test("colour adds nothing but colour", () => {
  const stripped = (text: string): string => text.replaceAll(/\u001b\[[0-9;]*m/g, "");
  const output = ran("x", `${ESC}[31mred${ESC}[2J${ESC}]0;title\u0007\n`);
  const mismatch = { kind: "mismatch", place: at(99), diff: DIFF } as const;
  const coloured = reportOf(mismatch, output, { colour: true });
  expect(coloured).not.toBe(stripped(coloured));
  expect(stripped(coloured)).toBe(reportOf(mismatch, output));
});

test("nothing but colour of a lesson or a command reaches the terminal", () => {
  const evil = `${ESC}[2J${ESC}]0;owned\u0007${ESC}[31mred${ESC}[A`;
  const verdict = { kind: "wrong-exit", expected: "0", actual: 1, place: at(41), command: evil } as const;
  const coloured = reportOf(verdict, ran(evil, evil, 1), { colour: true });
  expect(coloured).toContain(`${ESC}[31mred${ESC}[0m`);
  expect(coloured).not.toMatch(/\u001b(?!\[[0-9;]*m)|\u0007/);
  expect(reportOf(verdict, ran(evil, evil, 1))).not.toContain(ESC);
});

test("json is the event stream, a line each, version first", () => {
  const reporter = createReporter("json", { colour: false, width: 80 });
  const start: RunEvent = { type: "run-start", version: 1, runId: "r", at: 0, target: "none", lessons: [] };
  const end: RunEvent = { type: "run-end", at: 5, durationMs: 5, interrupted: false };
  expect(reporter.accept(start) + reporter.accept(end)).toBe(
    '{"type":"run-start","version":1,"runId":"r","at":0,"target":"none","lessons":[]}\n' +
      '{"type":"run-end","at":5,"durationMs":5,"interrupted":false}\n',
  );
});

test("every reporter has a name; a new one is a new row", () => {
  expect(Object.keys(REPORTERS)).toEqual(["pretty", "json", "junit", "tap", "github", "summary", "badge"]);
});
