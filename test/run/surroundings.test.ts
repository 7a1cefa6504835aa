import { expect, test } from "vitest";
import { LessonRun, type RunEvent } from "../../src/run/index.ts";
import { command, expecting, type FakeRun, fakeRun, lesson, step } from "./fakes.ts";

const notesOf = (events: readonly RunEvent[]): string[] =>
  events.flatMap((event) => (event.type === "note" ? [event.text] : []));

async function open(run: FakeRun, cleanups = [command("undo", 90)]): Promise<LessonRun> {
  return LessonRun.open(lesson([], { cleanups }), run.ports);
}

const inTerminal = command("less page", 10, { tty: true, ...expecting(12, "right") });

test("without a terminal a `tty` block is one like any other, and its output is compared", async () => {
  const run = fakeRun({ "less page": "wrong" });
  expect(await (await open(run)).runStep(step("look", [inTerminal]))).toMatchObject({ kind: "mismatch" });
  expect(run.sessions[0]?.asked[0]?.tty).toBeUndefined();
});

test("what went to the terminal cannot be compared, which is said", async () => {
  let lent = 0;
  const lendTerminal = <T>(work: () => Promise<T>): Promise<T> => {
    lent += 1;
    return work();
  };
  const run = fakeRun({ "less page": "" }, { lendTerminal });
  expect(await (await open(run)).runStep(step("look", [inTerminal]))).toEqual({ kind: "pass" });
  expect(run.sessions[0]?.asked[0]).toMatchObject({ tty: true, timeoutMs: Number.POSITIVE_INFINITY });
  expect(lent).toBe(1);
  expect(notesOf(run.events)).toEqual(["What it printed went to the terminal, so it was not compared."]);
});

test("a block that its condition leaves out of a step that runs is told with the reason", async () => {
  const run = fakeRun();
  const macOnly = { skip: undefined, targets: undefined, os: "darwin", ifCommand: undefined } as const;
  const mixed = step("mixed", [command("a", 10), command("b", 11, { condition: macOnly })]);
  expect(await (await open(run)).runStep(mixed)).toEqual({ kind: "pass" });
  expect(run.sessions[0]?.sources).toEqual(["a"]);
  expect(notesOf(run.events)).toEqual(["not run, line 11: needs `darwin`, this machine is `linux`"]);
});

test("a cleanup that may not change this machine leaves something undone; one that is not needed does not", async () => {
  const refused = await open(fakeRun(), [command("undo", 90, { host: true })]);
  expect(await refused.runCleanups(true)).toBe(false);
  const condition = { skip: "not here", targets: undefined, os: undefined, ifCommand: undefined };
  const needless = await open(fakeRun(), [command("undo", 90, { host: true, condition })]);
  expect(await needless.runCleanups(true)).toBe(true);
});
