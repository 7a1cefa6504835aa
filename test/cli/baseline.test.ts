import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { BaselineView, type Known } from "../../src/cli/test/baseline.ts";
import type { RunEvent } from "../../src/run/index.ts";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";

let room: CliRoom;
beforeEach(() => {
  room = openCliRoom();
});
afterEach(() => room.remove());

const fence = (language: string, ...lines: readonly string[]): string =>
  [`\`\`\`${language}`, ...lines, "```", "", ""].join("\n");

const OLD = `# Old\n\n${fence("bash {exit=0}", "echo one")}${fence("output", "two")}${fence("bash {exit=0}", "false")}${fence("bash", "echo three")}${fence("output", "three")}`;

function recorded(): { file: string; kind: string; what: string; about: string }[] {
  const text = readFileSync(path.join(room.folder, "known.json"), "utf8");
  return JSON.parse(text).known.map(({ file, kind, what, about }: Record<string, string>) => ({
    file,
    kind,
    what,
    about,
  }));
}

const check = () => room.run(["test", ".", "--baseline", "known.json"]);
const write = () => room.run(["test", ".", "--baseline", "known.json", "--baseline-write"]);

test("what failed before passes as skipped, and says so; the rest of the page runs", async () => {
  room.write({ "old.md": OLD });
  const written = await write();
  expect([written.code, written.stderr]).toEqual([0, "known.json: 2 entries written\n"]);
  expect(recorded()).toEqual([
    { file: "old.md", kind: "step", what: "mismatch", about: "`old-1`, line 8" },
    { file: "old.md", kind: "step", what: "wrong-exit", about: "`old-2`, line 12" },
  ]);
  expect(await check()).toMatchInlineSnapshot(`
    {
      "code": 0,
      "stderr": "",
      "stdout": "1 lesson without a cluster

    Old  old.md
      skip  old-1: its failure (mismatch, line 8) is known: it stands in \`known.json\`
      skip  old-2: its failure (wrong exit, line 12) is known: it stands in \`known.json\`
      pass  old-3  <duration>

    1 lesson, 3 steps: 1 passed, 0 failed, 2 skipped · asserted 2 of 3 commands · <duration>
    ",
    }
  `);
});

test.each([
  ["another failure in another step", (text: string) => text.replace("echo three", "echo four")],
  ["the failing command, edited", (text: string) => text.replace("echo one", "echo 1")],
  ["the expectation, edited", (text: string) => text.replace("\ntwo", "\n2")],
  ["the same failure once more", (text: string) => `${text}${fence("bash {exit=0}", "false")}`],
  [
    "another way to fail",
    (text: string) =>
      text
        .replace("# Old\n", `# Old\n\n${fence("bash", "false() { sleep 30; }; true")}`)
        .replace("{exit=0}\nfalse", "{exit=0 timeout=200ms}\nfalse"),
  ],
])("%s fails", async (_what, change) => {
  room.write({ "old.md": OLD });
  await write();
  room.write({ "old.md": change(OLD) });
  expect((await check()).code).toBe(1);
});

test("lines that move and prose that changes make no news", async () => {
  room.write({ "old.md": OLD });
  await write();
  room.write({ "old.md": OLD.replace("# Old\n", "# Old\n\nSome words,\n\nand more.\n") });
  expect((await check()).code).toBe(0);
});

test("what is not wrong any more is said to be stale, and goes with the next writing", async () => {
  room.write({ "old.md": OLD });
  await write();
  room.write({ "old.md": OLD.replace("two", "one") });
  const { code, stderr } = await check();
  expect([code, stderr]).toEqual([
    0,
    "known.json: stale, old.md: `old-1`, line 8 is not wrong any more; `--baseline-write` takes it out\n",
  ]);
  await write();
  expect(recorded().map(({ what }) => what)).toEqual(["wrong-exit"]);
});

test("what was not run is neither stale nor lost", async () => {
  room.write({ "old.md": OLD, "more.md": `# More\n\n${fence("bash {exit=0}", "false")}` });
  await write();
  const { stderr } = await room.run(["test", "more.md", "--baseline", "known.json"]);
  expect(stderr).toBe("");
  await room.run(["test", "more.md", "--baseline", "known.json", "--baseline-write"]);
  expect(recorded()).toHaveLength(3);
});

test("findings: known ones are quiet, a page that cannot be read is left out, a new one fails", async () => {
  const broken = `# Broken\n\n${fence("bash {timeot=5s}", "touch ran")}`;
  room.write({ "broken.md": broken, "good.md": `# Good\n\n${fence("bash", "echo a")}${fence("output", "a")}` });
  expect((await write()).code).toBe(0);
  const { code, stderr, stdout } = await check();
  expect([code, stderr]).toEqual([
    0,
    "1 finding known to the baseline\nbroken.md: not run, because it is written wrongly\n",
  ]);
  expect(stdout).toContain("1 lesson, 1 step: 1 passed");
  room.write({ "broken.md": `${broken}${fence("bash {timeoot=5s}", "touch ran")}` });
  const later = await check();
  expect([later.code, later.stderr]).toEqual([3, expect.stringContaining("Unknown key `timeoot`")]);
});

test("what a lesson ends by beside a failure that is known is news", () => {
  const place = { file: "old.md", line: 3, column: 1, offset: 0, endOffset: 4 };
  const about = { at: 0, lesson: "old", durationMs: 0 };
  const step = { step: "old-1", section: "Old", place, contentHash: "1", commands: 1, asserted: 0 };
  const lesson = { id: "old", path: "old.md", steps: 1 };
  const events: readonly RunEvent[] = [
    { type: "run-start", version: 1, runId: "1", at: 0, target: "none", lessons: [lesson] },
    { type: "lesson-start", at: 0, lesson: "old", path: "old.md", title: "Old" },
    { type: "step-end", ...about, ...step, verdict: { kind: "timeout", place, afterMs: 1 } },
    { type: "lesson-end", ...about, outcome: "failed", reason: "`proxy`, a background block, ended with status 1" },
  ];
  const told = (known: readonly Known[]) => {
    const view = new BaselineView(known, "known.json", () => "text");
    const outcomes = events.map((event) => view.accept(event)).filter(({ type }) => type === "lesson-end");
    return { outcomes, found: view.found };
  };
  const { found } = told([]);
  expect(found.map(({ kind }) => kind)).toEqual(["step", "lesson"]);
  expect(told(found.slice(0, 1)).outcomes).toEqual([events.at(-1)]);
  expect(told(found).outcomes).toMatchObject([{ outcome: "skipped" }]);
});

test("a cleanup that is known to fail", async () => {
  room.write({
    "old.md": `# Old\n\n${fence("bash", "echo a")}${fence("output", "a")}${fence("bash {cleanup}", "false")}`,
  });
  expect((await room.run(["test", "."])).code).toBe(1);
  await write();
  expect((await check()).code).toBe(0);
  room.write({
    "old.md": `# Old\n\n${fence("bash", "echo a")}${fence("output", "a")}${fence("bash {cleanup}", "exit 3")}`,
  });
  expect((await check()).code).toBe(1);
});

test.each([
  ["no such file", ["--baseline", "none.json"]],
  ["no baseline", ["--baseline", "old.md"]],
  ["a baseline of another version", ["--baseline", "later.json"]],
  ["nothing to write to", ["--baseline-write"]],
  ["with --fail-fast", ["--baseline", "known.json", "--fail-fast"]],
])("%s is refused", async (_what, args) => {
  room.write({ "old.md": OLD, "later.json": '{"version":2,"known":[]}' });
  const { code, stdout, stderr } = await room.run(["test", "old.md", ...args]);
  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toMatchSnapshot();
});

test("a folder of any Markdown is counted as one, and let in page by page", async () => {
  const blocks = (count: number, more: string) =>
    Array.from({ length: count }, (_, at) => `${fence("bash", `echo ${at}`)}${more.replaceAll("N", String(at))}`).join(
      "",
    );
  room.write({
    "docs/a.md": `# A\n\n${blocks(30, fence("output", "N"))}`,
    "docs/deep/b.md": `# B\n\n${blocks(171, "")}`,
    "docs/c.md": `# C\n\n${fence("console", ...Array.from({ length: 11 }, (_, at) => `$ echo ${at}\n${at}`))}`,
  });
  const { code, stdout } = await room.run(["test", "docs"]);
  expect([code, stdout.trimEnd().split("\n").at(-1)]).toEqual([
    0,
    "3 lessons, 202 steps: 202 passed, 0 failed, 0 skipped · asserted 41 of 212 commands · <duration>",
  ]);
});

test("the record of a run: versions, dates, target, verdicts", async () => {
  room.write({ "old.md": OLD });
  expect((await room.run(["test", "old.md", "--evidence", "run.json", "--jobs", "2"])).code).toBe(1);
  const record = JSON.parse(readFileSync(path.join(room.folder, "run.json"), "utf8"));
  expect(record).toMatchObject({
    format: "learn-istio-evidence",
    version: 1,
    program: { name: "learn-istio", node: process.version },
    tools: { bash: expect.stringContaining("bash"), kubectl: expect.stringMatching(/^v?\d/) },
    exitCode: 1,
    runs: [{ target: "none", interrupted: false, beganAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/) }],
  });
  const [lesson] = record.runs[0].lessons;
  expect(lesson).toMatchObject({
    id: "old",
    path: "old.md",
    outcome: "failed",
    sha256: expect.stringMatching(/^\w{64}$/),
  });
  expect(
    lesson.steps.map(({ id, line, outcome, verdict }: Record<string, unknown>) => [id, line, outcome, verdict]),
  ).toEqual([
    ["old-1", 3, "failed", "mismatch"],
    ["old-2", 11, "skipped", "skipped"],
    ["old-3", 15, "skipped", "skipped"],
  ]);
  expect(lesson.steps[1].reason).toBe("`old-1` failed");
  expect(existsSync(path.join(room.folder, "run.json"))).toBe(true);
});

test.each([
  ["a page that is written wrongly", ["bad.md"], 3],
  ["a selection of nothing", ["gone.md"], 2],
])("%s leaves no record of an earlier run", async (_what, args, exitCode) => {
  room.write({ "old.md": OLD, "bad.md": fence("Bash", "true") });
  await room.run(["test", "old.md", "--evidence", "run.json"]);
  expect((await room.run(["test", ...args, "--evidence", "run.json"])).code).toBe(exitCode);
  const record = JSON.parse(readFileSync(path.join(room.folder, "run.json"), "utf8"));
  expect(record).toMatchObject({ exitCode, runs: [] });
});

test("a record that cannot be written is told before anything runs", async () => {
  room.write({ "page.md": fence("bash", 'touch "$OLDPWD/ran"') });
  const { code, stdout } = await room.run(["test", "page.md", "--evidence", "gone/run.json"]);
  expect([code, stdout]).toEqual([4, ""]);
});

test("what is not proven is no news to a run that proves, and is not stale to one that does not", async () => {
  room.write({ "page.md": `# Page\n\n${fence("bash", "echo a b")}${fence("output", "<any> <any>")}` });
  expect((await room.run(["test", ".", "--prove"])).code).toBe(1);
  await room.run(["test", ".", "--prove", "--baseline", "known.json", "--baseline-write"]);
  expect((await room.run(["test", ".", "--prove", "--baseline", "known.json"])).code).toBe(0);
  expect((await check()).stderr).toBe("");
  await write();
  expect(recorded().map(({ what }) => what)).toEqual(["unproven"]);
});
