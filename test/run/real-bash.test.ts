import { expect, test } from "vitest";
import { execute, exitCodeOf, LessonRun, plan, type RunEvent } from "../../src/run/index.ts";
import { check, command, expecting, lesson, step, stepsIn } from "./fakes.ts";
import { realRun, runLesson } from "./real-run.ts";

test("a whole lesson: variables, state from step to step, expectations, a check that waits, cleanup", async () => {
  const vars = [
    { name: "NAME", kind: "value", value: "it's `here` $HOME", place: command("", 2).place },
    { name: "SUM", kind: "command", command: "echo $((40 + 2)) # a comment", place: command("", 3).place },
    { name: "WON", kind: "value", value: "lost", place: command("", 4).place },
  ] as const;
  const steps = [
    step("show", [
      command("bash -c 'echo \"$NAME\" $SUM $WON'", 10, expecting(12, `it's \`here\` $HOME ${"$"}{SUM} over`)),
    ]),
    step("cd", [command("mkdir made && cd made\nlater() { echo later; }", 20)]),
    step("use", [command('later; basename "$PWD"', 30, expecting(32, "later\nmade"))]),
    step("begin", [command("(sleep 0.1; touch ready) >/dev/null 2>&1 &", 40)], {
      checks: [
        check("ready", command("ls", 42, expecting(44, "ready")), {
          everyMs: 20,
          diagnoses: [command("echo none", 46)],
        }),
      ],
    }),
  ];
  const whole = lesson(steps, { vars, cleanups: [command("rm -r ../made", 90)] });
  const { steps: ended, summary, events } = await runLesson(whole, { variables: { WON: "over" } });
  expect(ended).toEqual([
    "lesson-01#show pass",
    "lesson-01#cd pass",
    "lesson-01#use pass",
    "lesson-01#begin pass",
    "lesson-01 cleanup 90 pass",
  ]);
  expect(exitCodeOf(summary)).toBe(0);
  expect(events.some((event) => event.type === "check-waiting")).toBe(true);
});

test("every way to fail, as a person sees it", async () => {
  const steps = [
    step("line", [command("echo one\necho two\nls /no/such/place\necho never", 10)]),
    step("pipe", [command("false | cat", 20)]),
    step("differs", [command("echo NAME READY; echo istiod 0/1", 30, expecting(33, "NAME READY\nistiod 1/1"))]),
    step("syntax", [command("echo )", 40)]),
    step("slow", [command("echo begun; sleep 60", 50, { timeoutMs: 200 })]),
    step("refused", [command("exit 3", 60, { exit: { kind: "status", status: 3 } })]),
  ];
  const { report, summary } = await runLesson(lesson(steps));
  const told = report.replaceAll(/\b\d+(ms|s)\b/g, "<time>");
  expect(told).toMatchInlineSnapshot(`
    "1 lesson without a cluster

    About lesson-01  lessons/lesson-01.md
      FAIL  line  <time>
            lessons/lesson-01.md:12:1
            \`ls /no/such/place\` ended with status 2, expected 0. If that is right,
            say so with \`exit=2\`.

              10  echo one
              11  echo two
            > 12  ls /no/such/place
              13  echo never
            output:
            | one
            | two
            | ls: cannot access '/no/such/place': No such file or directory

      FAIL  pipe  <time>
            lessons/lesson-01.md:20:1
            \`false | cat\` ended with status 1, expected 0. If that is right, say so
            with \`exit=1\`.

            > 20  false | cat
            it printed nothing

      FAIL  differs  <time>
            lessons/lesson-01.md:34:1
            The output is not what was expected: 1 line differs. Mend the command,
            or change the \`output\` block if what was found is right.

            - expected, + found
            33   NAME READY
            34 - istiod 1/1
               + istiod 0/1

            > 30  echo NAME READY; echo istiod 0/1
            output:
            | NAME READY
            | istiod 0/1

      FAIL  syntax  <time>
            lessons/lesson-01.md:40:1
            This is not valid bash, so nothing of the block was run: syntax error
            near unexpected token \`)'

            > 40  echo )
            it printed nothing

      FAIL  slow  <time>
            lessons/lesson-01.md:50:1
            Still running after <time>, so it was ended. Raise \`timeout=\` if it needs
            longer, or let a check wait for what it waits for.

            > 50  echo begun; sleep 60
            output:
            | begun

      FAIL  refused  <time>
            lessons/lesson-01.md:60:1
            The session itself ended with status 3, and its variables with it. To
            leave early, put \`exit\` in a subshell: \`( exit 1 )\`.

            > 60  exit 3
            it printed nothing

    failed  lessons/lesson-01.md:12:1  lesson-01#line
    failed  lessons/lesson-01.md:20:1  lesson-01#pipe
    failed  lessons/lesson-01.md:34:1  lesson-01#differs
    failed  lessons/lesson-01.md:40:1  lesson-01#syntax
    failed  lessons/lesson-01.md:50:1  lesson-01#slow
    failed  lessons/lesson-01.md:60:1  lesson-01#refused
    1 lesson, 6 steps: 0 passed, 6 failed, 0 skipped · asserted 2 of 6 commands · <time>
    "
  `);
  expect(exitCodeOf(summary)).toBe(1);
});

test("Ctrl-C in the middle of a block: interrupted, the rest skipped, cleaned up", async () => {
  const abort = new AbortController();
  const { ports, events } = realRun({ signal: abort.signal });
  const emit = (event: RunEvent): void => {
    ports.emit(event);
    if (event.type === "output") abort.abort();
  };
  const steps = [step("slow", [command("echo begun; sleep 60", 10)]), step("next", [command("echo", 20)])];
  const whole = lesson(steps, { cleanups: [command("echo undone", 90, expecting(92, "undone"))] });
  const summary = await execute(plan([whole], { target: "none" }), { ...ports, emit });
  expect(stepsIn(events)).toEqual([
    "lesson-01#slow interrupted",
    "lesson-01#next skipped: interrupted",
    "lesson-01 cleanup 90 pass",
  ]);
  expect(exitCodeOf(summary)).toBe(130);
});

test("an output of 5 MB is compared whole, one of 20 MB is refused", async () => {
  const big = (lines: number, line: number) =>
    command(`seq -f '%0999.0f' ${lines}; echo end`, line, expecting(line + 2, "...\nend"));
  const steps = [
    step("whole", [
      command("seq -f '%0999.0f' 5000 | sed '2500s/.*/middle/'", 10, expecting(12, "middle", "contains")),
    ]),
    step("refused", [big(20_000, 20)]),
  ];
  const { events } = await runLesson(lesson(steps));
  const verdicts = events.flatMap((event) => (event.type === "step-end" ? [event.verdict] : []));
  expect(verdicts[0]).toEqual({ kind: "pass" });
  expect(verdicts[1]).toMatchObject({
    kind: "mismatch",
    uncompared: "the output was not compared: it has 20000004 bytes, of which at most 16777216 can be compared",
  });
});

test("a session that died is replaced by `reopen`, with the variables set anew", async () => {
  const { ports } = realRun({ variables: { KEPT: "yes" } });
  const run = await LessonRun.open(lesson([]), ports);
  expect(await run.runStep(step("die", [command("exit 7", 10)]))).toMatchObject({ kind: "session-died", status: 7 });
  await run.reopen();
  expect(await run.runStep(step("ask", [command("echo $KEPT", 20, expecting(22, "yes"))]))).toEqual({ kind: "pass" });
  await run.close();
});
