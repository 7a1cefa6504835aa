import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Step } from "../../src/lesson/index.ts";
import { LessonRun, type StepOptions, type StepVerdict } from "../../src/run/index.ts";
import {
  bounded,
  check,
  command,
  exited,
  expecting,
  FakeSession,
  fakeRun,
  lesson,
  placeAt,
  type Script,
  step,
} from "./fakes.ts";

async function judge(one: Step, script: Readonly<Record<string, Script>>, options?: StepOptions): Promise<StepVerdict> {
  const { ports } = fakeRun(script);
  const run = await LessonRun.open(lesson([one]), ports);
  return run.runStep(one, options);
}

const BLOCK = "echo one\nfalse\necho three";

test.each<[string, Step, Script, StepVerdict]>([
  ["status 0", step("s", [command("x", 10)]), 0, { kind: "pass" }],
  [
    "another status: the failing line of the file, and its command",
    step("s", [command(BLOCK, 10)]),
    exited(3, 2, "false"),
    { kind: "wrong-exit", expected: "0", actual: 3, place: placeAtLine(10, 11), command: "false" },
  ],
  [
    "a pipeline is named whole: bash tells its last command only",
    step("s", [command("x", 10), command("false | cat", 11)]),
    exited(1, 1, "cat"),
    { kind: "wrong-exit", expected: "0", actual: 1, place: placeAt(11), command: "false | cat" },
  ],
  ["exit=3 met", step("s", [command("x", 10, { exit: { kind: "status", status: 3 } })]), 3, { kind: "pass" }],
  [
    "exit=3, found 0",
    step("s", [command("x", 10, { exit: { kind: "status", status: 3 } })]),
    0,
    { kind: "wrong-exit", expected: "3", actual: 0, place: placeAt(10), command: "x" },
  ],
  ["exit=nonzero met", step("s", [command("x", 10, { exit: { kind: "nonzero" } })]), 7, { kind: "pass" }],
  [
    "exit=nonzero, found 0",
    step("s", [command("x", 10, { exit: { kind: "nonzero" } })]),
    0,
    { kind: "wrong-exit", expected: "nonzero", actual: 0, place: placeAt(10), command: "x" },
  ],
  [
    "not bash",
    step("s", [command(BLOCK, 10)]),
    { kind: "syntax-error", message: "unexpected end of file", line: 3 },
    { kind: "syntax-error", place: placeAtLine(10, 12), message: "unexpected end of file" },
  ],
  [
    "a syntax error past the block's end stays in the block",
    step("s", [command("x", 10)]),
    { kind: "syntax-error", message: "unexpected end of file", line: 9 },
    { kind: "syntax-error", place: placeAt(10), message: "unexpected end of file" },
  ],
  [
    "a timeout",
    step("s", [command("x", 10)]),
    { kind: "timeout", afterMs: 60_000, sessionLost: false },
    { kind: "timeout", afterMs: 60_000, place: placeAt(10) },
  ],
  [
    "a dead session",
    step("s", [command("x", 10)]),
    { kind: "session-died", status: 0, signal: undefined },
    { kind: "session-died", status: 0, signal: undefined, place: placeAt(10) },
  ],
  [
    "Ctrl-C",
    step("s", [command("x", 10)]),
    { kind: "interrupted", sessionLost: false },
    { kind: "interrupted", place: placeAt(10) },
  ],
  ["an expectation met", step("s", [command("x", 10, expecting(14, "ok"))]), "ok\n", { kind: "pass" }],
])("a step's verdict: %s", async (_name, one, script, expected) => {
  expect(await judge(one, { [one.commands.at(-1)?.source ?? ""]: script })).toEqual(expected);
});

function placeAtLine(block: number, line: number) {
  return { ...placeAt(block), line };
}

test("an expectation that is not met is a mismatch at its first line that differs", async () => {
  const verdict = await judge(step("s", [command("x", 10, expecting(14, "one\ntwo"))]), { x: "one\nthree\n" });
  expect(verdict).toMatchObject({ kind: "mismatch", place: placeAt(15) });
  expect("diff" in verdict && verdict.diff.map(({ kind }) => kind)).toEqual(["same", "missing", "unexpected"]);
});

test("the exit is judged before the output", async () => {
  const verdict = await judge(step("s", [command("x", 10, expecting(14, "one"))]), { x: 1 });
  expect(verdict.kind).toBe("wrong-exit");
});

test("commands run in order and once each, up to the first that fails", async () => {
  const { ports, sessions, events } = fakeRun({ b: 1 });
  const one = step("s", [command("a", 10), command("b", 11), command("c", 12)]);
  const run = await LessonRun.open(lesson([one]), ports);
  await run.runStep(one);
  expect(sessions[0]?.sources).toEqual(["a", "b"]);
  expect(events.findLast(({ type }) => type === "step-end")).toMatchObject({ commands: 2, asserted: 0 });
});

test("a command is asserted by its expectation, its exit rule or a check of its step", async () => {
  const asserted = async (one: Step): Promise<number> => {
    const { ports, events } = fakeRun({ x: 3 });
    await (await LessonRun.open(lesson([one]), ports)).runStep(one);
    const end = events.findLast(({ type }) => type === "step-end");
    return end?.type === "step-end" ? end.asserted : -1;
  };
  expect(await asserted(step("s", [command("y", 10)]))).toBe(0);
  expect(await asserted(step("s", [command("y", 10, expecting(12, "ok"))]))).toBe(1);
  expect(await asserted(step("s", [command("x", 10, { exit: { kind: "nonzero" } })]))).toBe(1);
  expect(await asserted(step("s", [command("y", 10)], { checks: [check("c", command("z", 12))] }))).toBe(1);
  const leftOut = check("l", command("z", 12, { condition: { ...command("z", 12).condition, skip: "not now" } }));
  expect(await asserted(step("s", [command("y", 10)], { checks: [leftOut] }))).toBe(0);
  expect(await asserted(step("s", [command("y", 10, expecting(12, "ok"))], { checks: [leftOut] }))).toBe(1);
  expect(await asserted(step("s", [command("y", 10)], { checks: [leftOut, check("c", command("z", 14))] }))).toBe(1);
});

test("variables are looked up once for a command, and only where an expectation names one", async () => {
  const { ports, sessions } = fakeRun({ x: "learn-istio 1\n" }, { values: { CLUSTER: "learn-istio" } });
  const named = step("s", [command("x", 10, expecting(14, `${"$"}{CLUSTER} <int>`)), command("y", 20)]);
  const run = await LessonRun.open(lesson([named]), ports);
  expect(await run.runStep(named)).toEqual({ kind: "pass" });
  expect(sessions[0]?.lookedUp).toEqual([["CLUSTER"]]);
});

test.each<[string, Partial<ReturnType<typeof command>["condition"]>, string]>([
  ["skip=", { skip: "needs a person" }, "needs a person"],
  ["target=", { targets: ["live"] }, "needs target `live`, this run has `sandbox`"],
  ["os=", { os: "darwin" }, "needs `darwin`, this machine is `linux`"],
  ["if=", { ifCommand: "has istioctl" }, '`if="has istioctl"` ended with status 1, not 0'],
])("%s leaves a step out, with its reason, and its checks too", async (_name, condition, reason) => {
  const { ports, sessions } = fakeRun({ "has istioctl": 1 });
  const full = { ...command("x", 10).condition, ...condition };
  const one = step("s", [command("x", 10, { condition: full })], { checks: [check("c", command("z", 12))] });
  const run = await LessonRun.open(lesson([one]), ports);
  expect(await run.runStep(one)).toEqual({ kind: "skipped", reason });
  expect(sessions[0]?.sources).not.toContain("x");
  expect(sessions[0]?.sources).not.toContain("z");
});

test("an `if=` that holds runs the command; it is asked once for a transcript, as a check", async () => {
  const { ports, sessions } = fakeRun();
  const condition = { ...command("x", 10).condition, ifCommand: "has it" };
  const one = step("s", [command("x", 10, { condition }), command("y", 11, { condition: { ...condition } })]);
  const run = await LessonRun.open(lesson([one]), ports);
  expect(await run.runStep(one)).toEqual({ kind: "pass" });
  expect(sessions[0]?.asked.map(({ source, mode }) => `${mode} ${source}`)).toEqual(["check has it", "act x", "act y"]);
});

test("an `if=` that is not bash fails the step: what could not be judged is not skipped", async () => {
  const condition = { ...command("x", 10).condition, ifCommand: "if" };
  const verdict = await judge(step("s", [command("x", 10, { condition })]), {
    if: { kind: "syntax-error", message: "unexpected end of file", line: 1 },
  });
  expect(verdict.kind).toBe("syntax-error");
});

test("solve runs the solution, else the step's own commands", async () => {
  const goal = step("s", [], { solution: command("fix", 12), checks: [check("c", command("z", 14))] });
  expect(await judge(goal, {}, { how: "solve" })).toEqual({ kind: "solved-by-us" });
  expect(await judge(step("s", [command("own", 10)]), { own: 1 }, { how: "solve" })).toMatchObject({
    kind: "wrong-exit",
  });
});

test("`checks` judges what the learner did and runs no command", async () => {
  const { ports, sessions } = fakeRun();
  const one = step("s", [command("x", 10)], { checks: [check("c", command("z", 12))] });
  const run = await LessonRun.open(lesson([one]), ports);
  expect(await run.runStep(one, { how: "checks" })).toEqual({ kind: "pass" });
  expect(sessions[0]?.sources).toEqual(["z"]);
});

test.each<[string, StepOptions, "run" | "skip", string, readonly string[]]>([
  ["skip takes it", { precheck: "skip" }, "run", "already-true", ["z"]],
  ["an offer taken", { precheck: "offer" }, "skip", "already-true", ["z"]],
  ["an offer refused", { precheck: "offer" }, "run", "pass", ["z", "x", "z"]],
  ["off does not look", { precheck: "off" }, "skip", "pass", ["x", "z"]],
])("already true: %s", async (_name, options, answer, kind, sources) => {
  const { ports, sessions } = fakeRun({}, { offer: async () => answer });
  const one = step("s", [command("x", 10)], { checks: [check("c", command("z", 12))] });
  const run = await LessonRun.open(lesson([one]), ports);
  expect((await run.runStep(one, options)).kind).toBe(kind);
  expect(sessions[0]?.sources).toEqual(sources);
});

test("a step's own signal ends it and not the run", async () => {
  const { ports, sessions } = fakeRun();
  const run = await LessonRun.open(lesson([]), ports);
  const abort = new AbortController();
  await run.runStep(step("s", [command("x", 10)]), { signal: abort.signal });
  const signal = sessions[0]?.asked[0]?.signal;
  expect(signal?.aborted).toBe(false);
  abort.abort();
  expect(signal?.aborted).toBe(true);
  expect(ports.signal.aborted).toBe(false);
});

test.each([
  ["all of it is read back from where it was kept", "first\n", "middle\n", "last\n", "pass", undefined],
  [
    "a file that lost some of it is no proof",
    "first\n",
    "",
    "last\n",
    "mismatch",
    "the output was not compared: 11 of its 18 bytes were kept in `<spill>`",
  ],
])("an output past the bound: %s", async (_name, head, middle, tail, kind, note) => {
  const folder = mkdtempSync(path.join(tmpdir(), "spill-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const spillPath = path.join(folder, "output");
  writeFileSync(spillPath, head + middle + tail);
  const verdict = await judgeBounded({ head, tail, elidedBytes: 7, totalBytes: 18, spillPath });
  expect(verdict.kind).toBe(kind);
  const row = verdict.kind === "mismatch" ? verdict.diff[0] : undefined;
  expect(row && "note" in row ? row.note?.replace(spillPath, "<spill>") : undefined).toBe(note);
});

test.each([
  ["more than can be compared", 300 * 1024 * 1024, "it has 314572800 bytes, of which at most 16777216 can be compared"],
  ["nothing of it kept", 100, "90 bytes of it were not kept"],
])("an output past the bound is never guessed at: %s", async (_name, totalBytes, reason) => {
  const verdict = await judgeBounded({
    head: "first\n",
    tail: "last\n",
    elidedBytes: 90,
    totalBytes,
    spillPath: undefined,
  });
  const row = verdict.kind === "mismatch" ? verdict.diff[0] : undefined;
  expect(row && "note" in row && row.note).toBe(`the output was not compared: ${reason}`);
});

/** `first`, `middle`, `last`: a `...` would let head and tail alone pass. */
async function judgeBounded(
  output: Omit<ReturnType<typeof bounded>, "spillPath"> & { readonly spillPath: string | undefined },
) {
  const session = new FakeSession();
  const full = { ...bounded(""), ...output };
  session.run = async () => ({ end: exited(0), output: full, durationMs: 1, cwd: "/" });
  const { ports } = fakeRun({}, { openSession: async () => session });
  const one = step("s", [command("x", 10, expecting(12, "first\n...\nlast"))]);
  return (await LessonRun.open(lesson([one]), ports)).runStep(one);
}
