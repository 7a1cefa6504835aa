import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CliResult, type CliRoom, openCliRoom } from "../support/run-cli.ts";

const LESSON = `---
title: First
targets: [none]
---

# First

## Greet

\`\`\`bash {#greet}
echo hello
\`\`\`

\`\`\`output
hello
\`\`\`

## Checkpoint

<details>
<summary>Check: it is so</summary>

\`\`\`bash
true
\`\`\`

</details>
`;

const START = ["start", "lesson-01", "--target", "none", "--trust", "--yes"] as const;
let room: CliRoom;
let state: string;
beforeEach(() => {
  room = openCliRoom({ "lessons/lesson-01-first.md": LESSON, "lessons/course.yaml": "id: c\n" });
  state = path.resolve(room.folder, "../state/learn-istio/c");
});
afterEach(() => room.remove());

const second = (): string => path.join(room.folder, "lessons/lesson-02-x.md");

/** One sentence, an exit code, and no trace of our code. */
function refuses({ code, stdout, stderr }: CliResult, expected: number, sentence: RegExp | string): void {
  expect(`${stdout}${stderr}`).not.toMatch(/\n\s+at |This is a bug/);
  expect(stderr).toMatch(sentence);
  expect(code).toBe(expected);
}

const UNREADABLE: readonly { name: string; make: () => void; why: string }[] = [
  { name: "a folder", make: () => mkdirSync(second()), why: "it is a folder" },
  { name: "a link to nothing", make: () => symlinkSync("/nowhere", second()), why: "a link to nothing" },
  { name: "a device", make: () => symlinkSync("/dev/zero", second()), why: "it is a device or a pipe" },
];

test.each(UNREADABLE)("a lesson that is $name stops whoever wants it, nobody else", async ({ make, why }) => {
  make();
  for (const args of [["start", "lesson-02", "--target", "none"], ["lint"], ["test", "lessons/lesson-02-x.md"]]) {
    refuses(await room.run(args), 4, `lessons/lesson-02-x.md\` cannot be read: ${why}`.slice(0, 30));
  }
  expect((await room.run(["list"])).stdout.replaceAll(/\s+/g, " ")).toContain(why);
  expect((await room.run(START)).code).toBe(0);
});

const NOT_LESSONS: readonly { name: string; content: Buffer; finding: string }[] = [
  {
    name: "invalid UTF-8",
    content: Buffer.from("# a\n\xff\xfe\n", "latin1"),
    finding: "error LI034 Line 2 is not UTF-8",
  },
  { name: "binary", content: Buffer.from([0x7f, 0x45, 0, 1]), finding: "error LI034 Line 1 is not UTF-8" },
  {
    name: "50 MB",
    content: Buffer.alloc(50_000_000, "# a\n"),
    finding: "error LI035 The file has 48 MiB, expected at most 4",
  },
  { name: "bad YAML", content: Buffer.from("---\ntitle: [a\n---\n"), finding: "error LI027" },
];

test.each(NOT_LESSONS)("a lesson of $name is a finding", async ({ content, finding }) => {
  writeFileSync(second(), content);
  const linted = await room.run(["lint"]);
  expect(linted.stdout).toContain(finding);
  expect(linted.code).toBe(3);
  refuses(await room.run(["start", "lesson-02", "--target", "none", "--trust"]), 3, "is written wrongly");
  expect((await room.run(START)).code).toBe(0);
});

test.each(["id: [", "id: ../x", "- a", "vars: 3", "vars: [1]", "title: {a: 1}", "titel: x", "*a", "\0"])(
  "a course.yaml of %j",
  async (text) => {
    room.write({ "lessons/course.yaml": text });
    refuses(await room.run(["list"]), 3, /^learn-istio: `.*course.yaml`: .*\.\n {2}hint: .*\n$/);
  },
);

const WRONG_NAMES: readonly { args: readonly string[]; sentence: string }[] = [
  { args: ["start", "lesson-1"], sentence: "did you mean `lesson-01`?" },
  { args: ["start", "lesson-01#gret", "--target", "none"], sentence: "did you mean `greet`?" },
  { args: ["start", "lesson-01#nosuch", "--target", "none"], sentence: "its steps are `greet`, `checkpoint`" },
  { args: ["list", "--lessons", "lessons/lesson-01-first.md"], sentence: "is a file, expected a folder" },
  { args: ["lint", "lessons/lesson-01-first.md/x"], sentence: "There is no" },
  { args: ["lint", "x".repeat(5000)], sentence: "There is no `xxx" },
  { args: ["test", ""], sentence: "An empty path was named" },
];

test.each(WRONG_NAMES)("a name that is wrong: $sentence", async ({ args, sentence }) => {
  refuses(await room.run(args), 2, sentence);
});

test("evidence cut off anywhere is read, and what was whole before the cut stays", async () => {
  await room.run(START);
  const file = path.join(state, "none/evidence.jsonl");
  const whole = readFileSync(file);
  const header = whole.indexOf("\n") + 1;
  for (const share of [0, 0.31, 0.62, 0.93]) {
    const cut = header + Math.floor((whole.length - header) * share);
    writeFileSync(file, whole.subarray(0, cut));
    const result = await room.run(START);
    expect(result.code).toBe(0);
    const kept = whole.subarray(0, whole.lastIndexOf("\n", cut - 1) + 1);
    expect(readFileSync(file).subarray(0, kept.length).equals(kept)).toBe(true);
  }
});

test("evidence with a corrupt line, of a newer version, or no evidence at all", async () => {
  await room.run(START);
  const file = path.join(state, "none/evidence.jsonl");
  const lines = readFileSync(file, "utf8").split("\n");
  writeFileSync(file, lines.with(1, '{"type":gar').join("\n"));
  const corrupt = await room.run(START);
  expect(corrupt.code).toBe(0);
  expect(corrupt.stderr).toContain("evidence.jsonl:2 is not a record that this version knows; it was left as it is.");
  const newer = lines.join("\n").replace('"version":1', '"version":99');
  for (const [text, sentence] of [
    [newer, "found version 99, expected at most 1"],
    ["garbage\n", "is not the header"],
  ]) {
    writeFileSync(file, text ?? "");
    for (const args of [["status", "--target", "none"], START]) refuses(await room.run(args), 4, sentence ?? "");
    expect(readFileSync(file, "utf8")).toBe(text);
  }
});

test.each(["{", "null", '{"version":1,"target":3}', '{"version":1,"target":"../x"}'])(
  "settings of %j are left out, said, and kept aside",
  async (text) => {
    await room.run(START);
    writeFileSync(path.join(state, "settings.json"), text);
    const status = await room.run(["status"]);
    expect(status.stderr).toContain("cannot be read and is left out");
    expect(status.code).toBe(0);
    expect((await room.run([...START])).code).toBe(0);
    expect(readFileSync(path.join(state, "settings.json.unreadable"), "utf8")).toBe(text);
    expect((await room.run(["status"])).stderr).toBe("");
  },
);

test("a folder for settings, a torn session and a torn parse cache cost no progress", async () => {
  await room.run(START);
  rmSync(path.join(state, "settings.json"));
  mkdirSync(path.join(state, "settings.json"));
  writeFileSync(
    path.join(state, "none/session-lesson-01.json"),
    '{"version":1,"lesson":"lesson-01","state":{"source":"(((","lost":3}}',
  );
  const again = await room.run(START);
  expect(again.stdout.replaceAll(/\s+/g, " ")).toContain("cannot be read: it begins without the variables");
  expect(again.code).toBe(0);
  const cache = path.resolve(room.folder, "../cache");
  rmSync(cache, { recursive: true, force: true });
  writeFileSync(cache, "");
  expect((await room.run(["status", "--target", "none"])).stdout).toContain("completed");
});

test.each(["/proc/x", "/dev/full"])("a state folder of %s", async (folder) => {
  const env = { XDG_STATE_HOME: folder };
  refuses(await room.run(START, { env }), 4, `\`${folder}/learn-istio`);
  refuses(await room.run(["env", "--target", "none", "--trust"], { env }), 4, `\`${folder}`);
});

const MACHINES: readonly { name: string; args: readonly string[]; env: Record<string, string>; sentence: string }[] = [
  {
    name: "no TMPDIR",
    args: ["test", "lessons", "--target", "none"],
    // Below a file: nobody can make it, not even root.
    env: { TMPDIR: "/dev/null/nosuch" },
    sentence: "Set TMPDIR",
  },
  {
    name: "no PATH",
    args: ["test", "lessons", "--target", "none"],
    env: { PATH: "" },
    sentence: "could not start `bash`",
  },
  {
    name: "KUBECTL fails",
    args: ["sandbox", "start"],
    env: { KUBECTL: "/bin/false" },
    sentence: "does not run as kubectl",
  },
  {
    name: "KUBECTL is text",
    args: ["sandbox", "start"],
    env: { KUBECTL: "/etc/passwd" },
    sentence: "is not a program",
  },
];

test.each(MACHINES)("a machine where $name", async ({ args, env, sentence }) => {
  refuses(await room.run(args, { env }), 4, sentence);
});

test.each([
  ["an empty reporter", ["--reporter="], "`--reporter` has an empty name"],
  ["a comma alone", ["--reporter", ","], "`--reporter` has an empty name"],
  ["a comma at the end", ["--reporter", "pretty,"], "`--reporter` has an empty name"],
  ["a reporter without its file", ["--reporter", "json="], "`--reporter json=` names no file"],
  ["a variable without a value", ["--var", "foo"], "`--var foo` is not `NAME=value`"],
  ["a variable without a name", ["--var", "=foo"], "`--var =foo` is not `NAME=value`"],
])("%s is wrong usage, and nothing runs", async (_what, flags, sentence) => {
  const result = await room.run(["test", "lessons", "--target", "none", ...flags]);
  refuses(result, 2, sentence);
  expect(result.stdout).toBe("");
});

test("`start` and others refuse a variable without a value before they ask anything", async () => {
  refuses(await room.run(["start", "lesson-01", "--target", "none", "--var", "foo"]), 2, "`--var foo` is not");
});

test("without a folder for temporary files nothing begins", async () => {
  const result = await room.run(["test", "lessons", "--target", "none"], { env: { TMPDIR: "/nowhere" } });
  refuses(result, 4, "`/nowhere`");
  expect(result.stdout).toBe("");
});
