import { expect, test } from "vitest";
import { EvidenceRecorder } from "../../src/progress/index.ts";
import type { RunEvent, StepVerdict } from "../../src/run/index.ts";

const place = { file: "lessons/lesson-01.md", line: 1, column: 1, offset: 0, endOffset: 1 };
const step = { lesson: "lesson-01", step: "apply", section: "Apply", place, contentHash: "h1" };
const facts = { versions: { kubectl: "1.35.0" }, vars: { CLUSTER: "learn-istio" } };

const start: RunEvent = { type: "step-start", at: 1, ...step };
const end = (verdict: StepVerdict): RunEvent => ({
  ...{ type: "step-end", at: 9, ...step, verdict, durationMs: 8 },
  ...{ commands: 1, asserted: 0 },
});
const command = (source: string, output: string): readonly RunEvent[] => [
  { type: "command-start", at: 2, lesson: "lesson-01", step: "apply", source, place },
  {
    ...{ type: "command-end", at: 3, lesson: "lesson-01", step: "apply", place, status: 0, durationMs: 1, output },
    ...{ totalBytes: output.length, constrained: undefined },
  },
];

function record(events: readonly RunEvent[]) {
  const recorder = new EvidenceRecorder(() => facts);
  return events.flatMap((event) => recorder.accept(event) ?? []);
}

test("a step is two records: when it began, and how it ended with what was seen", () => {
  const found = { status: 1, output: "0/1", diff: undefined };
  const checked: RunEvent = {
    ...{ type: "check-end", at: 4, lesson: "lesson-01", step: "apply", check: "c", title: "ready", place },
    ...{ verdict: { kind: "wrong", afterMs: 1, found, whys: [] }, durationMs: 1, tries: 1 },
  };
  const verdict = { kind: "check-failed", checkId: "c", place } as const;
  expect(record([start, ...command("kubectl apply", "created\n"), checked, end(verdict)])).toEqual([
    { type: "step-start", at: 1, lesson: "lesson-01", step: "apply", contentHash: "h1" },
    {
      ...{
        type: "step-end",
        at: 9,
        lesson: "lesson-01",
        step: "apply",
        contentHash: "h1",
        verdict,
        durationMs: 8,
        ...facts,
      },
      seen: [
        { kind: "command", source: "kubectl apply", status: 0, output: "created\n" },
        { kind: "check", title: "ready", verdict: "wrong", output: "0/1" },
      ],
    },
  ]);
});

test("what one step saw does not reach the next", () => {
  const records = record([start, ...command("a", "x"), end({ kind: "pass" }), start, end({ kind: "pass" })]);
  expect(records.at(-1)).toMatchObject({ type: "step-end", seen: [] });
});

test("a record is bounded, however much a step prints and differs", () => {
  const diff = Array.from({ length: 10_000 }, () => ({ kind: "unexpected", found: "x" }) as const);
  const many = Array.from({ length: 500 }, (_, i) => command(`echo ${i}`, "y".repeat(1_000_000))).flat();
  const [, ended] = record([start, ...many.slice(0, 200), end({ kind: "mismatch", place, diff })]);
  if (ended?.type !== "step-end" || ended.verdict.kind !== "mismatch") throw new Error("no end");
  expect(ended.verdict.diff.at(-1)).toEqual({ kind: "elided", count: 9960 });
  expect(ended.seen).toHaveLength(40);
  expect(JSON.stringify(ended).length).toBeLessThan(200_000);
});
