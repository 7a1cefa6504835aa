import { readdirSync, statSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";

const LESSON = `---
title: First steps
summary: Two steps and a goal.
minutes: 3
vars:
  WHO: world
targets: [none]
---

# First steps

## Greet

Say **hello**.

\`\`\`bash {#greet}
GREETING="hello $WHO"; echo "$GREETING"
\`\`\`

\`\`\`output
hello \${WHO}
\`\`\`

## Keep

Write it down.

\`\`\`bash {#keep}
echo "$GREETING" > greeting.txt
\`\`\`

<details>
<summary>Check: the greeting is written down</summary>

\`\`\`bash
grep hello greeting.txt
\`\`\`

\`\`\`bash
ls greeting.txt 2>&1
\`\`\`

</details>

<details>
<summary>Hint: where</summary>

In \`greeting.txt\`.

</details>

## Checkpoint

<details>
<summary>Check: the greeting is for somebody</summary>

\`\`\`bash {within=300ms every=100ms}
grep . greeting.txt
\`\`\`

</details>

## Clean up

\`\`\`bash {cleanup}
rm -f greeting.txt
\`\`\`
`;

const NONE = ["--target", "none"] as const;
let room: CliRoom;
beforeEach(() => {
  room = openCliRoom({
    "lessons/lesson-01-first.md": LESSON,
    "lessons/course.yaml": "id: greetings\ntitle: Greetings\n",
  });
});
afterEach(() => room.remove());

test("the first time: where to begin", async () => {
  expect(await room.run([])).toMatchInlineSnapshot(`
    {
      "code": 0,
      "stderr": "",
      "stdout": "Greetings

    Learn by running: prose, one command at a time, and checks that say why.
    It runs on a simulated cluster, driven by the real kubectl; nothing of yours is
    touched.
    The first lesson: First steps, 3 minutes.

    Begin         learn-istio start lesson-01
    All lessons   learn-istio list
    All commands  learn-istio --help
    This machine  learn-istio doctor
    ",
    }
  `);
  expect((await room.run(["list", ...NONE])).stdout).toMatchInlineSnapshot(`
    "Greetings (target: none)

    [ ] lesson-01  First steps (not begun, 3 min)
        Two steps and a goal.
    "
  `);
});

test("a lesson by typed words, left and taken up again with the session's variables", async () => {
  const first = await room.run(["start", "lesson-01", ...NONE, "--trust"], {
    stdin: "hint\nrun\nnext\nwibble\nquit\n",
  });
  expect(first).toMatchInlineSnapshot(`
    {
      "code": 0,
      "stderr": "",
      "stdout": "# First steps

    == lesson-01  step 1 of 3  Greet [none (no cluster)]

    Say hello.

      $ GREETING="hello $WHO"; echo "$GREETING"

    run, type, solve, skip, help, quit
    > hint
    This step has no hint; \`?\` lists what can be chosen.

    run, type, solve, skip, help, quit
    > run
    hello world
      passed (<duration>)

    next, run, help, quit
    > next

    == lesson-01  step 2 of 3  Keep [none (no cluster)]

    Write it down.

      $ echo "$GREETING" > greeting.txt

    run, check, type, hint, solve, skip, help, quit
    > wibble
    \`wibble\` is no choice here; \`?\` lists what can be chosen.

    run, check, type, hint, solve, skip, help, quit
    > quit

    Your place is kept. \`learn-istio start lesson-01\` goes on here.
    ",
    }
  `);
  const second = await room.run(["start"], { stdin: "check\n\n\nhint\nnext\n\n" });
  expect(second).toMatchInlineSnapshot(`
    {
      "code": 0,
      "stderr": "",
      "stdout": "Going on where you left off, at step 2 of 3.

    == lesson-01  step 2 of 3  Keep [none (no cluster)]

    Write it down.

      $ echo "$GREETING" > greeting.txt

    run, check, type, hint, solve, skip, help, quit
    > check
      [ ] the greeting is written down
      Does not hold: the greeting is written down (its command ended with status 2).
      why: ls: cannot access 'greeting.txt': No such file or directory

      its output:
      | grep: greeting.txt: No such file or directory

    run, check, type, hint, solve, skip, help, quit
    > 
      [x] the greeting is written down
      passed (<duration>)

    next, run, check, help, quit
    > 

    == lesson-01  step 3 of 3  Checkpoint [none (no cluster)]

      [ ] the greeting is for somebody

    check, help, quit
    > hint
    This step has no hint; \`?\` lists what can be chosen.

    check, help, quit
    > next
    This step has not passed yet; \`?\` lists what can be chosen.

    check, help, quit
    > 
      [x] the greeting is for somebody
      passed (<duration>)

    lesson-01 is completed: its checkpoint holds.
    \`learn-istio reset lesson-01\` undoes it.
    ",
    }
  `);
  expect((await room.run([])).stdout).toMatchInlineSnapshot(`
    "Greetings
    You are in lesson-01, First steps: completed. Target: none.

    Look again    learn-istio start lesson-01
    All lessons   learn-istio list
    All commands  learn-istio --help
    "
  `);
  expect((await room.run(["log"])).stdout).toMatchInlineSnapshot(`
    "<date>  lesson-01#greet  pass, <duration>
    <date>  lesson-01#keep  pass, <duration>
    <date>  lesson-01#checkpoint  pass, <duration>
    "
  `);
});

test("--yes runs a lesson through; afterwards it is completed, and a reset takes it back but not its history", async () => {
  expect(await room.run(["start", ...NONE, "--trust", "--yes", "--var", "WHO=you"])).toMatchInlineSnapshot(`
    {
      "code": 0,
      "stderr": "",
      "stdout": "# First steps

    == lesson-01  step 1 of 3  Greet [none (no cluster)]

    Say hello.

      $ GREETING="hello $WHO"; echo "$GREETING"
    hello you
      passed (<duration>)

    == lesson-01  step 2 of 3  Keep [none (no cluster)]

    Write it down.

      $ echo "$GREETING" > greeting.txt
      [x] the greeting is written down
      passed (<duration>)

    == lesson-01  step 3 of 3  Checkpoint [none (no cluster)]

      [x] the greeting is for somebody
      passed (<duration>)

    lesson-01 is completed: its checkpoint holds.
    \`learn-istio reset lesson-01\` undoes it.
    ",
    }
  `);
  expect((await room.run(["check"])).code).toBe(0);
  expect((await room.run(["reset"])).code).toBe(2);
  expect(await room.run(["reset", "--yes"])).toMatchInlineSnapshot(`
    {
      "code": 0,
      "stderr": "",
      "stdout": "lesson-01: undone.
    ",
    }
  `);
  expect((await room.run(["status"])).stdout).toMatchInlineSnapshot(`
    "course  Greetings
    folder  lessons
    target  none
    lesson  lesson-01  First steps
    step    greet (1 of 3)
    done    3 of 3 steps, completed <day>, not in force
    "
  `);
});

test("--yes stops at the first step that does not pass, and says how to come back", async () => {
  room.write({
    "lessons/lesson-01-first.md": LESSON.replace("> greeting.txt", "> greting.txt")
      .replace("Check: the greeting is w", "Check: it is w")
      .replace("```bash\ngrep hello", "```bash {within=200ms every=100ms}\ngrep hello"),
  });
  const result = await room.run(["start", ...NONE, "--trust", "--yes"]);
  expect(result.code).toBe(1);
  expect(result.stdout.slice(result.stdout.indexOf("== lesson-01  step 2"))).toMatchInlineSnapshot(`
    "== lesson-01  step 2 of 3  Keep [none (no cluster)]

    Write it down.

      $ echo "$GREETING" > greting.txt
      waiting for: it is written down (at most <duration>)
        after <duration>: ls: cannot access 'greeting.txt': No such file or directory
      [ ] it is written down
      not passed
      Does not hold within <duration>: it is written down (the last try ended with status
      2).
      why: ls: cannot access 'greeting.txt': No such file or directory

      its last output:
      | grep: greeting.txt: No such file or directory

    There is a hint: \`learn-istio hint lesson-01\`

    Your place is kept. \`learn-istio start lesson-01\` goes on here.
    "
  `);
});

test("a course from elsewhere is not run unasked, and is asked about again when its commands change", async () => {
  const untrusted = await room.run(["start", ...NONE, "--yes"]);
  expect(untrusted).toMatchInlineSnapshot(`
    {
      "code": 4,
      "stderr": "learn-istio: The lessons in \`<root>/work/lessons\` are not of this folder's repository; \`start\` runs their commands as you.
      hint: Read them first; \`--trust\` agrees.
    ",
      "stdout": "",
    }
  `);
  expect((await room.run(["start", ...NONE, "--yes", "--trust"])).code).toBe(0);
  expect((await room.run(["start", ...NONE, "--yes"])).code).toBe(0);
  room.write({ "lessons/lesson-01-first.md": LESSON.replace("echo", "printf '%s\\n'") });
  expect((await room.run(["start", ...NONE, "--yes"])).stderr).toContain("Its commands have changed since you agreed.");
});

test("what is kept of a learner is for that learner's eyes", async () => {
  await room.run(["start", ...NONE, "--yes", "--trust"]);
  const folder = path.join(room.folder, "../state/learn-istio/greetings/none");
  const modes = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => `${name} ${(statSync(path.join(folder, name)).mode & 0o777).toString(8)}`);
  expect(modes).toEqual(["evidence.jsonl 600", "session-lesson-01.json 600"]);
});

test.each<[readonly string[], number, string]>([
  [
    ["start", "lesson-02"],
    2,
    "learn-istio: There is no lesson `lesson-02`; there is `lesson-01`.\n  hint: did you mean `lesson-01`?\n",
  ],
  [["start", "lesson-01"], 2, "learn-istio: lesson-01 does not run on target `sandbox`, only on `none`.\n"],
  [
    ["start", "lesson-01#gret", ...NONE],
    2,
    "learn-istio: There is no step `gret` in lesson-01; its steps are `greet`, `keep`, `checkpoint`.\n  hint: did you mean `greet`?\n",
  ],
  [
    ["list", "--lessons", "nowhere"],
    2,
    "learn-istio: There is no folder `nowhere`.\n  hint: Name a folder of lessons.\n",
  ],
  [
    ["list", "--lessons", "."],
    2,
    "learn-istio: `.` has no lessons.\n  hint: A lesson is a file `lesson-NN-slug.md`.\n",
  ],
  [
    ["host"],
    2,
    "learn-istio: `host` is not in this version.\n  hint: A class is `learn-istio class host` and `learn-istio class join`; `learn-istio --help` lists what there is.\n",
  ],
  [
    ["sandbox", "open"],
    2,
    "learn-istio: `sandbox open` needs a service.\n  hint: For instance `learn-istio sandbox open istio-system/kiali`; `NAME:PORT` picks a port.\n",
  ],
  [
    ["sandbox", "stat"],
    2,
    "learn-istio: `sandbox stat` is nothing, expected `start`, `stop`, `status`, `reset` or `open`.\n  hint: did you mean `start`?\n",
  ],
  [["uninstall"], 0, "Nothing of learn-istio is on this machine.\n"],
])("`learn-istio %j` exits %i and says one clear sentence", async (args, code, stderr) => {
  expect(await room.run(args)).toEqual({ stdout: "", stderr, code });
});

test("a course.yaml that is written wrongly", async () => {
  room.write({ "lessons/course.yaml": "id: Greetings!\n" });
  expect(await room.run(["list"])).toMatchInlineSnapshot(`
    {
      "code": 3,
      "stderr": "learn-istio: \`<root>/work/lessons/course.yaml\`: found id \`Greetings!\`, expected lower-case letters, digits and \`-\`.
      hint: Correct the file; a course has \`id\`, \`title\` and \`vars\`.
    ",
      "stdout": "",
    }
  `);
});

test("a lesson that is written wrongly is refused by lint and by start", async () => {
  room.write({ "lessons/lesson-01-first.md": LESSON.replace("bash {#greet}", "bash {#greet timeot=5s}") });
  expect(await room.run(["lint"])).toMatchInlineSnapshot(`
    {
      "code": 3,
      "stderr": "",
      "stdout": "lessons/lesson-01-first.md:16:17 error LI006 Unknown key \`timeot\`, expected \`background\`, \`exit\`, \`#id\`, \`hidden\`, \`host\`, \`if\`, \`mode\`, \`os\`, \`ready\`, \`skip\`, \`stop\`, \`stream\`, \`target\`, \`timeout\`, \`tty\`
      16 | \`\`\`bash {#greet timeot=5s}
         |                 ^^^^^^^^^
      hint: did you mean \`timeout\`?

    1 error, 0 warnings
    ",
    }
  `);
  expect((await room.run(["start", ...NONE, "--trust", "--yes"])).code).toBe(3);
});

test("a shell begins as the lesson was left, by a pipe too, and gives its status back", async () => {
  const shell = (stdin: string) => room.run(["shell", ...NONE, "--trust"], { stdin });
  expect((await shell("echo $WHO $GREETING\n")).stdout).toBe("world\n");
  await room.run(["start", "lesson-01", ...NONE, "--trust", "--var", "WHO=you"], { stdin: "run\nquit\n" });
  expect(await shell("echo $GREETING $BASH_ENV; GREETING=changed; touch kept; exit 3\n")).toEqual({
    stdout: "hello you\n",
    stderr: "",
    code: 3,
  });
  expect((await shell("echo $GREETING; ls; set -o | grep -E '^(errexit|pipefail)'\n")).stdout).toBe(
    "changed\nkept\nerrexit        \toff\npipefail       \toff\n",
  );
});

test.each([
  ["INT", "the command alone ends", 0],
  ["TERM", "the lesson is left", 130],
])("%s while a command runs: %s", async (signal, _what, code) => {
  room.write({ "lessons/lesson-01-first.md": LESSON.replace('echo "$GREETING"', `kill -${signal} $PPID; sleep 60`) });
  const result = await room.run(["start", "lesson-01", ...NONE, "--trust"], { stdin: "run\nquit\n" });
  expect(result.code).toBe(code);
  // bash itself may say that what it waited for was ended.
  const after = result.stdout.slice(result.stdout.indexOf("> run")).replace("Terminated\n", "");
  const prompt = code === 0 ? "\nrun, type, solve, skip, help, quit\n> quit\n" : "";
  expect(after).toBe(
    `> run\n  interrupted\n${prompt}\nYour place is kept. \`learn-istio start lesson-01\` goes on here.\n`,
  );
});
