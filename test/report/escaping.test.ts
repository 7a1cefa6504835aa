import fc from "fast-check";
import { expect, test } from "vitest";
import { createReporter, type REPORTERS } from "../../src/report/index.ts";
import type { RunEvent, StepVerdict } from "../../src/run/index.ts";
import { junitErrors, readTap } from "../support/report-formats.ts";
import { FILE } from "./sample.ts";

const ESC = "\u001b";
const HOSTILE = [
  "]]><x attr='\"'>&amp;&",
  "\0\u0001\u0008\u000b\u001f\u007f\u0085\ufffe\uffff",
  "half a pair: \ud800 and \udc00",
  `${ESC}[31mred${ESC}[0m ${ESC}]0;title\u0007 ${ESC}[2J`,
  "\u202egnp.exe\u202c \u2066x\u2069 \u200f \u2028",
  "# SKIP \\# TODO ok 1 - x\nok 2\n1..0\nBail out!\n---\n...\n  ...\n",
  "::error::x%0A\r\n::warning::y,z:\n##[error]z",
  "a | b `c` ``d`` ``` <b>*_~[x](y)\n```\n# heading\n| - |",
  "  leading\n\ttab\n\n   \n: - ? ! & * % @ `yaml`",
  "",
];

/** One run whose every text is `text`: a failing step, a check that does not hold, a skipped step, a note. */
function eventsWith(text: string): readonly RunEvent[] {
  const place = { file: `${FILE}${text}`, line: 3, column: 1, offset: 0, endOffset: 1 };
  const step = { lesson: "lesson-01", step: `s${text}`, section: "S", place, contentHash: "h" };
  const end = (verdict: StepVerdict): RunEvent => ({
    ...{ type: "step-end", at: 1, ...step, verdict, durationMs: 1, commands: 1, asserted: 1 },
  });
  const about = { lesson: "lesson-01", step: "s", place };
  const row = { kind: "changed", expected: text, found: text, place, note: text } as const;
  const found = { status: 1, output: text, diff: [row], reason: text };
  return [
    { type: "run-start", version: 1, runId: "r", at: 0, target: "none", lessons: [] },
    { type: "lesson-start", at: 0, lesson: "lesson-01", path: `${FILE}${text}`, title: `T${text}` },
    { type: "command-start", at: 0, ...about, source: text },
    {
      type: "command-end",
      at: 0,
      ...about,
      status: 1,
      durationMs: 1,
      output: text,
      totalBytes: 1,
      constrained: undefined,
    },
    end({ kind: "wrong-exit", expected: "0", actual: 1, place, command: text }),
    end({ kind: "mismatch", place, diff: [row], reason: text }),
    {
      ...{ type: "check-end", at: 1, ...about, check: "c", title: text, durationMs: 1, tries: 3 },
      verdict: { kind: "wrong", afterMs: 5, found, whys: [text] },
    },
    end({ kind: "check-failed", checkId: "c", place }),
    end({ kind: "skipped", reason: text }),
    { type: "note", at: 1, lesson: "lesson-01", text },
    { type: "lesson-end", at: 1, lesson: "lesson-01", outcome: "failed", durationMs: 1 },
    { type: "run-end", at: 1, durationMs: 1, interrupted: false },
  ];
}

function reportOf(name: keyof typeof REPORTERS, text: string): string {
  const about = { version: text };
  const reporter = createReporter(name, { colour: false, width: 80, alone: true, about, token: "TOKEN" });
  const place = { file: text, line: 1, column: 1, offset: 0, endOffset: 1 };
  const warning = { code: "LI505", severity: "warning", message: text, hint: text, place } as const;
  const parts = [reporter.findings([warning]), ...eventsWith(text).map((event) => reporter.accept(event))];
  return [...parts, reporter.end({ kind: "bug", message: text, hint: text })].join("");
}

/** What no report for another program may hold. */
const FORBIDDEN = /[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufffe\uffff]|\p{Surrogate}/u;

test.each(HOSTILE)("JUnit stays JUnit: %j", async (text) => {
  const report = reportOf("junit", text);
  expect(report).not.toMatch(FORBIDDEN);
  expect(await junitErrors(report)).toEqual([]);
  expect(report.match(/<failure /g)).toHaveLength(3);
  expect(report.match(/<error /g)).toHaveLength(1);
});

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.array(fc.constantFrom(...HOSTILE, "\n", "|", "#", "`"), { maxLength: 4 }).map((parts) => parts.join("")),
);

test("TAP stays TAP: the same points fail, whatever a lesson says", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const report = reportOf("tap", text);
      expect(report).not.toMatch(FORBIDDEN);
      const { ok, failed, skipped, strange } = readTap(report);
      expect({ ok, failed: failed.length, skipped: skipped.length, strange }).toEqual({
        ...{ ok: false, failed: 6, skipped: 1, strange: [] },
      });
    }),
    { numRuns: 300 },
  );
});

test("one workflow command for each failure and each warning, on one line, whatever a lesson says", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const lines = reportOf("github", text).split(/\r\n|\r|\n/);
      const from = lines.indexOf("::stop-commands::TOKEN");
      const to = lines.lastIndexOf("::TOKEN::");
      const active = [...lines.slice(0, from + 1), ...lines.slice(to)].filter((line) => /^\s*::|##\[/.test(line));
      expect(active.map((line) => /^::[\w-]+/.exec(line)?.[0])).toEqual([
        ...["::warning", "::group", "::stop-commands", "::TOKEN", "::endgroup"],
        ...["::error", "::error", "::error", "::error"],
      ]);
    }),
    { numRuns: 300 },
  );
});

test("the job's summary keeps its shape: a row for each lesson, what a lesson printed behind its fences", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const report = reportOf("summary", text);
      expect(report).not.toMatch(FORBIDDEN);
      const outside = withoutFences(report);
      expect(outside.filter((line) => line.startsWith("## "))).toHaveLength(1);
      expect(outside.filter((line) => line.startsWith("### "))).toHaveLength(4);
      expect(outside.filter((line) => /^\| (?:failed|passed|skipped|interrupted) \|/.test(line))).toHaveLength(2);
      for (const row of outside.filter((line) => line.startsWith("| failed")))
        expect(row.match(/(?<!\\)\|/g)).toHaveLength(7);
    }),
    { numRuns: 300 },
  );
});

/** The lines of a Markdown text that stand in no fence, by CommonMark's rule for where one ends. */
function withoutFences(markdown: string): string[] {
  let fence: string | undefined;
  return markdown.split("\n").filter((line) => {
    const ticks = /^`{3,}/.exec(line)?.[0];
    if (fence !== undefined) {
      if (ticks !== undefined && ticks.length >= fence.length && /^`+\s*$/.test(line)) fence = undefined;
      return false;
    }
    if (ticks === undefined || line.slice(ticks.length).includes("`")) return true;
    fence = ticks;
    return false;
  });
}

test("a lesson that failed without a failing step, or did not end, is no success", async () => {
  const start: RunEvent = { type: "lesson-start", at: 0, lesson: "a", path: "a.md", title: "A" };
  const end: RunEvent = {
    type: "lesson-end",
    at: 1,
    lesson: "a",
    outcome: "failed",
    durationMs: 1,
    reason: "`web` ended",
  };
  for (const [events, kind] of [
    [[start, end], "lesson-failed"],
    [[start], "interrupted"],
  ] as const) {
    const reporters = (["junit", "tap"] as const).map((name) => createReporter(name, { colour: false, width: 80 }));
    const [junit = "", tap = ""] = reporters.map((one) =>
      [...events.map((event) => one.accept(event)), one.end()].join(""),
    );
    expect(await junitErrors(junit)).toEqual([]);
    expect(junit).toContain(`type="${kind}"`);
    expect(readTap(tap)).toMatchObject({ ok: false, failed: ["lesson", "A (a.md)"] });
  }
});
