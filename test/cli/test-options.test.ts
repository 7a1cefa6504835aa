import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RunEvent } from "../../src/run/index.ts";
import { lessonText as lesson } from "../support/lesson-text.ts";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";
import { startCli } from "../support/start-cli.ts";

let room: CliRoom;
beforeEach(() => {
  room = openCliRoom();
});
afterEach(() => room.remove());

/** A course in `lessons/`, by ids. */
function write(lessons: Readonly<Record<string, string>>): void {
  for (const [id, text] of Object.entries(lessons)) room.write({ [`lessons/${id}-x.md`]: text });
}

async function run(...args: readonly string[]) {
  return room.run(["test", "--target", "none", ...args]);
}

/** The events of a run, without what differs from run to run. */
async function events(
  ...args: readonly string[]
): Promise<{ code: number | null; events: RunEvent[]; stderr: string }> {
  const { stdout, stderr, code } = await run("--reporter", "json", ...args);
  const lines = stdout.split("\n").filter((line) => line !== "");
  return { code, stderr, events: lines.map((line) => JSON.parse(line) as RunEvent) };
}

function timeless(events: readonly RunEvent[]): unknown[] {
  return events.map((event) => ({ ...event, at: 0, durationMs: 0, runId: "" }));
}

/** `lesson-01 one pass` for each step that ended, in the order of the report. */
function steps(events: readonly RunEvent[]): string[] {
  return events.flatMap((event) => {
    if (event.type === "cleanup-end") return [`${event.lesson} cleanup ${event.verdict.kind}`];
    if (event.type !== "step-end") return [];
    return [`${event.lesson} ${event.step} ${event.verdict.kind}${event.prerequisite ? " (prerequisite)" : ""}`];
  });
}

/** Waits until the other lessons got there too: passes only where so many run at the same time. */
const meet = (name: string, count: number): string =>
  `touch ${"$"}MEETING/${name}; until [ $(ls ${"$"}MEETING | wc -l) -ge ${count} ]; do sleep 0.02; done`;

describe("--jobs", () => {
  const tower = {
    "lesson-01": lesson("Root", { steps: ["echo root; touch root"], cleanup: "rm root" }),
    "lesson-02": lesson("Second", { requires: ["lesson-01"], steps: ["ls root", "echo two"], cleanup: "echo bye 2" }),
    "lesson-03": lesson("Third", { requires: ["lesson-01"], steps: ["ls root", "false", "echo never"] }),
    "lesson-04": lesson("Fourth", { requires: ["lesson-03"], steps: ["ls root"] }),
    "lesson-05": lesson("Alone", { steps: ["test ! -e root"], cleanup: "false" }),
    "lesson-06": lesson("Sixth", { requires: ["lesson-01"], steps: ["ls root"], cleanup: "ls root" }),
    "lesson-07": lesson("Elsewhere", { targets: "live" }),
    "lesson-08": lesson("Eighth", { requires: ["lesson-02"], steps: ["ls root"], cleanup: "ls root" }),
  };

  test.each([[], ["--keep-going"], ["--fail-fast"]])("tells the same as one job does %j", async (...flags) => {
    write(tower);
    const alone = await events(...flags);
    expect(steps(alone.events)).toMatchSnapshot();
    for (const jobs of ["2", "3", "8"]) {
      const beside = await events(...flags, "--jobs", jobs);
      expect(timeless(beside.events)).toEqual(timeless(alone.events));
      expect(beside.code).toBe(1);
    }
  });

  test("runs lessons at the same time", async () => {
    room.write({ "meeting/.keep": "" });
    const vars = `{MEETING: ${path.join(room.folder, "meeting")}}`;
    write({
      "lesson-01": lesson("A", { vars, steps: [meet("a", 2)] }),
      "lesson-02": lesson("B", { vars, steps: [meet("b", 2)] }),
    });
    expect((await run("--jobs", "2")).code).toBe(0);
  });

  test("a requirement that fails only where it prepares is told, and fails the run", async () => {
    room.write({ "seen/.keep": "" });
    const vars = `{SEEN: ${path.join(room.folder, "seen")}}`;
    // Passes for whoever comes first.
    write({
      "lesson-01": lesson("Root", { vars, steps: ["mkdir $SEEN/once"] }),
      "lesson-02": lesson("Second", { requires: ["lesson-01"], steps: ["echo 2", "echo 2", "echo 2"] }),
      "lesson-03": lesson("Third", { requires: ["lesson-01"], steps: ["echo 3", "echo 3", "echo 3"] }),
    });
    const { code, events: told } = await events("--jobs", "2");
    expect(code).toBe(1);
    const verdicts = steps(told);
    expect(verdicts.filter((line) => line === "lesson-01 one wrong-exit")).toHaveLength(1);
  });

  test("a cleanup that fails only where it prepares is told, and fails the run", async () => {
    room.write({ "seen/.keep": "" });
    const vars = `{SEEN: ${path.join(room.folder, "seen")}}`;
    const three = ["echo", "echo", "echo"];
    // The job of lesson-02 ends first: it waits for nobody.
    write({
      "lesson-01": lesson("Root", { vars, steps: ["true"], cleanup: "[ -e $SEEN/last ]" }),
      "lesson-02": lesson("Second", { requires: ["lesson-01"], steps: three }),
      "lesson-03": lesson("Third", {
        requires: ["lesson-01"],
        vars,
        steps: [...three, "touch $SEEN/last"],
        cleanup: "true",
      }),
    });
    const { code, events: told } = await events("--jobs", "2", "--keep-going");
    const cleanups = steps(told).filter((line) => line.startsWith("lesson-01 cleanup"));
    // Where the machine is slow both find the mark: then there is nothing to tell.
    expect([["lesson-01 cleanup pass"], ["lesson-01 cleanup pass", "lesson-01 cleanup wrong-exit"]]).toContainEqual(
      cleanups,
    );
    expect(code).toBe(cleanups.length - 1);
  });

  test("what waits for its turn may be much", async () => {
    const vars = `{DONE: ${path.join(room.folder, "done")}}`;
    write({
      "lesson-01": lesson("A", { vars, steps: ["until [ -e $DONE ]; do sleep 0.02; done", "echo a"] }),
      "lesson-02": lesson("B", { vars, steps: ["seq 400000", "touch $DONE"] }),
    });
    const { code, events: told } = await events("--jobs", "2");
    const text = told.flatMap((event) => (event.type === "output" && event.lesson === "lesson-02" ? [event.text] : []));
    expect([code, text.join("").trimEnd().split("\n").length]).toEqual([0, 400_000]);
    expect(told.findLastIndex((event) => "lesson" in event && event.lesson === "lesson-01")).toBeLessThan(
      told.findIndex((event) => "lesson" in event && event.lesson === "lesson-02"),
    );
  });

  test("each sandbox of a run goes away with it, whether its lesson passed or not", async () => {
    room.write({ "tmp/.keep": "" });
    write({
      "lesson-01": lesson("A", {
        targets: "sandbox",
        steps: ["kind create cluster --name $CLUSTER", "kubectl create ns a"],
      }),
      "lesson-02": lesson("B", { targets: "sandbox", steps: ["kind get clusters 2>&1", "false"] }),
    });
    const { code, stdout } = await room.run(["test", "--jobs", "2"], {
      env: { TMPDIR: path.join(room.folder, "tmp") },
    });
    expect([code, stdout]).toEqual([1, expect.stringContaining("4 passed, 1 failed, 1 skipped")]);
    expect(readdirSync(path.join(room.folder, "tmp"))).toEqual([".keep"]);
  });

  test("Ctrl-C ends all of them, each cleans up, and nothing is left", async () => {
    room.write({ "tmp/.keep": "", "seen/.keep": "" });
    const seen = path.join(room.folder, "seen");
    const vars = `{SEEN: ${seen}}`;
    const work = (id: string) => ({
      vars,
      targets: "sandbox",
      steps: [`touch $SEEN/${id}; until [ -e $SEEN/a ] && [ -e $SEEN/b ]; do sleep 0.02; done; echo here; sleep 60`],
      cleanup: `touch $SEEN/${id}-cleaned`,
    });
    write({
      "lesson-01": lesson("A", work("a")),
      "lesson-02": lesson("B", work("b")),
      "lesson-03": lesson("C", work("c")),
    });
    const inTemporary = { ...room, env: { ...room.env, TMPDIR: path.join(room.folder, "tmp") } };
    const cli = startCli(inTemporary, "test", "--jobs", "2", "--reporter", "json");
    await cli.until("here\\n");
    cli.interrupt();
    expect(await cli.ended).toBe(130);
    expect(readdirSync(seen).sort()).toEqual([".keep", "a", "a-cleaned", "b", "b-cleaned"]);
    expect(readdirSync(path.join(room.folder, "tmp"))).toEqual([".keep"]);
  });
});

describe("--shard", () => {
  test("each lesson is in exactly one shard, and an empty shard passes and says so", async () => {
    const ids = ["lesson-01", "lesson-02", "lesson-03", "lesson-04", "lesson-05"];
    write(Object.fromEntries(ids.map((id) => [id, lesson(id)])));
    const parts = await Promise.all(["1/2", "2/2"].map((shard) => events("--shard", shard)));
    const found = parts.map(({ events: told }) => steps(told).filter((line) => line.includes("one")));
    expect(found.map((one) => one.length)).toEqual([3, 2]);
    expect(found.flat().sort()).toEqual(ids.map((id) => `${id} one pass`));
    const { code, stdout } = await run("--shard", "6/6");
    expect(code).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "0 lessons without a cluster
        note  shard 6/6 is empty: the other shards have all that was asked for

      0 lessons, 0 steps: 0 passed, 0 failed, 0 skipped · asserted 0 of 0 commands · <duration>
      "
    `);
  });

  test("what a shard builds on runs in it too", async () => {
    write({ "lesson-01": lesson("A"), "lesson-02": lesson("B", { requires: ["lesson-01"] }) });
    const { events: told } = await events("--shard", "2/2");
    expect(
      told.flatMap((event) => (event.type === "lesson-start" ? [[event.lesson, event.prerequisite]] : [])),
    ).toEqual([
      ["lesson-01", true],
      ["lesson-02", undefined],
    ]);
  });
});

describe("--grep and --from", () => {
  beforeEach(() =>
    write({
      "lesson-01": lesson("Ground", { steps: ["x=1", "echo two $x", "echo three"] }),
      "lesson-02": lesson("Roof", { steps: ["echo a", "echo b"] }),
    }),
  );

  test.each([
    ["a lesson's title, whatever its case", ["--grep", "gROUND"]],
    ["a lesson's id", ["--grep", "lesson-02"]],
    ["a step's id", ["--grep", "two"]],
    ["a step of one lesson", ["--grep", "lesson-01#two"]],
    ["a pattern", ["--grep", "/^(three|Roof)$/"]],
    ["from a step", ["--from", "lesson-01#three"]],
    ["from a step whose name is clear", ["--from", "three"]],
    ["from a checkpoint", ["--from", "lesson-02#checkpoint"]],
  ])("%s", async (_what, args) => {
    const { code, events: told } = await events(...args);
    expect({ code, steps: steps(told) }).toMatchSnapshot();
  });

  test("a step that is only built on and fails, fails the run", async () => {
    write({ "lesson-01": lesson("Ground", { steps: ["false", "echo two"] }) });
    const { code, events: told } = await events("--grep", "lesson-01#two");
    expect([code, steps(told)[0]]).toEqual([1, "lesson-01 one wrong-exit (prerequisite)"]);
  });

  test("people are told what runs without having been asked for", async () => {
    expect((await run("--grep", "lesson-01#two")).stdout).toMatchInlineSnapshot(`
      "1 lesson without a cluster

      Ground  lessons/lesson-01-x.md
        note  not asked for: \`one\` runs because a step that was asked for builds on it
        pass  one  <duration>
        pass  two  <duration>
        skip  2 steps: \`--grep lesson-01#two\` does not ask for it

      1 lesson, 4 steps: 2 passed, 0 failed, 2 skipped · asserted 0 of 2 commands · <duration>
      "
    `);
  });

  test.each([
    [["--grep", "nowhere"]],
    [["--grep", ""]],
    [["--grep", "/(/"]],
    [["--from", "two", "--grep", "two"]],
    [["--from", "one"]],
    [["--from", "lesson-03#one"]],
    [["--shard", "3/2"]],
    [["--shard", "0/2"]],
    [["--shard", "half"]],
    [["--jobs", "0"]],
    [["--jobs", "many"]],
    [["--matrix", "X=1,2"]],
    [["--matrix", "X"]],
  ])("%j is refused", async (args) => {
    const { code, stdout, stderr } = await run(...args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr.slice(stderr.lastIndexOf("learn-istio:"))).toMatchSnapshot();
  });
});

describe("--matrix", () => {
  const vars = "{SIZE: small, COLOUR: red}";

  test("one run for each combination, each with its values", async () => {
    write({ "lesson-01": lesson("A", { vars, steps: ['echo "$SIZE $COLOUR"; [ "$SIZE $COLOUR" != "big blue" ]'] }) });
    const { code, events: told } = await events("--matrix", "SIZE=small,big", "--matrix", "COLOUR=red,blue");
    expect(code).toBe(1);
    expect(told.flatMap((event) => (event.type === "run-start" ? [event.variables] : []))).toEqual([
      { SIZE: "small", COLOUR: "red" },
      { SIZE: "small", COLOUR: "blue" },
      { SIZE: "big", COLOUR: "red" },
      { SIZE: "big", COLOUR: "blue" },
    ]);
    expect(
      steps(told)
        .filter((line) => line.includes("one"))
        .map((line) => line.split(" ")[2]),
    ).toEqual(["pass", "pass", "pass", "wrong-exit"]);
    expect((await run("--matrix", "SIZE=small,big")).stdout).toContain("note  with SIZE=big");
  });

  test("each run has names of its own in every report", async () => {
    write({ "lesson-01": lesson("A", { vars, steps: ["true"] }) });
    const files = ["junit=r.xml", "tap=r.tap", "summary=r.md"];
    const { stdout } = await run("--matrix", "SIZE=small,big", "--reporter", `${files.join(",")},github`);
    const [xml = "", tap = "", md = ""] = files.map((one) =>
      readFileSync(path.join(room.folder, one.split("=")[1] ?? ""), "utf8"),
    );
    for (const size of ["small", "big"]) {
      expect(xml).toContain(`<testsuite name="A [SIZE=${size}]"`);
      expect(xml).toContain(`<testcase name="one" classname="lesson-01 [SIZE=${size}]"`);
      expect(tap).toContain(`# Subtest: A [SIZE=${size}] (`);
      expect(md).toContain(`A \\[SIZE=${size}\\] `);
    }
    // What is said of the run stands in no lesson's group.
    expect(stdout).not.toContain("::group::After the lesson\n");
  });

  test.each([
    [["--matrix", "SIZE=a,a"]],
    [["--matrix", "SIZE=a,"]],
    [["--matrix", "SIZE=a", "--matrix", "SIZE=b"]],
    [["--var", "SIZE=a", "--matrix", "SIZE=b"]],
    [["--matrix", "SIZ=a,b"]],
  ])("%j is refused", async (args) => {
    write({ "lesson-01": lesson("A", { vars }) });
    const { code, stdout, stderr } = await run(...args);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr.slice(stderr.lastIndexOf("learn-istio:"))).toMatchSnapshot();
  });
});

describe("what was not meant", () => {
  test("`--var` with a name that no lesson declares; a page declares nothing, and gets it", async () => {
    write({ "lesson-01": lesson("One", { vars: "{VERSION: one}", steps: ["echo $VERSION"] }) });
    room.write({ "page.md": '```bash\ntest "$VERSOIN" = two\n```\n' });
    const { code, stderr, stdout } = await run("--var", "VERSOIN=two");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(
      "learn-istio: No lesson here declares the variable `VERSOIN` of `--var`, so it would change nothing.\n  hint: did you mean `VERSION`?\n",
    );
    expect((await run("page.md", "--var", "VERSOIN=two")).code).toBe(0);
  });

  test.each(["test", "lint"])("`%s` without a name, where there are no lessons", async (command) => {
    const { code, stderr } = await room.run([command]);
    expect([code, stderr]).toEqual([
      2,
      "learn-istio: There are no lessons here.\n  hint: Name Markdown files or folders; or, of the course that came along, lesson ids such as `lesson-01`.\n",
    ]);
    room.write({ "README.md": "```console\n$ echo one\none\n```\n" });
    expect((await room.run([command])).stderr).toContain("Name what is meant: `README.md`, or `.` for all");
    expect((await room.run([command, "README.md"])).code).toBe(0);
  });
});

test("a page with nothing to run is skipped, and a check that was left out has its reason in each report", async () => {
  const check = '<details>\n<summary>Check: never</summary>\n\n```bash {if="false"}\nfalse\n```\n\n</details>\n';
  const other = "<details>\n<summary>Check: always</summary>\n\n```bash\ntrue\n```\n\n</details>\n";
  room.write({
    "prose.md": "# Prose\n\nNothing.\n",
    "page.md": `# Page\n\n\`\`\`bash\ntrue\n\`\`\`\n\n${check}\n${other}`,
  });
  const files = ["junit=r.xml", "tap=r.tap", "summary=r.txt", "json=r.jsonl"];
  expect((await run(".", "--reporter", files.join(","))).code).toBe(0);
  const read = (name: string): string => readFileSync(path.join(room.folder, name), "utf8");
  expect(read("r.xml")).toContain('not checked: never: `if="false"` ended with status 1, not 0');
  expect(read("r.tap")).toContain('reason: "`if=\\"false\\"` ended with status 1, not 0"');
  expect(read("r.txt")).toContain('`page#page-1`: never: `if="false"` ended with status 1, not 0');
  const ends = read("r.jsonl")
    .split("\n")
    .filter((line) => line.includes('"lesson-end"'));
  expect(ends.map((line) => JSON.parse(line)).map(({ lesson, outcome }) => [lesson, outcome])).toEqual([
    ["page", "passed"],
    ["prose", "skipped"],
  ]);
});

test("values of course.yaml are taken as they are written", async () => {
  room.write({ "lessons/course.yaml": "vars:\n  VERSION: 1.30\n  CODE: 007\n" });
  write({ "lesson-01": lesson("One", { steps: ['test "$VERSION $CODE" = "1.30 007"'] }) });
  expect((await run()).code).toBe(0);
});

test("`--prove` tells every weak step, those of the lessons that build on it too", async () => {
  const weak = (text: string): string =>
    text.replace(/```\n\n## Checkpoint/, "```\n\n```output\n<any> <any>\n```\n\n## Checkpoint");
  write({
    "lesson-01": weak(lesson("One", { steps: ["echo a b"] })),
    "lesson-02": weak(lesson("Two", { requires: ["lesson-01"], steps: ["echo c d"] })),
  });
  const { code, events: told } = await events("--prove");
  expect([code, steps(told)]).toEqual([
    1,
    [
      "lesson-01 one unproven",
      "lesson-01 checkpoint unproven",
      "lesson-02 one unproven",
      "lesson-02 checkpoint unproven",
    ],
  ]);
  const first = await events("--prove", "--fail-fast");
  expect(steps(first.events).filter((line) => line.endsWith("unproven"))).toEqual(["lesson-01 one unproven"]);
});

test("`--strict-cleanup` where there is no cluster to compare", async () => {
  write({ "lesson-01": lesson("One") });
  expect(await run("--strict-cleanup")).toMatchObject({ code: 2, stdout: "" });
});
