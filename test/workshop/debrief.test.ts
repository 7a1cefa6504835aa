import { expect, test } from "vitest";
import { debriefOf } from "../../src/workshop/board/debrief.ts";
import type { Standing } from "../../src/workshop/board/hands.ts";
import { addEvent, NO_PROGRESS } from "../../src/workshop/board/progress.ts";
import type { ClassEvent } from "../../src/workshop/wire.ts";
import { COURSE_STEPS, ORDER } from "../support/classes.ts";

const at = (time: number, step = "one") => ({ at: time * 1000, lesson: "lesson-01", step });
const open = (time: number, step?: string): ClassEvent => ({ type: "open", ...at(time, step) });
const close = (time: number): ClassEvent => ({ type: "close", at: time * 1000 });
const end = (time: number, verdict: "pass" | "solved-by-us" | "skipped" | "wrong-exit", step?: string): ClassEvent => ({
  type: "step-end",
  ...at(time, step),
  verdict,
  ms: 1,
});
const wrong = (time: number, check: string): ClassEvent => ({
  type: "check-end",
  ...at(time),
  check,
  verdict: "wrong",
});
const hand = (time: number): ClassEvent => ({ type: "hand", at: time * 1000, raised: true });
const hint = (time: number, tier: number): ClassEvent => ({ type: "hint", ...at(time), tier });

const stand = (number: number, ...events: readonly ClassEvent[]): Standing => ({
  number,
  handle: `l${number}`,
  joined: 0,
  left: false,
  helped: undefined,
  progress: events.reduce((progress, event) => addEvent(progress, event, ORDER), NO_PROGRESS),
});
const about = { title: "A course", steps: COURSE_STEPS, names: false };

test("the dearest step comes first: all time at it counts, done or not; diagnoses by how many had them", () => {
  const standings = [
    stand(1, open(0), end(60, "pass"), end(70, "pass", "two"), close(70)),
    stand(
      2,
      open(0),
      wrong(10, "a"),
      wrong(20, "a"),
      wrong(30, "b"),
      hint(40, 1),
      hint(50, 2),
      end(100, "pass"),
      close(110),
    ),
    stand(3, open(0), wrong(10, "b"), hand(20), hand(30), close(200)),
    stand(4, open(0), end(20, "wrong-exit"), end(30, "solved-by-us"), end(40, "skipped", "two"), close(40)),
  ];
  const debrief = debriefOf(about, standings, 1_000_000);
  expect(debrief).toEqual({
    version: 1,
    title: "A course",
    learners: 4,
    steps: [
      {
        step: "lesson-01#one",
        title: "Begin",
        done: 3,
        medianMs: 80_000,
        upperMs: 90_000,
        totalMs: (60 + 100 + 200 + 30) * 1000,
        solved: 1,
        skipped: 0,
        hints: 2,
        hands: 2,
        diagnoses: [
          { diagnosis: "b: wrong", learners: 2, times: 2 },
          { diagnosis: "a: wrong", learners: 1, times: 2 },
          { diagnosis: "wrong-exit", learners: 1, times: 1 },
        ],
      },
      expect.objectContaining({ step: "lesson-01#two", done: 2, totalMs: 30_000, skipped: 1, medianMs: 10_000 }),
      // One has come to it, for no time, and none has done it.
      expect.objectContaining({ step: "lesson-01#checkpoint", done: 0, totalMs: 0, medianMs: undefined }),
    ],
  });
  expect(JSON.stringify(debrief)).not.toMatch(/"l\d"/);
});

test("names come when they are asked for, the longest first", () => {
  const standings = [stand(1, open(0), end(60, "pass"), close(60)), stand(2, open(0), close(90))];
  expect(debriefOf({ ...about, names: true }, standings, 100_000).steps[0]?.names).toEqual([
    { handle: "l2", ms: 90_000, how: undefined },
    { handle: "l1", ms: 60_000, how: "passed" },
  ]);
});

test("who is at a step now is counted until now, and who gave no sign for half an hour until then", () => {
  const total = (now: number, ...events: readonly ClassEvent[]) =>
    debriefOf(about, [stand(1, ...events)], now * 1000).steps[0]?.totalMs;
  expect(total(1800, open(0))).toBe(1_800_000);
  expect(total(9000, open(0), wrong(600, "a"))).toBe(600_000);
  // The program was killed: until it was opened again nobody was there.
  expect(total(9010, open(0), wrong(600, "a"), open(9000))).toBe(610_000);
});

test("steps that the course does not have cost nothing, and no list of theirs grows", () => {
  const strange = Array.from({ length: 200 }, (_, index) => [
    open(index, `s${index}`),
    hand(index),
    end(index, "wrong-exit", `s${index}`),
  ]).flat();
  const { progress } = stand(1, ...strange, open(300), ...Array.from({ length: 200 }, (_, n) => wrong(301, `c${n}`)));
  expect(Object.keys(progress.failures)).toEqual(["lesson-01#one"]);
  expect(Object.keys(progress.effort)).toEqual([]);
  expect(Object.keys(progress.failures["lesson-01#one"] ?? {})).toHaveLength(51);
  expect(progress.failures["lesson-01#one"]?.others).toBe(150);
});
