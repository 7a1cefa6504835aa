import { expect, test } from "vitest";
import { boardOf } from "../../src/workshop/board/board.ts";
import type { Standing } from "../../src/workshop/board/hands.ts";
import { addEvent, NO_PROGRESS, type Progress } from "../../src/workshop/board/progress.ts";
import { quartilesOf, slowAfter } from "../../src/workshop/board/quartiles.ts";
import type { ClassEvent } from "../../src/workshop/wire.ts";
import { COURSE_STEPS, ORDER } from "../support/classes.ts";

const HEAD = { title: "A course", state: { gated: [], closed: false }, steps: COURSE_STEPS };
const after = (...events: readonly ClassEvent[]): Progress =>
  events.reduce((progress, event) => addEvent(progress, event, ORDER), NO_PROGRESS);
const at = (time: number, step = "one") => ({ at: time * 1000, lesson: "lesson-01", step });
const open = (time: number, step?: string): ClassEvent => ({ type: "open", ...at(time, step) });
const pass = (time: number, step?: string): ClassEvent => ({
  type: "step-end",
  ...at(time, step),
  verdict: "pass",
  ms: 5,
});
const wrong = (time: number): ClassEvent => ({ type: "check-end", ...at(time), check: "ready", verdict: "wrong" });
const stand = (number: number, progress: Progress, left = false): Standing => ({
  number,
  handle: `l${number}`,
  joined: 0,
  helped: undefined,
  left,
  progress,
});

test("the time at a step counts from the moment when the one before was done", () => {
  const progress = after(
    open(10),
    { type: "step-start", ...at(40) },
    pass(50),
    { type: "step-start", ...at(100, "two") },
    pass(110, "two"),
  );
  expect(progress.done).toEqual({
    "lesson-01#one": { how: "passed", ms: 40_000 },
    "lesson-01#two": { how: "passed", ms: 60_000 },
  });
  expect(progress).toMatchObject({ step: "lesson-01#checkpoint", since: 110_000, isOpen: true });
});

test("time away is nobody's time at a step", () => {
  const away = after(open(10), pass(20), { type: "close", at: 30_000 });
  expect(away).toMatchObject({ step: "lesson-01#two", since: undefined, isOpen: false });
  expect(addEvent(addEvent(away, open(9000, "two"), ORDER), pass(9005, "two"), ORDER).done["lesson-01#two"]?.ms).toBe(
    5000,
  );
});

test("done once is done, and the last step has none after it", () => {
  const progress = after(open(0), pass(5), open(100), pass(200));
  expect(progress.done["lesson-01#one"]?.ms).toBe(5000);
  const last = after({ type: "step-end", at: 1, lesson: "lesson-02", step: "one", verdict: "solved-by-us", ms: 1 });
  expect(last).toMatchObject({ step: undefined, done: { "lesson-02#one": { how: "solved" } } });
});

test("failures are counted by diagnosis; a step that failed by its check counts that once", () => {
  const failed: ClassEvent = { type: "step-end", ...at(3), verdict: "check-failed", check: "ready", ms: 1 };
  const exit: ClassEvent = { type: "step-end", ...at(4), verdict: "wrong-exit", ms: 1 };
  const stop: ClassEvent = { type: "step-end", ...at(5), verdict: "interrupted", ms: 1 };
  const progress = after(open(0), wrong(1), wrong(2), failed, exit, stop);
  expect(progress.failures).toEqual({ "lesson-01#one": { "ready: wrong": 2, "wrong-exit": 1 } });
});

test("quartiles of type 7", () => {
  expect(quartilesOf([])).toBeUndefined();
  expect(quartilesOf([7])).toEqual([7, 7, 7]);
  expect(quartilesOf([4, 1, 3, 2])).toEqual([1.75, 2.5, 3.25]);
});

test("slow is beyond Tukey's fence, and never within half a minute of what three of four needed", () => {
  expect(slowAfter([1, 2, 3])).toBeUndefined();
  expect(slowAfter([1000, 1000, 1000, 1000])).toEqual({ ms: 31_000, usualMs: 1000 });
  expect(slowAfter([100_000, 200_000, 300_000, 400_000])).toEqual({ ms: 325_000 + 225_000, usualMs: 250_000 });
});

test("the stuck come first: a hand, then the most signs, then the longest; who left is gone, what they did counts", () => {
  const done = [60, 60, 60, 60].map((time) => after(open(0), pass(time)));
  const standings = [
    ...done.map((progress, index) => stand(index + 1, progress, index === 0)),
    stand(5, after(open(100), wrong(101), wrong(102))),
    stand(6, after(open(10))),
    stand(7, after(open(90), wrong(91), wrong(92), wrong(93))),
    stand(8, after(open(5))),
    stand(9, after(open(100), { type: "hand", at: 110_000, raised: true })),
    stand(10, after(open(0), wrong(1), wrong(2), wrong(3))),
  ];
  const { rows, steps } = boardOf(HEAD, standings, 120_000);
  expect(rows.map(({ number }) => number)).toEqual([9, 10, 8, 6, 7, 2, 3, 4, 5]);
  expect(rows[0]?.stuck).toEqual([{ kind: "hand", sinceMs: 10_000 }]);
  expect(rows[1]?.stuck).toEqual([
    { kind: "again", diagnosis: "ready: wrong", times: 3 },
    { kind: "slow", ms: 120_000, usualMs: 60_000 },
  ]);
  expect(rows[8]).toMatchObject({ number: 5, stuck: [], ms: 20_000, done: 0 });
  expect(steps[0]).toEqual({
    ...COURSE_STEPS[0],
    hints: 2,
    here: 6,
    done: 4,
    medianMs: 60_000,
    commonest: { diagnosis: "ready: wrong", learners: 3 },
  });
  expect(steps[1]).toMatchObject({ here: 3, done: 0, medianMs: undefined });
});

test("a hand that is lowered, and a step that was passed after all, are no signs any more", () => {
  const raised = after(open(0), wrong(1), wrong(2), wrong(3), { type: "hand", at: 4000, raised: true });
  expect(boardOf(HEAD, [stand(1, raised)], 5000).rows[0]?.stuck).toHaveLength(2);
  const helped = addEvent(addEvent(raised, { type: "hand", at: 5000, raised: false }, ORDER), pass(6), ORDER);
  expect(boardOf(HEAD, [stand(1, helped)], 7000).rows[0]?.stuck).toEqual([]);
});
