import { expect, test } from "vitest";
import type { Check } from "../../src/lesson/index.ts";
import { LessonRun, type RunEvent } from "../../src/run/index.ts";
import { check, command, exited, expecting, type FakeRun, fakeRun, lesson, type Script, step } from "./fakes.ts";

async function poll(one: Check, script: Readonly<Record<string, Script>>, run: FakeRun = fakeRun(script)) {
  const { ports, events, sessions } = run;
  const live = await LessonRun.open(lesson([]), ports);
  const verdict = await live.runStep(step("s", [], { checks: [one] }));
  const end = events.find((event): event is RunEvent & { type: "check-end" } => event.type === "check-end");
  const waiting = events.filter(
    (event): event is RunEvent & { type: "check-waiting" } => event.type === "check-waiting",
  );
  const sources = sessions[0]?.sources ?? [];
  return { step: verdict, verdict: end?.verdict, tries: end?.tries, durationMs: end?.durationMs, waiting, sources };
}

const after =
  (tries: number, status = 1) =>
  (time: number) =>
    time > tries ? 0 : status;

test("a check that holds at once is tried once, in a subshell, for at most 10 seconds", async () => {
  const run = fakeRun();
  const result = await poll(check("c", command("p", 10)), {}, run);
  expect(result).toMatchObject({ step: { kind: "pass" }, verdict: { kind: "pass" }, tries: 1, durationMs: 0 });
  expect(run.sessions[0]?.asked).toMatchObject([{ source: "p", mode: "check", timeoutMs: 10_000 }]);
});

test("a check that holds later passes when it does", async () => {
  const result = await poll(check("c", command("p", 10)), { p: after(2) });
  expect(result).toMatchObject({ verdict: { kind: "pass" }, tries: 3, durationMs: 300 });
});

test.each([
  [1, 0],
  [2, 100],
  [3, 300],
  [4, 700],
  [5, 1500],
  [6, 2500],
  [7, 3500],
])("a check that holds at its try %i has waited %i ms: soon again at first, then every second", async (tries, ms) => {
  const result = await poll(check("c", command("p", 10)), { p: after(tries - 1) });
  expect(result).toMatchObject({ verdict: { kind: "pass" }, tries, durationMs: ms });
});

test.each([
  [[], undefined],
  [["", "\n \n"], undefined],
  [["found", ""], 1],
  [["", "found"], 2],
  [["", "found", "found too"], 2],
])("of diagnoses that print %j number %s is the first that found something", async (printed, diagnosis) => {
  const diagnoses = printed.map((_, index) => command(`why-${index + 1}`, 14 + index));
  const said = printed.map((output, index) => [`why-${index + 1}`, { end: exited(0), output }]);
  const result = await poll(check("c", command("p", 10), { diagnoses }), { p: 1, ...Object.fromEntries(said) });
  expect(result.verdict).toMatchObject({ kind: "wrong" });
  expect(result.verdict?.kind === "wrong" && result.verdict.diagnosis).toBe(diagnosis);
});

test("a check that never holds is wrong at the deadline, with what its diagnoses print", async () => {
  const diagnoses = [command("why", 14), command("silent", 18)];
  const result = await poll(check("c", command("p", 10), { withinMs: 2500, diagnoses }), {
    p: { end: exited(1), output: "0/1\n" },
    why: "\nistiod: ImagePullBackOff\n\n",
    silent: 1,
  });
  expect(result.verdict).toEqual({
    kind: "wrong",
    afterMs: 2500,
    found: { status: 1, output: "0/1\n", diff: undefined },
    whys: ["istiod: ImagePullBackOff"],
    diagnosis: 1,
  });
  expect(result.step).toMatchObject({ kind: "check-failed", checkId: "c" });
  // At 0, 100, 300, 700, 1500 and at the deadline itself.
  expect(result.tries).toBe(6);
});

test("the expectation of a predicate has to be met, and its diff is kept", async () => {
  const result = await poll(check("c", command("p", 10, expecting(12, "1/1")), { withinMs: 0 }), { p: "0/1\n" });
  expect(result.verdict).toMatchObject({ kind: "wrong", found: { status: 0, diff: [{ kind: "changed" }] } });
});

test("`times` asks for so many passes in a row; a streak begun in time may end late", async () => {
  const flaps = (time: number): number => (time === 2 ? 1 : 0);
  const result = await poll(check("c", command("p", 10), { times: 3, withinMs: 3000 }), { p: flaps });
  // At 0 and 1000, then soon after the one that failed, and at the deadline.
  expect(result).toMatchObject({ verdict: { kind: "pass" }, tries: 5, durationMs: 3000 });
});

test.each<[string, Script, string]>([
  ["126", 126, "its command cannot be executed (status 126)"],
  ["127", 127, "its command was not found (status 127)"],
  ["86", 86, "it asks for something that is not simulated (status 86)"],
  [
    "a syntax error",
    { kind: "syntax-error", message: "unexpected `)`", line: 1 },
    "it is not valid bash: unexpected `)`",
  ],
])("%s is broken at once", async (_name, script, reason) => {
  const result = await poll(check("c", command("p", 10)), { p: script });
  expect(result).toMatchObject({ verdict: { kind: "broken", reason }, tries: 1, step: { kind: "check-failed" } });
});

test("a predicate that itself asks for status 127 is not broken by it", async () => {
  const asks = command("p", 10, { exit: { kind: "status", status: 127 } });
  expect((await poll(check("c", asks), { p: 127 })).verdict).toEqual({ kind: "pass" });
});

test("`exit=nonzero` in a predicate waits for a failure", async () => {
  const gone = command("p", 10, { exit: { kind: "nonzero" } });
  const result = await poll(check("c", gone), { p: (time) => (time < 3 ? 0 : 1) });
  expect(result).toMatchObject({ verdict: { kind: "pass" }, tries: 3 });
});

test("a try that hangs is not yet; the next may be quick", async () => {
  const hangs = (time: number) =>
    time === 1 ? ({ kind: "timeout", afterMs: 10_000, sessionLost: false } as const) : 0;
  expect(await poll(check("c", command("p", 10)), { p: hangs })).toMatchObject({ verdict: { kind: "pass" }, tries: 2 });
});

test("while waiting, the first try says so, the third and every fifth after it say why", async () => {
  const slow = check("c", command("p", 10), { withinMs: 20_000, diagnoses: [command("why", 14)] });
  const result = await poll(slow, { p: after(10), why: (time) => `try ${time}\n` });
  expect(result.waiting.map(({ tries, whys }) => [tries, whys])).toEqual([
    [1, []],
    [3, ["try 1"]],
    [8, ["try 2"]],
  ]);
});

test("a diagnosis that does not work says so", async () => {
  const broken = check("c", command("p", 10), { withinMs: 0, diagnoses: [command("why", 14)] });
  expect((await poll(broken, { p: 1, why: 127 })).verdict).toMatchObject({
    whys: ["(the diagnosis at line 14 does not work: its command was not found (status 127))"],
  });
});

test("Ctrl-C while waiting ends the check, and the step with it", async () => {
  const run = fakeRun({ p: 1 });
  const sleep = async (): Promise<void> => run.abort.abort();
  const ports = { ...run.ports, clock: { now: () => 0, sleep } };
  const result = await poll(check("c", command("p", 10)), {}, { ...run, ports });
  expect(result).toMatchObject({ verdict: { kind: "interrupted" }, step: { kind: "interrupted" }, tries: 1 });
});

test("a session that dies under a check is the step's verdict", async () => {
  const dies = { kind: "session-died", status: undefined, signal: "SIGKILL" } as const;
  const result = await poll(check("c", command("p", 10)), { p: dies });
  expect(result).toMatchObject({
    verdict: { kind: "broken", reason: "the session ended" },
    step: { kind: "session-died" },
  });
});

test("a check left out is skipped; a step of nothing else is skipped with the reason", async () => {
  const condition = { ...command("p", 10).condition, targets: ["live"] as const };
  const result = await poll(check("c", command("p", 10, { condition })), {});
  const reason = "needs target `live`, this run has `sandbox`";
  expect(result).toMatchObject({ verdict: { kind: "skipped", reason }, step: { kind: "skipped", reason }, tries: 0 });
  expect(result.sources).toEqual([]);
});

test("asked once, a check is tried once, however many times in a row it is to hold", async () => {
  const { ports, sessions } = fakeRun();
  const run = await LessonRun.open(lesson([]), ports);
  const one = check("c", command("p", 10), { times: 3 });
  expect(await run.runChecks({ id: "s" }, [one], { once: true })).toMatchObject([{ verdict: { kind: "pass" } }]);
  expect(sessions[0]?.sources).toEqual(["p"]);
});

test("checks are tried up to the first that does not hold; asked for all, each once", async () => {
  const { ports, sessions } = fakeRun({ b: 1 });
  const checks = ["a", "b", "c"].map((name, index) => check(name, command(name, 10 + index), { withinMs: 1000 }));
  const run = await LessonRun.open(lesson([]), ports);
  const verdicts = async (options?: { once: boolean; all: boolean }) =>
    (await run.runChecks({ id: "s" }, checks, options)).map(
      ({ check: { title }, verdict }) => `${title} ${verdict.kind}`,
    );
  expect(await verdicts()).toEqual(["a pass", "b wrong"]);
  sessions[0]?.asked.splice(0);
  expect(await verdicts({ once: true, all: true })).toEqual(["a pass", "b wrong", "c pass"]);
  expect(sessions[0]?.sources).toEqual(["a", "b", "c"]);
});

test("a check whose output differs fails at the first expected line that does", async () => {
  const wanted = expecting(12, "name ready\nb 1/1\nc 1/1");
  const result = await poll(check("c", command("p", 10, wanted), { withinMs: 0 }), { p: "name ready\nb 1/1\nc 0/1\n" });
  expect(result.step).toMatchObject({ kind: "check-failed", place: { line: 14 } });
});

test("a check whose command fails does so at its fence, and one with a line too many at its expectation", async () => {
  const failing = await poll(check("c", command("p", 10, expecting(12, "x")), { withinMs: 0 }), { p: 1 });
  expect(failing.step).toMatchObject({ kind: "check-failed", place: { line: 10 } });
  const longer = await poll(check("c", command("p", 10, expecting(12, "x")), { withinMs: 0 }), { p: "x\ny\n" });
  expect(longer.step).toMatchObject({ kind: "check-failed", place: { line: 12 } });
});
