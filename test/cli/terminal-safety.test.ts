import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openPty, PTY_MISSING } from "../support/pty.ts";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";

/** A clipboard, a title, a cleared screen, a cursor that goes up, a line that is written over; and two colours. */
const EVIL =
  "a\u001b]52;c;aGk=\u0007b\u001b]0;title\u001b\\c\u001b[2Jd\u001b[1Ae\u001b[31mred\u001b[0mf\u001bcg\u009b2Jh";
const OCTAL = [...Buffer.from(EVIL)].map((byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");

const LESSON = `---
title: "Sharp ${"\\e"}]0;title${"\\a"} edges"
summary: What must not reach a terminal.
targets: [none]
---

# Sharp \u001b]0;title\u0007edges

Prose with ${EVIL}.

## A \u001b[2J heading

\`\`\`bash {#print}
printf '${OCTAL}\\n'
\`\`\`

## Hidden

\`\`\`bash {#hidden}
echo safe # \u202Etxet\u200B \u001b[2J\u001b]52;c;aGk=\u0007
\`\`\`

<details>
<summary>Check: it \u001b[2Jholds</summary>

\`\`\`bash {within=1ms}
printf '${OCTAL}\\n'; false
\`\`\`

\`\`\`bash
printf '${OCTAL}\\n'
\`\`\`

</details>

<details>
<summary>Hint: \u001b[2Jlook</summary>

In ${EVIL}.

</details>
${""}
## Checkpoint

<details>
<summary>Check: it holds</summary>

\`\`\`bash
true
\`\`\`

</details>
`;

/** What a terminal would act on: any control but a line end, a tab and colour. */
const ACTS = /\u001b(?!\[[\d;:]*m)|[\0-\u0008\u000b\u000c\u000e-\u001a\u001c-\u001f\u007f-\u009f]|\r(?!\n)/;
const CHOICES = ["run", "next", "hint", "check", "run", "help", "list", "quit"];

let room: CliRoom;
beforeEach(() => {
  room = openCliRoom({
    "lessons/lesson-01-sharp.md": LESSON,
    "lessons/course.yaml": "id: sharp\ntitle: Sharp\n",
  });
});
afterEach(() => room.remove());

test("through a pipe not even colour remains of what a lesson and its commands print", async () => {
  const args = ["start", "lesson-01", "--target", "none", "--trust"];
  const { stdout } = await room.run(args, { stdin: `${CHOICES.join("\n")}\n` });
  expect(stdout).not.toMatch(/[\0-\u0008\u000b-\u001f\u007f-\u009f]/);
  expect(stdout).toContain("abcderedfgh");
  expect(stdout).toContain("echo safe # <U+202E>txet<U+200B> <U+001B>[2J<U+001B>]52;c;aGk=<U+0007>");
});

describe.skipIf(PTY_MISSING !== undefined)(`in a terminal${PTY_MISSING ? ` (skipped: ${PTY_MISSING})` : ""}`, () => {
  test("colour alone reaches it; what is hidden in a command is named", async () => {
    const terminal = openPty(room, ["start", "lesson-01", "--target", "none", "--trust"]);
    for (const key of ["\r", "n", "h", "c", "\r", "?", "l", "q"]) {
      await terminal.until("? more");
      await terminal.until("> ");
      terminal.press(key);
    }
    expect(await terminal.ended).toBe(0);
    expect(ACTS.exec(terminal.bytes)).toBe(null);
    expect(terminal.bytes).toContain("e\u001b[31mred\u001b[0mf");
    expect(terminal.bytes).toContain("echo safe # <U+202E>txet<U+200B> <U+001B>[2J<U+001B>]52;c;aGk=<U+0007>");
    expect(terminal.shown).toContain("Hint 1 of 1: look");
  });
});
