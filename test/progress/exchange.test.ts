import fc from "fast-check";
import { expect, test } from "vitest";
import { type EvidenceRecord, newRecords, parseExport, progressOf, renderExport } from "../../src/progress/index.ts";
import { ended, FAILED, lessonOf, reset, started, stepOf } from "./sample.ts";

const L = "lesson-01";
const ABOUT = { course: "tower", target: "none", at: 1000, began: 5 } as const;
const RECORDS: readonly EvidenceRecord[] = [
  started(L, "a", 10),
  ended(L, "a", 11, FAILED),
  started(L, "a", 12),
  ended(L, "a", 13),
  ended(L, "b", 14, { kind: "skipped", reason: "you chose to" }),
  started(L, "checkpoint", 15),
  ended(L, "checkpoint", 16),
  { type: "proof", at: 17, lesson: L, holds: true },
  { type: "back", at: 18, lesson: L, step: "a" },
  reset(L, 19),
];

function imported(records: readonly EvidenceRecord[], about = ABOUT): readonly EvidenceRecord[] {
  const result = parseExport(renderExport(records, about));
  if (typeof result === "string") throw new Error(result);
  return result.records;
}

test("what is exported holds no values and no output", () => {
  const secret: EvidenceRecord = {
    ...ended(L, "a", 1),
    type: "step-end",
    verdict: {
      kind: "mismatch",
      place: { file: "/home/me/x.md", line: 1, column: 1, offset: 0, endOffset: 0 },
      diff: [],
      reason: "s3cret",
    },
    vars: { TOKEN: "s3cret" },
    seen: [{ kind: "command", source: "echo s3cret", status: 0, output: "s3cret" }],
  } as EvidenceRecord;
  const text = renderExport([secret], ABOUT);
  expect(text).not.toContain("s3cret");
  expect(text).not.toContain("/home/me");
  expect(text).toMatchInlineSnapshot(`
    "{"format":"learn-istio-progress","version":1,"course":"tower","target":"none","at":1000,"origin":"a7618d32","records":1,"sha256":"b0a4e7146036359cae68121ea3803b20ff2507aaa8035975aff51a5c00c65155"}
    {"type":"step-end","at":1,"lesson":"lesson-01","step":"a","contentHash":"hash-a","verdict":{"kind":"mismatch"},"durationMs":7,"versions":{"kubectl":"1.35.0"},"vars":{},"seen":[]}
    "
  `);
});

test("every kind of record comes through, marked as from elsewhere, and only once", () => {
  const there = imported(RECORDS);
  expect(there.map(({ type }) => type)).toEqual(RECORDS.map(({ type }) => type));
  expect(new Set(there.map(({ from }) => from)).size).toBe(1);
  expect(newRecords([], there)).toEqual(there);
  expect(newRecords(there, imported(RECORDS))).toEqual([]);
  expect(newRecords(RECORDS, there)).toEqual([]);
});

test("passed on twice, a record keeps where it is from, and comes home as known", () => {
  const there = imported(RECORDS);
  const onward = imported([...there, ended("lesson-02", "x", 99)], { ...ABOUT, began: 7 } as never);
  expect(onward.slice(0, -1)).toEqual(there);
  expect(onward.at(-1)?.from).not.toBe(there[0]?.from);
  expect(newRecords(RECORDS, onward)).toEqual(onward.slice(-1));
});

test("completed elsewhere is completed, and nothing of it is in force, settled or in flight here", () => {
  const lesson = lessonOf(L, [stepOf("a"), stepOf("b")]);
  const [progress] = progressOf(imported([...RECORDS.slice(0, 7), started(L, "b", 20)]), [lesson]).lessons;
  expect(progress).toMatchObject({ completedAt: 16, inForce: false, finished: false, inFlight: undefined });
  expect(progress?.steps.map(({ done, settled }) => [done, settled])).toEqual([
    [true, false],
    [false, false],
    [true, false],
  ]);
});

test("merging loses nothing, doubles nothing, and does not mind the order", () => {
  const record = fc.record({
    lesson: fc.constantFrom(L, "lesson-02"),
    step: fc.constantFrom("a", "b"),
    at: fc.nat(30),
  });
  const log = fc.array(record.map(({ lesson, step, at }) => ended(lesson, step, at)));
  const key = (one: EvidenceRecord): string => JSON.stringify([one.lesson, "step" in one && one.step, one.at]);
  fc.assert(
    fc.property(log, log, (here, there) => {
      const merged = [...here, ...newRecords(here, imported(there))];
      expect(new Set(merged.map(key))).toEqual(new Set([...here, ...there].map(key)));
      const added = merged.slice(here.length).map(key);
      expect(added).toEqual([...new Set(added)]);
      expect(newRecords(merged, imported(there))).toEqual([]);
    }),
  );
});

const WHOLE = renderExport(RECORDS, ABOUT);
test.each<[string, string, string]>([
  ["nothing", "", "its first line is not that of exported progress"],
  ["a log itself", '{"type":"header","version":1}\n', "its first line is not that of exported progress"],
  ["not JSON", "hello\n", "its first line is not that of exported progress"],
  ["null", "null\n", "its first line is not that of exported progress"],
  ["a newer version", WHOLE.replace('"version":1', '"version":2'), "it is of version 2, expected at most 1"],
  ["no target", WHOLE.replace('"target":"none"', '"target":"mars"'), "lacks the course, the target"],
  ["no origin", WHOLE.replace(/"origin":"[0-9a-f]{8}"/, '"origin":"../../x"'), "lacks the course, the target"],
  ["no sum", WHOLE.replace('"sha256":', '"sum":'), "lacks the course, the target"],
  ["a cut end", WHOLE.slice(0, -20), "found 9, expected 10 records"],
  ["a line less", `${WHOLE.trimEnd().split("\n").slice(0, -1).join("\n")}\n`, "found 9, expected 10 records"],
  ["a changed verdict", WHOLE.replace('"timeout"', '"pass"'), "found other ones"],
])("a file that is %s is refused with the reason", (_name, text, sentence) => {
  expect(parseExport(text)).toContain(sentence);
});

test("a record of an unknown type is refused, not left out", () => {
  const strange = { ...reset(L, 1), type: "party" } as unknown as EvidenceRecord;
  expect(parseExport(renderExport([...RECORDS, strange], ABOUT))).toBe("line 2 is no record that this version knows");
});
