import { afterEach, beforeEach, expect, test } from "vitest";
import { openPty, PTY_MISSING, type Pty } from "../support/pty.ts";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";

const LESSON = `---
title: Modes
summary: Every way to do a step.
minutes: 2
targets: [none, sandbox]
---

# Modes

## Type

Type this one.

\`\`\`bash {#type mode=type}
echo typed
\`\`\`

\`\`\`output
typed
\`\`\`

## By hand

Two things to do.

- [ ] Open the **page** and look at it for long enough to see that it is there.

- [ ] Write \`done.txt\` into the folder.

<details>
<summary>Check: the file is there</summary>

\`\`\`bash {within=300ms every=100ms}
ls done.txt
\`\`\`

</details>

## Machine

\`\`\`bash {#machine host}
echo changing the machine
\`\`\`

## Checkpoint

<details>
<summary>Check: all is well</summary>

\`\`\`bash
true
\`\`\`

</details>
`;

let room: CliRoom;
beforeEach(() => {
  room = openCliRoom({
    "lessons/lesson-01-modes.md": LESSON,
    "lessons/course.yaml": "id: modes\ntitle: Modes\n",
  });
});
afterEach(() => room.remove());

const start = (step: string, words: readonly string[]) =>
  room.run(["start", `lesson-01#${step}`, "--target", "none", "--trust"], { stdin: `${words.join("\n")}\n` });
const from = (text: string, word: string): string => text.slice(text.indexOf(word));

test("a step to type: an empty line asks for the command, `run` runs it all the same", async () => {
  const { stdout } = await start("type", ["", "echo tipped", "", "echo ty''ped", "back", "quit"]);
  expect(from(stdout, "type, run")).toMatchInlineSnapshot(`
    "type, run, solve, skip, help, quit
    > 
    $ echo tipped
    tipped
      not passed
      The output is not what was expected: 1 line is missing, 1 line was not
      expected.

      - expected, + found
      19 - typed
         + tipped

    type, run, solve, skip, help, quit
    > 
    $ echo ty''ped
    typed
      passed (<duration>)

    next, run, help, quit
    > back
    This is the first step; \`?\` lists what can be chosen.

    next, run, help, quit
    > quit

    Your place is kept. \`learn-istio start lesson-01\` goes on here.
    "
  `);
  expect(from((await start("type", ["run", "quit"])).stdout, "> run")).toContain("typed\n  passed");
});

test("an item done by hand: confirmed where nothing checks it, judged where something does", async () => {
  const { stdout } = await start("by-hand-1", ["", "", "done", "quit"]);
  expect(from(stdout, "  [ ] Open")).toMatchInlineSnapshot(`
    "  [ ] Open the page and look at it for long enough to see that it is there.

    done, skip, help, quit
    > 
      done, as you said

    next, help, quit
    > 

    == lesson-01  step 3 of 5  By hand [none (no cluster)]

      [ ] Write \`done.txt\` into the folder.
      [ ] the file is there

    done, skip, help, quit
    > done
      waiting for: the file is there (at most <duration>)
      [ ] the file is there
      not passed
      Does not hold within <duration>: the file is there (the last try ended with status
      2).

      its last output:
      | ls: cannot access 'done.txt': No such file or directory

    done, skip, help, quit
    > quit

    Your place is kept. \`learn-istio start lesson-01\` goes on here.
    "
  `);
  expect((await room.run(["log"])).stdout).toMatch(/by-hand-1 {2}pass/);
});

test("a change of the machine is not made where nobody at a terminal can be asked", async () => {
  const yes = await start("machine", ["", "quit"]);
  expect(yes.stdout).toMatch(/Skipped: it changes your machine, so it is asked about each time/);
  expect(yes.stdout).not.toMatch(/^changing the machine/m);
  const all = await room.run(["start", "lesson-01#machine", "--target", "none", "--trust", "--yes"]);
  expect(all.stdout).not.toMatch(/^changing the machine/m);
});

test.skipIf(PTY_MISSING !== undefined).each([
  ["y", /yes\nchanging the machine\n.*passed/s],
  ["n", /no\n.*Skipped: it changes your machine, and you chose not to/s],
  ["\x03", /no\n.*Skipped: it changes your machine, and you chose not to/s],
])(
  `a change of the machine is asked about, each time: %j${PTY_MISSING ? ` (skipped: ${PTY_MISSING})` : ""}`,
  async (key, shown) => {
    const terminal: Pty = openPty(room, ["start", "lesson-01#machine", "--target", "none", "--trust"]);
    for (const enter of ["\r", "x"]) {
      await terminal.until("? more");
      await terminal.until("> ");
      terminal.press(enter);
      expect(await terminal.until("Run it? (y/n) ")).toContain(
        "This changes your machine:\n  $ echo changing the machine\n",
      );
      terminal.press(key);
      expect(await terminal.until("Enter next")).toMatch(shown);
    }
    await terminal.until("> ");
    terminal.press("q");
    expect(await terminal.ended).toBe(0);
  },
);
