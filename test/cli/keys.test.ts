import { afterEach, beforeEach, describe, expect, test } from "vitest";
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

    test("Enter runs, n goes on, q leaves", async () => {
      const terminal = start();
      expect(await terminal.until("Enter run")).toContain("$ echo hello");
      await terminal.until("> ");
      terminal.press(ENTER);
      expect(await terminal.until("Enter next")).toMatch(/run\nhello\n.*passed/s);
      await terminal.until("> ");
      terminal.press("n");
      await terminal.until("step 2 of 5");
      await terminal.until("> ");
      terminal.press("q");
      await terminal.until("`learn-istio start lesson-01` goes on here.");
      expect(await terminal.ended).toBe(0);
    });
  },
);
