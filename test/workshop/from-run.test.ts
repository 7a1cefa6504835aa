import { expect, test } from "vitest";
import type { CheckVerdict, RunEvent } from "../../src/run/index.ts";
import { fromRun } from "../../src/workshop/from-run.ts";
import { classEvent } from "../../src/workshop/wire.ts";

const found = { status: 1, output: "SECRET", diff: undefined };
const place = { file: "SECRET.md", line: 1, column: 1, offset: 0, endOffset: 1 } as const;

function checkEnd(verdict: CheckVerdict): RunEvent {
  const about = { lesson: "lesson-01", step: "one", check: "ready", title: "SECRET", place };
  return { type: "check-end", at: 5, ...about, verdict, durationMs: 1, tries: 1 };
}

const told = { type: "check-end", at: 5, lesson: "lesson-01", step: "one", check: "ready" };

test.each<[string, CheckVerdict, object | undefined]>([
  ["a pass is told by its step", { kind: "pass" }, undefined],
  ["wrong, no diagnosis found anything", { kind: "wrong", afterMs: 1, found, whys: [] }, { ...told, verdict: "wrong" }],
  [
    "wrong, with the number of a diagnosis and none of its words",
    { kind: "wrong", afterMs: 1, found, whys: ["SECRET"], diagnosis: 2 },
    { ...told, verdict: "wrong", diagnosis: 2 },
  ],
  ["broken", { kind: "broken", reason: "SECRET", found }, { ...told, verdict: "broken" }],
])("what the class is told of a check: %s", (_, verdict, event) => {
  expect(fromRun(checkEnd(verdict))).toEqual(event);
  if (event !== undefined) expect(classEvent(fromRun(checkEnd(verdict)), "event")).toEqual(event);
});
