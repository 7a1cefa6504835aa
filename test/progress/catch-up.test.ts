import { expect, test } from "vitest";
import type { Lesson } from "../../src/lesson/index.ts";
import { type EvidenceRecord, planCatchUp, progressOf } from "../../src/progress/index.ts";
import { ended, FAILED, lessonOf, reset, started, stepOf } from "./sample.ts";

const L = "lesson-01";
const LESSON = lessonOf(L, [stepOf("a"), stepOf("b"), stepOf("c")]);
const passed = (...steps: string[]): EvidenceRecord[] =>
  steps.flatMap((step, i) => [started(L, step, i * 2), ended(L, step, i * 2 + 1)]);
const ALL = passed("a", "b", "c", "checkpoint");
const back = (step: string): EvidenceRecord => ({ type: "back", at: 50, lesson: L, step });
const from = (records: readonly EvidenceRecord[]): EvidenceRecord[] =>
  records.map((record) => ({ ...record, from: "0123abcd" }));

function planOf(records: readonly EvidenceRecord[], holds: boolean, lesson: Lesson = LESSON) {
  const [progress] = progressOf(records, [lesson]).lessons;
  if (progress === undefined) throw new Error("no progress");
  const plan = planCatchUp("lesson-02", [{ lesson, progress, proof: { holds, failing: holds ? undefined : "it is" } }]);
  const [one] = plan.required;
  return { ...plan, required: [], state: one?.state, steps: one?.steps.join(" "), expected: one?.expected };
}

const MINUTE = 60_000;
/** The lesson has 5 minutes by its author, four steps, and each that ran took 7 ms. */
test.each<[string, readonly EvidenceRecord[], string, string, number, string]>([
  ["nothing done", [], "not begun", "a b c checkpoint", 5 * MINUTE, "estimated"],
  [
    "one step failed",
    [started(L, "a", 1), ended(L, "a", 2, FAILED)],
    "not begun",
    "a b c checkpoint",
    5 * MINUTE,
    "estimated",
  ],
  ["half done", passed("a", "b"), "begun", "c checkpoint", 2.5 * MINUTE, "estimated"],
  [
    "half done, the third in flight",
    [...passed("a", "b"), started(L, "c", 9)],
    "begun",
    "c checkpoint",
    2.5 * MINUTE,
    "estimated",
  ],
  ["the first in flight", [started(L, "a", 9)], "begun", "a b c checkpoint", 5 * MINUTE, "estimated"],
  [
    "the second skipped",
    [...passed("a"), ended(L, "b", 9, { kind: "skipped", reason: "k" })],
    "begun",
    "c checkpoint",
    2.5 * MINUTE,
    "estimated",
  ],
  ["a later one done before an earlier one", passed("a", "c"), "begun", "b checkpoint", 2.5 * MINUTE, "estimated"],
  ["completed and gone", ALL, "gone", "a b c checkpoint", 28, "measured"],
  [
    "completed, the checkpoint failed since",
    [...ALL, ended(L, "checkpoint", 60, FAILED)],
    "gone",
    "a b c checkpoint",
    28,
    "measured",
  ],
  ["gone, and gone back from already", [...ALL, back("a")], "not begun", "a b c checkpoint", 28, "measured"],
  ["gone, half done again", [...ALL, back("a"), ended(L, "a", 60)], "begun", "b c checkpoint", 21, "measured"],
  ["gone back to the middle", [...ALL, back("c")], "begun", "c checkpoint", 14, "measured"],
  [
    "gone back to a step that is not there any more",
    [...ALL, back("z")],
    "not begun",
    "a b c checkpoint",
    28,
    "measured",
  ],
  ["reset", [...ALL, reset(L, 60)], "not begun", "a b c checkpoint", 28, "measured"],
  ["completed elsewhere", from(ALL), "not begun", "a b c checkpoint", 28, "measured"],
  ["partly done elsewhere", from(passed("a", "b")), "not begun", "a b c checkpoint", 2.5 * MINUTE + 14, "mixed"],
  [
    "already true takes no time",
    [ended(L, "a", 1, { kind: "already-true" }), reset(L, 2)],
    "not begun",
    "a b c checkpoint",
    5 * MINUTE,
    "estimated",
  ],
])("a lesson that does not hold: %s", (_name, records, state, steps, ms, basis) => {
  expect(planOf(records, false)).toMatchObject({ missing: 1, state, steps, expected: { ms, basis } });
});

test.each<[string, readonly EvidenceRecord[]]>([
  ["never done", []],
  ["half done", passed("a")],
  ["reset", [...ALL, reset(L, 60)]],
])("a lesson that holds is left alone, though it was %s", (_name, records) => {
  expect(planOf(records, true)).toMatchObject({ missing: 0, state: "holds", steps: "", expected: { ms: 0 } });
});

test("a step by hand is in no plan; without minutes the time is unknown", () => {
  const place = { file: "x.md", line: 1, column: 1, offset: 0, endOffset: 0 };
  const byHand = { ...stepOf("b"), manual: { markdown: "do it", place } };
  const lesson = lessonOf(L, [stepOf("a"), byHand]);
  const timeless = { ...lesson, front: { ...lesson.front, minutes: undefined } };
  expect(planOf([], false, timeless)).toMatchObject({ steps: "a checkpoint", expected: { basis: "unknown" } });
});

test("a passed step that was edited runs again, the others do not", () => {
  const lesson = lessonOf(L, [stepOf("a"), stepOf("b", "other"), stepOf("c")]);
  expect(planOf(passed("a", "b", "c"), false, lesson)).toMatchObject({ state: "begun", steps: "b checkpoint" });
});

test("several lessons: in their order, the time of what is missing alone, as known as the least known", () => {
  const row = (id: string, records: readonly EvidenceRecord[], holds: boolean) => {
    const lesson = lessonOf(id, [stepOf("a")]);
    const [progress] = progressOf(records, [lesson]).lessons;
    if (progress === undefined) throw new Error("no progress");
    return { lesson, progress, proof: { holds } };
  };
  const done = [ended("lesson-02", "a", 1), ended("lesson-02", "checkpoint", 2)];
  const plan = planCatchUp("lesson-09", [
    row("lesson-01", [], true),
    row("lesson-02", done, false),
    row("lesson-03", [], false),
  ]);
  expect(plan.required.map(({ lesson, state }) => [lesson, state])).toEqual([
    ["lesson-01", "holds"],
    ["lesson-02", "gone"],
    ["lesson-03", "not begun"],
  ]);
  expect(plan).toMatchObject({ missing: 2, expected: { ms: 5 * MINUTE + 14, basis: "mixed" } });
});

const proof = (holds: boolean, at = 60): EvidenceRecord => ({ type: "proof", at, lesson: L, holds });
test.each<[string, readonly EvidenceRecord[], boolean, number | undefined]>([
  ["never looked at", passed("a"), false, undefined],
  ["the checkpoint passed", ALL, true, 7],
  ["looked at, and it does not hold", [...ALL, proof(false)], false, 60],
  ["looked at again, and it holds", [...ALL, proof(false), proof(true, 70)], true, 70],
  ["made by somebody else, and it holds", [proof(true)], true, 60],
  ["gone back from", [...ALL, back("b")], false, 50],
  ["reset after a look", [...ALL, proof(true), reset(L, 70)], false, undefined],
  ["passed elsewhere", from(ALL), false, undefined],
  ["looked at elsewhere", from([...ALL, proof(true)]), false, undefined],
])("in force: %s", (_name, records, inForce, lookedAt) => {
  const [progress] = progressOf(records, [LESSON]).lessons;
  expect(progress).toMatchObject({ inForce, lookedAt });
});

test("a look does not land a step that is in flight", () => {
  const [progress] = progressOf([started(L, "a", 1), proof(false)], [LESSON]).lessons;
  expect(progress?.inFlight).toBe("a");
});
