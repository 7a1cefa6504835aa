import { expect, test } from "vitest";
import { type EvidenceRecord, evidenceFolder, progressOf, resumePoint } from "../../src/progress/index.ts";
import { ended, FAILED, lessonOf, reset, started, stepOf } from "./sample.ts";

const LESSON = lessonOf("lesson-01", [stepOf("a"), stepOf("b"), stepOf("c")]);
const one = (records: readonly EvidenceRecord[]) => {
  const [progress] = progressOf(records, [LESSON]).lessons;
  if (progress === undefined) throw new Error("no progress");
  return progress;
};
const L = "lesson-01";
const passed = (...steps: string[]): EvidenceRecord[] =>
  steps.flatMap((step, i) => [started(L, step, i * 2), ended(L, step, i * 2 + 1)]);
const ALL = passed("a", "b", "c", "checkpoint");

test.each<[string, readonly EvidenceRecord[], ReturnType<typeof resumePoint>]>([
  ["nothing done", [], { stepIndex: 0, inFlight: false }],
  ["one step passed", passed("a"), { stepIndex: 1, inFlight: false }],
  ["a step failed", [...passed("a"), started(L, "b", 9), ended(L, "b", 10, FAILED)], { stepIndex: 1, inFlight: false }],
  ["a step in flight", [...passed("a"), started(L, "b", 9)], { stepIndex: 1, inFlight: true }],
  [
    "an earlier step run again is in flight",
    [...passed("a", "b"), started(L, "a", 9)],
    { stepIndex: 0, inFlight: true },
  ],
  [
    "a skipped step is behind us",
    [...passed("a"), ended(L, "b", 9, { kind: "skipped", reason: "k" })],
    { stepIndex: 2, inFlight: false },
  ],
  ["only the checkpoint left", passed("a", "b", "c"), { stepIndex: 3, inFlight: false }],
  ["the checkpoint passed", ALL, "complete"],
  [
    "a passed step failed when run again",
    [...passed("a"), ended(L, "a", 9, FAILED)],
    { stepIndex: 1, inFlight: false },
  ],
  ["the checkpoint passed without one step", passed("a", "c", "checkpoint"), "complete"],
  ["reset after the end", [...ALL, reset(L, 20)], { stepIndex: 0, inFlight: false }],
  ["reset while in flight", [started(L, "a", 1), reset(L, 2)], { stepIndex: 0, inFlight: false }],
  ["another lesson's reset", [...passed("a"), reset("lesson-02", 20)], { stepIndex: 1, inFlight: false }],
  [
    "a step that the lesson has no longer is in flight",
    [...passed("a"), started(L, "gone", 9)],
    { stepIndex: 1, inFlight: false },
  ],
])("resume: %s", (_name, records, expected) => {
  expect(resumePoint(one(records))).toEqual(expected);
});

test("completed is history: a reset takes it out of force, not away", () => {
  const progress = one([...ALL, reset(L, 20)]);
  expect(progress.completedAt).toBe(7);
  expect(progress.inForce).toBe(false);
  expect(progress.steps.map(({ done, settled }) => [done, settled])).toEqual([
    [true, false],
    [true, false],
    [true, false],
    [true, false],
  ]);
});

test("a lesson without a checkpoint is completed by its last step", () => {
  const lesson = lessonOf("lesson-01", [stepOf("a"), stepOf("b")], false);
  const [progress] = progressOf(passed("b", "a"), [lesson]).lessons;
  expect(progress?.completedAt).toBe(3);
  expect(progress && resumePoint(progress)).toBe("complete");
});

test("an edited step says so and stays done", () => {
  const edited = lessonOf("lesson-01", [stepOf("a", "another-hash"), stepOf("b")]);
  const [progress] = progressOf(passed("a", "b"), [edited]).lessons;
  expect(progress?.steps.slice(0, 2).map(({ id, done, edited }) => ({ id, done, edited }))).toEqual([
    { id: "a", done: true, edited: true },
    { id: "b", done: true, edited: false },
  ]);
});

test("ids that the course does not know are kept", () => {
  const progress = progressOf([...passed("gone"), started("lesson-99", "x", 30)], [LESSON]);
  expect(progress.unknownLessons).toEqual(["lesson-99"]);
  expect(progress.lessons[0]?.unknownSteps).toEqual(["gone"]);
});

test.each([
  ["istio", "/state/learn-istio/istio/sandbox"],
  ["../escape", "/state/learn-istio/..%2Fescape/sandbox"],
  ["..", "/state/learn-istio/__/sandbox"],
  ["", "/state/learn-istio/_/sandbox"],
])("course `%s` has its folder at %s", (course, folder) => {
  expect(evidenceFolder("/state/learn-istio", course, "sandbox")).toBe(folder);
});
