import { execFileSync, spawn } from "node:child_process";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { columnsOf } from "../../src/text/index.ts";
import { openPty, PTY_MISSING, type Pty } from "../support/pty.ts";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";

const LESSON = `---
title: First steps
summary: Two steps and a goal.
minutes: 3
targets: [none]
---

# First steps

## Greet

Say **hello**.

\`\`\`bash {#greet}
echo hello
\`\`\`

\`\`\`output
hello
\`\`\`

## Keep

Write it down.

\`\`\`bash {#keep}
echo hello > greeting.txt
\`\`\`

<details>
<summary>Check: the greeting is written down</summary>

\`\`\`bash
grep hello greeting.txt
\`\`\`

</details>

<details>
<summary>Hint: where</summary>

In \`greeting.txt\`.

</details>

<details>
<summary>Hint: what</summary>

The word \`hello\`.

</details>

## Wait

\`\`\`bash {#wait}
echo begun; sleep 60
\`\`\`

## Look

\`\`\`bash {#look}
true
\`\`\`

<details>
<summary>Check: it never comes</summary>

\`\`\`bash {within=60s}
false
\`\`\`

\`\`\`bash
echo "nobody makes it"
\`\`\`

</details>

## Checkpoint

<details>
<summary>Check: the greeting is there</summary>

\`\`\`bash {within=300ms every=100ms}
grep . greeting.txt
\`\`\`

</details>
`;

const ENTER = "\r";
const CTRL_C = "\x03";
const CTRL_D = "\x04";

describe.skipIf(PTY_MISSING !== undefined)(
  `keys in a terminal${PTY_MISSING ? ` (skipped: ${PTY_MISSING})` : ""}`,
  () => {
    let room: CliRoom;
    beforeEach(() => {
      room = openCliRoom({
        "lessons/lesson-01-first.md": LESSON,
        "lessons/course.yaml": "id: greetings\ntitle: Greetings\n",
      });
    });
    afterEach(() => room.remove());

    const start = (step = ""): Pty => openPty(room, ["start", `lesson-01${step}`, "--target", "none", "--trust"]);

    /** Wait for the choices, so that the next key is heard. */
    const ready = async (terminal: Pty): Promise<string> =>
      `${await terminal.until("? more")}${await terminal.until("> ")}`;

    test("Enter runs, x runs again, n goes on, b goes back, q leaves and says how to come back", async () => {
      const terminal = start();
      expect(await ready(terminal)).toContain("  $ echo hello\n\nEnter run   t type   s solve   k skip   ? more");
      terminal.press(ENTER);
      expect(await ready(terminal)).toMatch(/run\nhello\n.*passed.*\n\nEnter next {3}x run again/s);
      terminal.press("x");
      expect(await ready(terminal)).toMatch(/run\nhello\n.*passed/s);
      terminal.press("n");
      expect(await ready(terminal)).toContain("step 2 of 5");
      terminal.press("b");
      expect(await ready(terminal)).toMatch(/back\n\n.*step 1 of 5.*\(passed before\)/s);
      terminal.press("q");
      await terminal.until("`learn-istio start lesson-01` goes on here.");
      expect(await terminal.ended).toBe(0);
    });

    test("t takes a command, also one of several lines; Ctrl-C on the line gives it up", async () => {
      const terminal = start("#keep");
      await ready(terminal);
      terminal.press("t");
      await terminal.until("$ ");
      terminal.press(CTRL_C);
      expect(await ready(terminal)).toContain("Nothing was typed, so nothing ran.");
      terminal.press("t");
      await terminal.until("$ ");
      terminal.press(`cat > greeting.txt <<E${ENTER}`);
      await terminal.until("> ");
      terminal.press(`hello you${ENTER}E${ENTER}`);
      expect(await ready(terminal)).toMatch(/\[x\].* the greeting is written down\n.*passed/s);
      terminal.press("q");
      expect(await terminal.ended).toBe(0);
    });

    test("e changes a command before it runs", async () => {
      const terminal = start();
      await ready(terminal);
      terminal.press("e");
      await terminal.until("$ echo hello");
      terminal.press(`, you${ENTER}`);
      expect(await ready(terminal)).toMatch(/hello, you\n.*not passed.*hello, you/s);
      terminal.press("q");
      expect(await terminal.ended).toBe(0);
    });

    test("h gives one hint after the other, c looks, k skips, s solves", async () => {
      const terminal = start("#keep");
      await ready(terminal);
      terminal.press("h");
      expect(await ready(terminal)).toMatch(/Hint 1 of 2: where.*In .*greeting.txt/s);
      terminal.press("h");
      expect(await ready(terminal)).toContain("Hint 2 of 2: what");
      terminal.press("c");
      expect(await ready(terminal)).toContain("Does not hold: the greeting is written down");
      terminal.press("s");
      expect(await ready(terminal)).toMatch(/solve\n.*\$ echo hello > greeting.txt.*solved by us/s);
      terminal.press("n");
      await ready(terminal);
      terminal.press("k");
      expect(await ready(terminal)).toMatch(/skipped.*you chose to.*step 4 of 5/is);
      terminal.press("q");
      expect(await terminal.ended).toBe(0);
    });

    test("l lists the steps, g or a digit goes to one, ? tells all keys, an unknown key is told", async () => {
      const terminal = start();
      await ready(terminal);
      terminal.press("l");
      expect(await ready(terminal)).toMatch(/\[ \] {2}1 greet {2}<- here\n {2}\[ \] {2}2 keep\n/);
      terminal.press("g");
      await terminal.until("step (number or id): ");
      terminal.press(`wiat${ENTER}`);
      expect(await ready(terminal)).toContain("There is no step `wiat` in this lesson. Did you mean `wait`?");
      terminal.press("g");
      await terminal.until("step (number or id): ");
      terminal.press(`wait${ENTER}`);
      expect(await ready(terminal)).toMatch(/step 3 of 5.*\(not passed before it: greet, keep\)/s);
      terminal.press("2");
      await terminal.until("step (number or id): ");
      terminal.press(ENTER);
      expect(await ready(terminal)).toContain("step 2 of 5");
      terminal.press("?");
      expect(await terminal.until("twice leaves.")).toMatch(/Enter {2}run .*\n {2}c {6}check .*g {6}goto .*q {6}quit/s);
      await ready(terminal);
      terminal.press("z");
      expect(await ready(terminal)).toContain("`z` is no choice here; `?` lists what can be chosen.");
      terminal.press("\x1b[A");
      terminal.press(CTRL_D);
      await terminal.until("goes on here.");
      expect(await terminal.ended).toBe(0);
    });

    test("r asks, undoes the lesson and begins it anew", async () => {
      const terminal = start();
      await ready(terminal);
      terminal.press(ENTER);
      await ready(terminal);
      terminal.press("r");
      await terminal.until("(y/n) ");
      terminal.press("n");
      expect(await ready(terminal)).not.toContain("step 1 of 5");
      terminal.press("r");
      await terminal.until("(y/n) ");
      terminal.press("y");
      expect(await ready(terminal)).toMatch(/# First steps.*step 1 of 5.*Enter run/s);
      terminal.press("q");
      expect(await terminal.ended).toBe(0);
    });

    test("Ctrl-C ends the command that runs, not the lesson; what is typed meanwhile is dropped", async () => {
      const terminal = start("#wait");
      await ready(terminal);
      terminal.press(ENTER);
      await terminal.until("begun");
      terminal.press(`qk${ENTER}`);
      terminal.press(CTRL_C);
      expect(await ready(terminal)).toContain("interrupted");
      terminal.press("q");
      expect(await terminal.ended).toBe(0);
    });

    test("Ctrl-C ends the wait for a check; the wait names its limit and its reasons", async () => {
      const terminal = start("#look");
      await ready(terminal);
      terminal.press(ENTER);
      await terminal.until("waiting for: it never comes (at most 1m)");
      await terminal.until(": nobody makes it");
      await terminal.until("(Ctrl-C ends the wait)");
      terminal.press(CTRL_C);
      expect(await ready(terminal)).toContain("interrupted");
      terminal.press("q");
      expect(await terminal.ended).toBe(0);
    });

    test.each([
      [
        "one after the other",
        async (terminal: Pty) => {
          terminal.press(CTRL_C);
          expect(await ready(terminal)).toContain("Nothing runs. Ctrl-C once more leaves");
          terminal.press(CTRL_C);
        },
      ],
      ["in one burst", async (terminal: Pty) => terminal.press(CTRL_C + CTRL_C)],
      [
        "in one burst while a command runs",
        async (terminal: Pty) => {
          terminal.press(ENTER);
          await terminal.until("begun");
          terminal.press(CTRL_C + CTRL_C);
        },
      ],
    ])("Ctrl-C twice leaves and says how to come back: %s", async (_how, press) => {
      const terminal = start("#wait");
      await ready(terminal);
      await press(terminal);
      await terminal.until("`learn-istio start lesson-01` goes on here.");
      expect(await terminal.ended).toBe(130);
    });

    test("e opens a command of several lines in the learner's editor", async () => {
      room.write({
        "lessons/lesson-01-first.md": LESSON.replace("echo hello\n", "echo hel\\\nlo\n"),
        "editor.sh": 'sed -i "s/hel/HEL/" "$2"\n',
      });
      const terminal = openPty(room, ["start", "lesson-01", "--target", "none", "--trust"], {
        env: { EDITOR: "sh editor.sh --wait" },
      });
      await ready(terminal);
      terminal.press("e");
      expect(await ready(terminal)).toMatch(/edit\n {2}\$ echo HEL\\\n {4}lo\nHELlo\n.*not passed/s);
      terminal.press("q");
      expect(await terminal.ended).toBe(0);
    });

    test("e says what to set where no editor is named", async () => {
      room.write({ "lessons/lesson-01-first.md": LESSON.replace("echo hello\n", "echo hel\\\nlo\n") });
      const terminal = start();
      await ready(terminal);
      terminal.press("e");
      expect(await ready(terminal)).toContain("neither `$VISUAL` nor `$EDITOR`");
      terminal.press("q");
      expect(await terminal.ended).toBe(0);
    });

    test("a terminal that is closed ends all that runs in it", async () => {
      const fifo = path.join(room.folder, "held");
      execFileSync("mkfifo", [fifo]);
      // Whoever descends from the terminal holds the other end: this one ends when the last of them has.
      const held = spawn("cat", [fifo]);
      const over = new Promise((resolve) => held.on("close", resolve));
      const terminal = openPty(room, ["start", "lesson-01#wait", "--target", "none", "--trust"], { hold: fifo });
      await ready(terminal);
      terminal.press(ENTER);
      await terminal.until("begun");
      terminal.hangUp();
      await over;
      const again = start();
      expect(await ready(again)).toContain("step 1 of 5");
      again.press("q");
      expect(await again.ended).toBe(0);
    });

    test("at 40 columns no line is wider", async () => {
      const terminal = openPty(room, ["start", "lesson-01#look", "--target", "none", "--trust"], { columns: 40 });
      await ready(terminal);
      terminal.press("?");
      await ready(terminal);
      terminal.press("l");
      await ready(terminal);
      terminal.press("q");
      await terminal.ended;
      expect(terminal.shown.split("\n").filter((line) => columnsOf(line) > 40)).toEqual([]);
    });
  },
);
