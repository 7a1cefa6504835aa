import { readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { REPORTERS } from "../../src/report/index.ts";
import { jsonErrors, junitErrors, readTap } from "../support/report-formats.ts";
import { type CliRoom, normalise, openCliRoom } from "../support/run-cli.ts";

let room: CliRoom;
beforeEach(() => {
  room = openCliRoom();
});
afterEach(() => room.remove());

const NAMES = Object.keys(REPORTERS);
const fence = (info: string, ...lines: readonly string[]): string =>
  [`\`\`\`${info}`, ...lines, "```", "", ""].join("\n");
const check = (title: string, keys: string, ...parts: readonly string[]): string =>
  `<details>\n<summary>Check: ${title}</summary>\n\n<!-- li: ${keys} -->\n${parts.join("")}</details>\n\n`;
const page = (...parts: readonly string[]): string => `# Demo\n\n${parts.join("")}`;

/** One page for each way to fail, and what `test` says in its exit code. */
const PAGES: Readonly<Record<string, { readonly text: string; readonly code: number }>> = {
  mismatch: {
    text: page(fence("bash", "echo one"), fence("output", "two"), fence("bash", "echo later")),
    code: 1,
  },
  "wrong-exit": { text: page(fence("bash", "x=1", "ls /no/such/folder 2>/dev/null", "echo never")), code: 1 },
  "syntax-error": { text: page(fence("bash", "if true; then")), code: 1 },
  timeout: { text: page(fence("bash {timeout=200ms}", "read -r _ < <(sleep 30)")), code: 1 },
  "session-died": { text: page(fence("bash", "exit 3"), fence("bash", "echo later")), code: 1 },
  "check-failed": {
    text: page(
      fence("bash", "echo 1 > replicas"),
      check(
        "there are three replicas",
        "within=200ms every=50ms",
        fence("bash", "cat replicas"),
        fence("output", "3"),
        fence("bash", "echo 'the file says one'"),
      ),
    ),
    code: 1,
  },
  "background-ended": {
    text: page(fence('bash {background=web ready="port 9"}', "echo 'port is taken'; exit 4")),
    code: 1,
  },
  "lint-finding": { text: page(fence("bash {timeot=5s}", "touch ran"), fence("bash", "sleep 1")), code: 3 },
  skipped: { text: page(fence('bash {skip="needs # a | person"}', "echo one"), fence("bash", "true")), code: 0 },
  "nothing-to-run": { text: page("Prose.\n"), code: 2 },
  passed: {
    text: page(
      fence("bash", "echo one"),
      fence("output", "one"),
      check("it is so", "within=1s", fence("bash", "true")),
    ),
    code: 0,
  },
};

test.each(Object.entries(PAGES))("%s, in every reporter", async (name, { text, code }) => {
  room.write({ "demo.md": text });
  const reporter = NAMES.map((one) => `${one}=${one}.out`).join(",");
  const ran = await room.run(["test", "demo.md", "--reporter", reporter]);
  const reports = Object.fromEntries(NAMES.map((one) => [one, read(`${one}.out`)]));
  const parts = Object.entries(reports).map(([one, report]) => `==== ${one}\n${masked(report, one)}`);
  await expect(parts.join("\n")).toMatchFileSnapshot(`reports/${name}.txt`);
  expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code, stdout: "" });
  expect(await junitErrors(reports.junit ?? "")).toEqual([]);
  expect(jsonErrors(reports.json ?? "")).toEqual([]);
  const { ok, strange } = readTap(reports.tap ?? "");
  expect({ ok, strange }).toEqual({ ok: code === 0, strange: [] });
  // Whoever reads one of the others alone comes to the same verdict.
  expect(/<(?:failure|error) /.test(reports.junit ?? "")).toBe(code !== 0);
  expect(/^::error /m.test(reports.github ?? "")).toBe(code !== 0);
  expect(reports.summary?.startsWith("## learn-istio test: 0 failed") || !/ 0 failed/.test(reports.summary ?? "")).toBe(
    code !== 0,
  );
  expect("isError" in JSON.parse(reports.badge ?? "")).toBe(code !== 0);
});

test("under proof the lines are as the schema says, and a weak assertion fails in every report", async () => {
  room.write({ "demo.md": page(fence("bash", "echo one"), fence("output", "<any>")) });
  const { code } = await room.run(["test", "demo.md", "--prove", "--reporter", "json=run.jsonl,junit=run.xml"]);
  expect({ code, errors: jsonErrors(read("run.jsonl")) }).toEqual({ code: 1, errors: [] });
  expect(read("run.xml")).toContain('<failure type="unproven"');
});

test("one reporter goes to stdout, named so or not; others to their files", async () => {
  room.write({ "demo.md": PAGES.passed?.text ?? "" });
  const tap = await room.run(["test", "demo.md", "--reporter", "tap=-", "--reporter", "badge=b.json"]);
  expect(readTap(tap.stdout).ok).toBe(true);
  expect(JSON.parse(read("b.json"))).toEqual({
    ...{ schemaVersion: 1, label: "verified", message: "1 lesson", color: "brightgreen" },
  });
});

test.each([
  [["tap", "junit=-"], "Two reporters would write to stdout.", "Give all but one a file: `--reporter json=run.json`."],
  [["tap=x", "junit=x"], "Two reporters would write to `x`.", "Give each a file of its own."],
])("%j is wrong usage", async (names, message, hint) => {
  const { stderr, code } = await room.run(["test", ".", ...names.flatMap((name) => ["--reporter", name])]);
  expect({ stderr, code }).toEqual({ stderr: `learn-istio: ${message}\n  hint: ${hint}\n`, code: 2 });
});

test("a report of an earlier run is not taken for this one's", async () => {
  room.write({ "run.xml": "<testsuites/>" });
  const { code } = await room.run(["test", "gone.md", "--reporter", "junit=run.xml"]);
  expect(code).toBe(2);
  expect(await junitErrors(read("run.xml"))).toEqual([]);
  expect(read("run.xml")).toContain('<error type="usage" message="There is no `gone.md`.');
});

test("a machine that refuses is a failure in the report too", async () => {
  room.write({ "demo.md": PAGES.passed?.text ?? "" });
  const env = { TMPDIR: path.join(room.folder, "gone") };
  const { code } = await room.run(["test", "demo.md", "--reporter", "junit=run.xml,tap=run.tap"], { env });
  expect(code).toBe(4);
  expect(read("run.xml")).toContain('<error type="environment"');
  expect(readTap(read("run.tap")).ok).toBe(false);
});

test("a report that cannot be written whole ends the command with 4", async () => {
  room.write({ "demo.md": PAGES.passed?.text ?? "" });
  const { stderr, code } = await room.run(["test", "demo.md", "--reporter", "junit=/dev/full"]);
  expect({ stderr, code }).toEqual({
    stderr: "learn-istio: `/dev/full` cannot be written (ENOSPC).\n  hint: Name another file.\n",
    code: 4,
  });
});

test("Ctrl-C: every report says that the run was interrupted", async () => {
  room.write({ "demo.md": page(fence("bash", "kill -INT $PPID", "read -r _ < <(sleep 30)"), fence("bash", "echo x")) });
  const { code } = await room.run(["test", "demo.md", "--reporter", "junit=run.xml,tap=run.tap,badge=b.json"]);
  expect(code).toBe(130);
  expect(await junitErrors(read("run.xml"))).toEqual([]);
  expect(read("run.xml")).toContain('<error type="interrupted"');
  expect(read("run.xml")).toContain('<skipped message="interrupted"/>');
  expect(readTap(read("run.tap"))).toMatchObject({ ok: false, skipped: ["demo-2"], strange: [] });
  expect(JSON.parse(read("b.json"))).toMatchObject({ color: "red" });
});

test("the job's summary is added to what other commands wrote; GitHub's paths begin at the checkout", async () => {
  room.write({ "docs/demo.md": PAGES.mismatch?.text ?? "", "summary.md": "before\n" });
  const summary = path.join(room.folder, "summary.md");
  const env = { GITHUB_STEP_SUMMARY: summary, GITHUB_WORKSPACE: path.dirname(room.folder) };
  const { stdout } = await room.run(["test", "docs", "--reporter", `github,summary=${summary}`], { env });
  expect(read("summary.md")).toMatch(/^before\n## learn-istio test: 0 passed, 1 failed, 1 skipped\n/);
  expect(stdout).toContain("::error file=work/docs/demo.md,line=8,col=1,title=docs/demo#demo-1::The output");
});

test("what a lesson prints gives GitHub no orders", async () => {
  const evil = "::error file=x::%0Aowned\\n  ::add-mask::x\\n##[error]y\\n";
  room.write({ "demo.md": page(fence("bash", `printf '${evil}'`), fence("output", "no")) });
  const { stdout } = await room.run(["test", "demo.md", "--reporter", "github"]);
  const token = /^::stop-commands::(\w{32})$/m.exec(stdout)?.[1];
  const [before = "", rest = ""] = stdout.split(`::stop-commands::${token}\n`);
  const [, after = ""] = rest.split(`\n::${token}::\n`);
  const orders = `${before}\n${after}`.split("\n").filter((line) => /^\s*::|##\[/.test(line));
  expect(orders.map((line) => /^::\w+/.exec(line)?.[0])).toEqual(["::group", "::endgroup", "::error"]);
});

function read(file: string): string {
  return readFileSync(path.join(room.folder, file), "utf8");
}

/** What differs from run to run, named. How output is cut into events is the pipe's matter. */
function masked(text: string, reporter: string): string {
  const lines = reporter === "json" ? text.split("\n").filter((line) => !line.startsWith('{"type":"output"')) : [text];
  return normalise(lines.join("\n"), path.dirname(room.folder))
    .replaceAll(/(time)="[\d.]+"/g, '$1="<seconds>"')
    .replaceAll(/timestamp="[^"]+"/g, 'timestamp="<time>"')
    .replaceAll(/("?(?:duration_ms|durationMs|at|tries|afterMs)"?: ?)[\d.]+/g, "$1<number>")
    .replaceAll(/\b\d+ms\b/g, "<duration>")
    .replaceAll(/\b\d+ tr(?:y|ies)\b/g, "<number> tries")
    .replaceAll(/"runId":"\w+"/g, '"runId":"<id>"')
    .replaceAll(/::[0-9a-f]{32}\b/g, "::<token>")
    .replaceAll(/\{"type":"check-waiting".*\n/g, "")
    .replaceAll(/(learn-istio(?:" value="|: | ))\d+\.\d+\.\d+[^"\s]*/g, "$1<version>")
    .replaceAll(process.version, "<node>")
    .replaceAll(`${process.platform} ${process.arch}`, "<os>");
}
