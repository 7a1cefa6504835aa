import { expect, test } from "vitest";
import { EnvironmentError, UsageError } from "../../src/diagnostics/index.ts";
import type { Lesson } from "../../src/lesson/index.ts";
import { execute, exitCodeOf, type Plan, plan, type Selection, summarise } from "../../src/run/index.ts";
import { check, command, type FakeRun, fakeRun, lesson, placeAt, type Script, step, stepsIn } from "./fakes.ts";

const planOf = (lessons: readonly Lesson[], selection: Partial<Selection> = {}): Plan =>
  plan(lessons, { target: "sandbox", ...selection });

async function runAll(
  lessons: readonly Lesson[],
  script: Readonly<Record<string, Script>> = {},
  selection: Partial<Selection> = {},
  run: FakeRun = fakeRun(script),
) {
  const summary = await execute(planOf(lessons, selection), run.ports);
  return { summary, steps: stepsIn(run.events), ...run };
}

const ranIn = (run: FakeRun): string[] => run.sessions.flatMap(({ asked }) => asked.map(({ source }) => source));

const [a, b, c] = [
  step("a", [command("a", 10)]),
  step("b", [command("b", 20)]),
  step("c", [command("c", 30)]),
] as const;
const three = [a, b, c];

test("a lesson passes: events in order, checkpoint last, session given back", async () => {
  const result = await runAll([lesson(three, { checkpoint: [check("done", command("p", 81))] })]);
  expect(result.steps).toEqual([
    "lesson-01#a pass",
    "lesson-01#b pass",
    "lesson-01#c pass",
    "lesson-01#checkpoint pass",
  ]);
  expect(result.events.map(({ type }) => type)).toEqual([
    "run-start",
    "lesson-start",
    ...three.flatMap(() => ["step-start", "command-start", "command-end", "step-end"]),
    ...["step-start", "check-start", "check-end", "step-end"],
    "lesson-end",
    "run-end",
  ]);
  expect(result.sessions.map(({ closed }) => closed)).toEqual([true]);
  expect(exitCodeOf(result.summary)).toBe(0);
});

test.each<[Plan["onFailure"], readonly string[]]>([
  ["skip-lesson", ["a pass", "b wrong-exit", "c skipped: `b` failed"]],
  ["keep-going", ["a pass", "b wrong-exit", "c pass"]],
  ["stop", ["a pass", "b wrong-exit", "c skipped: the run stopped at its first failure"]],
])("after a failure, %s", async (onFailure, expected) => {
  const { steps, summary } = await runAll([lesson(three)], { b: 1 }, { onFailure });
  expect(steps.map((one) => one.replace("lesson-01#", ""))).toEqual(expected);
  expect(exitCodeOf(summary)).toBe(1);
  expect(summary.lessons).toEqual({ passed: 0, failed: 1, skipped: 0 });
});

test("what builds on a failed lesson is skipped; what does not, runs", async () => {
  const first = lesson([step("a", [command("a", 10)])]);
  const second = lesson([step("x", [command("x", 10)])], { id: "lesson-02", requires: ["lesson-01"] });
  const third = lesson([step("y", [command("y", 10)])], { id: "lesson-03" });
  const { steps } = await runAll([first, second, third], { a: 1 });
  expect(steps).toEqual([
    "lesson-01#a wrong-exit",
    "lesson-02#x skipped: it builds on `lesson-01`, which failed",
    "lesson-03#y pass",
  ]);
});

test("what builds on a skipped lesson is skipped", async () => {
  const first = lesson([a], { targets: ["live"] });
  const { steps } = await runAll([first, lesson([b], { id: "lesson-02", requires: ["lesson-01"] })]);
  expect(steps[1]).toBe("lesson-02#b skipped: it builds on `lesson-01`, which was skipped");
});

test("fail-fast ends the run, not only the lesson", async () => {
  const other = lesson([step("y", [command("y", 10)])], { id: "lesson-02" });
  const { steps } = await runAll([lesson([a]), other], { a: 1 }, { onFailure: "stop" });
  expect(steps).toEqual(["lesson-01#a wrong-exit", "lesson-02#y skipped: the run stopped at its first failure"]);
});

test("a session that died takes the rest of the lesson along, with keep-going too; cleanups get a new one", async () => {
  const undo = lesson(three, { cleanups: [command("undo", 90)] });
  const died = { kind: "session-died", status: 0, signal: undefined } as const;
  const { steps, sessions } = await runAll([undo], { a: died }, { onFailure: "keep-going" });
  expect(steps).toEqual([
    "lesson-01#a session-died",
    "lesson-01#b skipped: the session ended in `a`",
    "lesson-01#c skipped: the session ended in `a`",
    "lesson-01 cleanup 90 pass",
  ]);
  expect(sessions.map(({ sources }) => sources)).toEqual([["a"], ["undo"]]);
  expect(sessions.every(({ closed }) => closed)).toBe(true);
});

test("a goal is reached by its solution; without one its checks decide", async () => {
  const holds = [check("holds", command("p", 14))];
  const goal = step("goal", [], { solution: command("fix", 12), checks: holds });
  const open = step("open", [], { checks: holds });
  const { steps, sessions } = await runAll([lesson([goal, open])]);
  expect(steps).toEqual(["lesson-01#goal solved-by-us", "lesson-01#open pass"]);
  expect(sessions[0]?.sources).toEqual(["fix", "p", "p"]);
});

test("cleanups run when no remaining lesson needs what was made, newest lesson first", async () => {
  const own = (id: string, line: number, requires: string[] = []): Lesson =>
    lesson([step("s", [command("s", 10)])], { id, requires, cleanups: [command(`undo ${id}`, line)] });
  const lessons = [own("one", 1), own("two", 2, ["one"]), own("three", 3), own("four", 4, ["two"])];
  expect((await runAll(lessons)).steps).toEqual([
    "one#s pass",
    "two#s pass",
    "three#s pass",
    "three cleanup 3 pass",
    "four#s pass",
    "four cleanup 4 pass",
    "two cleanup 2 pass",
    "one cleanup 1 pass",
  ]);
});

test("live, a cleanup runs only where every step passed: what it removes could be the user's own", async () => {
  const undo = () => lesson([a, b], { cleanups: [command("undo", 90)] });
  const live = async (script: Readonly<Record<string, Script>>) => {
    const run = fakeRun(script);
    const ports = { ...run.ports, target: "live" as const };
    await execute(planOf([undo()], { target: "live" }), ports);
    return { cleanups: stepsIn(run.events).filter((one) => one.includes("cleanup")), ran: ranIn(run) };
  };
  expect(await live({})).toEqual({ cleanups: ["lesson-01 cleanup 90 pass"], ran: ["a", "b", "undo"] });
  expect(await live({ b: 1 })).toEqual({
    cleanups: ["lesson-01 cleanup 90 skipped"],
    ran: ["a", "b"],
  });
});

test("cleanups beside what they undo run newest first; the section at the end as it reads, and before them", async () => {
  const cleanups = [command("first", 10), command("second", 20), command("section 1", 90), command("section 2", 92)];
  const undo = lesson([a], { checkpoint: [check("c", command("p", 81))], cleanups });
  const { sessions } = await runAll([undo]);
  expect(sessions[0]?.sources.slice(2)).toEqual(["section 1", "section 2", "second", "first"]);
});

test("cleanups run after a failure, and one that fails makes the run fail", async () => {
  const cleanups = [command("undo 1", 90), command("undo 2", 92)];
  const failed = await runAll([lesson([a], { cleanups })], { a: 1 });
  expect(failed.steps).toEqual(["lesson-01#a wrong-exit", "lesson-01 cleanup 92 pass", "lesson-01 cleanup 90 pass"]);
  const left = await runAll([lesson([a], { cleanups })], { "undo 2": 1 });
  expect(left.steps).toEqual(["lesson-01#a pass", "lesson-01 cleanup 92 wrong-exit", "lesson-01 cleanup 90 pass"]);
  expect(exitCodeOf(left.summary)).toBe(1);
  expect(left.summary.failures).toMatchObject([{ kind: "cleanup", place: placeAt(92) }]);
});

test("Ctrl-C: the block is interrupted, the rest skipped, cleanups still run, the code is 130", async () => {
  const run = fakeRun({
    a: () => {
      run.abort.abort();
      return { kind: "interrupted", sessionLost: false };
    },
  });
  const lessons = [lesson(three, { cleanups: [command("undo", 90)] }), lesson(three, { id: "lesson-02" })];
  const result = await runAll(lessons, {}, {}, run);
  expect(result.steps).toEqual([
    "lesson-01#a interrupted",
    "lesson-01#b skipped: interrupted",
    "lesson-01#c skipped: interrupted",
    "lesson-01 cleanup 90 pass",
    "lesson-02#a skipped: interrupted",
    "lesson-02#b skipped: interrupted",
    "lesson-02#c skipped: interrupted",
  ]);
  expect(run.sessions[0]?.asked.find(({ source }) => source === "undo")?.signal?.aborted).toBe(false);
  expect(exitCodeOf(result.summary)).toBe(130);
});

test("a session that cannot be opened rejects, after cleaning up what was made", async () => {
  const run = fakeRun();
  const { openSession } = run.ports;
  let opened = 0;
  const refuses = {
    ...run.ports,
    openSession: (one: Lesson) => {
      opened += 1;
      return opened === 2 ? Promise.reject(new EnvironmentError("no bash")) : openSession(one);
    },
  };
  const first = lesson([a], { cleanups: [command("undo", 90)] });
  const second = lesson([b], { id: "lesson-02", requires: ["lesson-01"] });
  await expect(execute(planOf([first, second]), refuses)).rejects.toThrow("no bash");
  expect(stepsIn(run.events)).toEqual(["lesson-01#a pass", "lesson-01 cleanup 90 pass"]);
  expect(run.events.at(-1)?.type).toBe("run-end");
});

test("variables are set and exported before the first step, in order, safely quoted; overrides win", async () => {
  const vars = [
    { name: "CLUSTER", kind: "value", value: "it's $HOME", place: placeAt(3) },
    { name: "NODE", kind: "command", command: "hostname # comment", place: placeAt(4) },
    { name: "ZONE", kind: "command", command: "never", place: placeAt(5) },
  ] as const;
  const run = fakeRun({}, { variables: { ZONE: "z", EXTRA: "1" } });
  const { sessions } = await runAll([lesson([a], { vars })], {}, {}, run);
  expect(sessions[0]?.sources).toEqual([
    "export EXTRA='1' CLUSTER='it'\\''s $HOME'",
    "NODE=$(\nhostname # comment\n)\nexport NODE",
    "export ZONE='z'",
    "a",
  ]);
});

test("a variable whose command fails is a failed step at its place, and nothing else runs", async () => {
  const vars = [{ name: "NODE", kind: "command", command: "gone", place: placeAt(4) }] as const;
  const { steps, summary } = await runAll([lesson([a], { vars })], { "NODE=$(\ngone\n)\nexport NODE": 127 });
  expect(steps).toEqual(["lesson-01#vars wrong-exit", "lesson-01#a skipped: `vars` failed"]);
  expect(summary.failures).toMatchObject([{ place: placeAt(4), verdict: { actual: 127, command: "gone" } }]);
});

test("a name that is no variable's is refused before it reaches the shell", async () => {
  const run = fakeRun({}, { variables: { "A;rm": "1" } });
  await expect(runAll([lesson([a])], {}, {}, run)).rejects.toThrow(UsageError);
});

test("a lesson for another target is skipped with the reason", async () => {
  const { steps, summary } = await runAll([lesson([a], { targets: ["live"] })]);
  expect(steps).toEqual(["lesson-01#a skipped: needs target `live`, this run has `sandbox`"]);
  expect(summary.lessons).toEqual({ passed: 0, failed: 0, skipped: 1 });
  expect(exitCodeOf(summary)).toBe(0);
});

test("the summary is a function of the events", async () => {
  const { summary, events } = await runAll([lesson(three)], { b: 1 });
  expect(summarise(events)).toEqual(summary);
  expect(summary).toMatchObject({ steps: 3, passed: 1, failed: 1, skipped: 1, commands: 2, asserted: 0 });
});

test("the order is as given, except that a lesson comes after those it requires", () => {
  const of = (id: string, requires: readonly string[]): Lesson => lesson([], { id, requires });
  const lessons = [of("c", ["b"]), of("a", []), of("b", ["a"]), of("d", ["missing"]), of("x", ["y"]), of("y", ["x"])];
  expect(planOf(lessons).lessons.map(({ lesson: { id } }) => id)).toEqual(["a", "b", "c", "d", "y", "x"]);
  const ids = (selection: Partial<Selection>): string[] =>
    planOf(lessons, selection).lessons.map(({ lesson: { id }, isPrerequisite }) => (isPrerequisite ? `(${id})` : id));
  expect(ids({ ids: ["c"] })).toEqual(["c"]);
  expect(ids({ ids: ["c"], withPrerequisites: true })).toEqual(["(a)", "(b)", "c"]);
});

test.each<[string, readonly Lesson[], Partial<Selection>]>([
  ["no lessons", [], {}],
  ["none selected", [lesson(three)], { ids: [] }],
  ["an unknown one", [lesson(three)], { ids: ["lesson-09"] }],
])("a selection of nothing is wrong usage: %s", (_name, lessons, selection) => {
  expect(() => planOf(lessons, selection)).toThrow(UsageError);
});
