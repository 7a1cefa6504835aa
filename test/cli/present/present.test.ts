import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { columnsOf } from "../../../src/text/index.ts";
import { openPty, PTY_MISSING } from "../../support/pty.ts";
import { type CliRoom, openCliRoom } from "../../support/run-cli.ts";
import { startCli } from "../../support/start-cli.ts";

const LESSON = `---
title: Doors
summary: What a door is for.
minutes: 5
targets: [none]
vars:
  BROKEN: ""
---

# Doors

A door opens.

## Open it

\`\`\`bash {#open}
echo "it is $((1 + 1)) doors"; WORD=later
\`\`\`

\`\`\`output
it is 2 doors
\`\`\`

Both opened.

## Break it

\`\`\`bash {#break}
test -z "$BROKEN" && echo "number $((40 + 2))"
\`\`\`

\`\`\`output
number <int>
\`\`\`

<details>
<summary>Hint: what is broken</summary>

Look at the hinge.

</details>

## Your turn

Shut it.

<details>
<summary>Check: it is shut</summary>

\`\`\`bash {within=100ms every=50ms}
test -f shut
\`\`\`

</details>

<details>
<summary>Solution</summary>

\`\`\`bash
touch shut
\`\`\`

</details>

## Checkpoint

<details>
<summary>Check: it is shut still</summary>

\`\`\`bash {within=100ms every=50ms}
test -f shut
\`\`\`

</details>

## Clean up

\`\`\`bash {cleanup}
rm -f shut
\`\`\`
`;

const NOTES = "Bring a door.\n\n## #break\n\nPause here.\n";

let room: CliRoom;
beforeEach(() => {
  room = openCliRoom({ "lessons/lesson-01-doors.md": LESSON, "lessons/lesson-01.notes.md": NOTES });
});
afterEach(() => room.remove());

const PRESENT = ["present", "--target", "none", "--trust"];

/** The folder of the presenter's state. */
function presenterFolder(): string {
  const state = path.join(room.env.XDG_STATE_HOME ?? "", "learn-istio");
  const name = readdirSync(state).find((one) => one.endsWith(".present"));
  return path.join(state, name ?? "none");
}

describe.skipIf(PTY_MISSING !== undefined)("a room sees", () => {
  test("one idea at a time; a command runs when it was seen, and stays seen", async () => {
    const pty = openPty(room, [...PRESENT, "lesson-01"], { env: { LANG: "C.UTF-8" } });
    const first = await pty.until("Enter next");
    expect(first).toContain("███");
    expect(first).toContain("Ctrl and +");
    pty.press(" ");
    expect(await pty.until("Enter next")).toContain("A door opens.");
    pty.press("\r");
    const command = await pty.until("Enter run");
    expect(command).toContain("echo");
    expect(command).not.toContain("it is 2 doors");
    // A screen has 24 rows: so many line ends push what was there out of sight.
    expect(command.split("\n").length).toBeGreaterThanOrEqual(24);
    pty.press("\r");
    expect(await pty.until("Enter next")).toContain("it is 2 doors");
    pty.press("\r");
    expect(await pty.until("Enter next")).toContain("Both opened.");
    // Back does not run or undo anything; what it printed is there.
    pty.press("b");
    expect(await pty.until("Enter next")).toMatch(/It ran at \d\d:\d\d; nothing is undone.\s+it is 2 doors/);
    pty.press("q");
    expect(await pty.until("goes on here.")).toContain("lesson-01#open");
    expect(await pty.ended).toBe(0);
  });

  test("when a command fails, what it prints when it works, and whose that is", async () => {
    const recorded = await room.run([...PRESENT, "--record", "lesson-01"]);
    expect(recorded.stderr).toContain("3 commands of lesson-01");
    expect(recorded.code).toBe(0);
    const file = path.join(presenterFolder(), "recordings", "lesson-01.json");
    // Whatever a command printed, only its words reach a terminal.
    writeFileSync(file, readFileSync(file, "utf8").replace("number 42", "\\u001b[2J\\u001b]0;title\\u0007number 42"));
    const pty = openPty(room, [...PRESENT, "--var", "BROKEN=1", "lesson-01#break"], { env: { LANG: "C.UTF-8" } });
    await pty.until("Enter run");
    pty.press("\r");
    const failed = await pty.until("Enter what it prints when it works");
    expect(failed).toContain("not passed");
    expect(failed).not.toContain("number 42");
    pty.press("\r");
    const shown = await pty.until("Enter next");
    expect(shown).toMatch(/Recorded, \d{4}-\d\d-\d\d, on none/);
    expect(shown).toContain("number 42");
    expect(pty.bytes).not.toContain("\x1b[2J");
    expect(pty.bytes).not.toContain("\x1b]0;");
    // On from there, without it having run.
    pty.press("\r");
    expect(await pty.until("Enter next")).toContain("Shut it.");
    pty.press("q");
    expect(await pty.ended).toBe(0);
  });

  test("the page's output where the command was edited since it was recorded", async () => {
    expect((await room.run([...PRESENT, "--record", "lesson-01"])).code).toBe(0);
    room.write({ "lessons/lesson-01-doors.md": LESSON.replace("40 + 2", "41 + 1") });
    const pty = openPty(room, [...PRESENT, "lesson-01#break"], { env: { LANG: "C.UTF-8" } });
    await pty.until("Enter run");
    pty.press("o");
    const shown = await pty.until("Enter next");
    expect(shown).toContain("Not run: as the page shows it");
    expect(shown).toContain("number <int>");
    expect(shown).not.toContain("Recorded");
    pty.press("q");
    expect(await pty.ended).toBe(0);
  });

  test("a shell with the lesson's session, which goes on with what was done there", async () => {
    const pty = openPty(room, [...PRESENT, "lesson-01#open"]);
    await pty.until("Enter run");
    pty.press("\r");
    await pty.until("Enter next");
    pty.press("t");
    await pty.until("[none]");
    pty.press("echo $WORD-said; touch shut; exit\r");
    await pty.until("later-said");
    await pty.until("Enter next");
    pty.press("g");
    await pty.until("number or id");
    pty.press("3\r");
    await pty.until("Not run before it");
    pty.press("\r");
    await pty.until("Shut it.");
    pty.press("\r");
    await pty.until("c check");
    pty.press("c");
    await pty.until("[x] it is shut");
    pty.press("q");
    expect(await pty.ended).toBe(0);
  });

  test("with a clicker, the next and the one before", async () => {
    const pty = openPty(room, [...PRESENT, "lesson-01"]);
    await pty.until("1/9");
    pty.press("\x1b[6~");
    await pty.until("2/9");
    pty.press("\x1bOC");
    await pty.until("3/9");
    pty.press("\x1b[H\x1b[5~");
    expect(await pty.until("2/9")).toContain("A door opens.");
    pty.press("q");
    expect(await pty.ended).toBe(0);
  });

  test("the idea anew, in as many columns as there are now, when the terminal's size changes", async () => {
    const pty = openPty(room, [...PRESENT, "lesson-01"], { env: { LANG: "C.UTF-8" } });
    expect(await pty.until("? keys")).toContain("███");
    pty.press("t");
    await pty.until("[none]");
    const go = path.join(room.folder, "go");
    pty.press(`(until test -f ${go}; do sleep 0.1; done; stty cols 30 rows 20 < /dev/tty) & exit\r`);
    await pty.until("exit\n");
    await pty.until("1/9");
    await pty.until("? keys");
    room.write({ go: "" });
    await pty.until("Doors\n");
    const shown = await pty.until("? keys");
    expect(shown).not.toContain("███");
    for (const line of shown.split("\n")) expect(columnsOf(line.trimEnd())).toBeLessThanOrEqual(30);
    pty.press("q");
    expect(await pty.ended).toBe(0);
  });

  test("the end of the command at Ctrl-C, and of the presentation at the second one where nothing runs", async () => {
    room.write({ "lessons/lesson-01-doors.md": LESSON.replace('echo "it is', 'echo begun; sleep 60; echo "it is') });
    const pty = openPty(room, [...PRESENT, "lesson-01#open"]);
    await pty.until("Enter run");
    pty.press("\r");
    // The command itself says it first.
    await pty.until("echo begun");
    await pty.until("begun\n");
    pty.press("\x03");
    await pty.until("interrupted");
    await pty.until("? keys");
    pty.press("\x03");
    await pty.until("Ctrl-C once more leaves");
    pty.press("\x03");
    expect(await pty.ended).toBe(130);
  });
});

describe("typed words", () => {
  const say = (...words: readonly string[]) => ({ stdin: words.map((word) => `${word}\n`).join("") });

  test("do the same, without anything pushed; the end of input ends", async () => {
    const { stdout, stderr, code } = await room.run(
      [...PRESENT, "lesson-01#break"],
      say("", "wibble", "next", "next", "solve", ""),
    );
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(stdout).toContain("number 42");
    expect(stdout).toContain("`wibble` is no choice here");
    expect(stdout).toContain("[x] it is shut");
    expect(stdout).not.toContain("\n\n\n\n");
    expect(stdout).toContain("`learn-istio present lesson-01#");
  });

  test("show each command of a transcript above its output, a file before it is written, and what is done by hand", async () => {
    const body = `
## Two at once

\`\`\`console {#both}
$ echo "one $((0 + 1))"
one 1
$ echo "two $((1 + 1))"
two 2
\`\`\`

## A file

This is \`door.yaml\`:

\`\`\`yaml {file=door.yaml}
open: true
\`\`\`

\`\`\`bash {#read}
sed s/true/yes/ door.yaml
\`\`\`

\`\`\`output
open: yes
\`\`\`

## By hand

- [ ] Look at a door.
`;
    room.write({ "lessons/lesson-01-doors.md": LESSON.replace(/\n## Open it[\s\S]*(?=\n## Checkpoint)/, body) });
    const { stdout } = await room.run([...PRESENT, "lesson-01#both"], say(...Array<string>(9).fill("")));
    const places = [
      '$ echo "one',
      "\none 1\n",
      '$ echo "two',
      "\ntwo 2\n",
      "This is `door.yaml`:",
      "open: true",
      "writes door.yaml",
      "open: yes",
      "[ ] Look at a door.",
      "done, as you said",
    ].map((text) => [text, stdout.lastIndexOf(text)] as const);
    expect(places.filter(([, at]) => at === -1)).toEqual([]);
    expect(places.toSorted(([, one], [, other]) => one - other)).toEqual(places);
  });

  test("leave the learner's own progress as it was", async () => {
    await room.run(["start", "--target", "none", "--trust", "lesson-01"], say("", "quit"));
    const before = await room.run(["status", "--target", "none", "--json"]);
    await room.run([...PRESENT, "lesson-01"], say(...Array<string>(8).fill("")));
    expect(await room.run(["status", "--target", "none", "--json"])).toEqual(before);
  });

  test("presented again, what was made is undone first, when the presenter agrees", async () => {
    const first = await room.run([...PRESENT, "lesson-01#break"], say("", "next", "next", "solve", ""));
    expect(first.stdout).toContain("[x] it is shut");
    const again = await room.run([...PRESENT, "lesson-01"], say("y", "goto 3", "", "", "check"));
    expect(again.stdout).toContain("Undo it first");
    expect(again.stdout).toContain("[ ] it is shut");
  });

  test.each([
    [["lesson-01#nothing"], "no step `nothing`"],
    [["lesson-09"], "no lesson `lesson-09`"],
    [[], "No lesson was named."],
    [["--notes", "lesson-01"], "`present --notes` follows whatever is presented."],
    [["--notes", "--record", "lesson-01"], "exclude each other"],
  ])("%j is wrong usage", async (args, sentence) => {
    const { stderr, code } = await room.run([...PRESENT, ...args], say());
    expect(stderr).toContain(sentence);
    expect(code).toBe(2);
  });
});

test("a recording is kept only when all passed, readable by its owner alone; a torn one is left out, and said", async () => {
  const bad = await room.run([...PRESENT, "--var", "BROKEN=1", "--record", "lesson-01"]);
  expect(bad.code).toBe(1);
  expect(bad.stderr).toContain("Nothing was kept");
  expect((await room.run([...PRESENT, "--record", "lesson-01"])).code).toBe(0);
  const file = path.join(presenterFolder(), "recordings", "lesson-01.json");
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ version: 1, lesson: "lesson-01", target: "none" });
  room.write({ "lessons/lesson-01.recording.json": "{" });
  const { stderr, code } = await room.run([...PRESENT, "lesson-01"], { stdin: "" });
  expect(stderr).toContain("lesson-01.recording.json` is none that this version reads");
  expect(code).toBe(0);
});

test("an author's notes are no page: `test` of their folder runs nothing in them", async () => {
  room.write({ "lessons/lesson-01.notes.md": "```bash\nexit 7\n```\n" });
  const { stdout, code } = await room.run(["test", "--target", "none", "lessons"]);
  expect(stdout).toContain("1 lesson, 4 steps: 4 passed");
  expect(code).toBe(0);
});

test.skipIf(PTY_MISSING !== undefined)("notes in a second terminal follow the first, and end with it", async () => {
  const notes = startCli(room, "present", "--notes", "--target", "none");
  await notes.until("Nothing is presented yet.");
  const pty = openPty(room, [...PRESENT, "lesson-01#break"]);
  await pty.until("Enter run");
  expect(await notes.until("-- ")).toContain("Bring a door.");
  const idea = await notes.until("Shut it.");
  expect(idea).toContain("step 2 of 4 #break");
  expect(idea).toContain("Pause here.");
  expect(idea).toContain('test -z "$BROKEN"');
  expect(idea).toContain("Look at the hinge.");
  expect(statSync(path.join(presenterFolder(), "notes.jsonl")).mode & 0o777).toBe(0o600);
  pty.press("\r");
  await pty.until("Enter next");
  pty.press("\r");
  await pty.until("Shut it.");
  pty.press("\r");
  expect(await notes.until("it is shut")).toContain("It is judged by");
  pty.hangUp();
  await notes.until("The presentation has ended.");
  expect(await notes.ended).toBe(0);
});
