import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openPty, PTY_MISSING } from "../support/pty.ts";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";

const LESSON = `---
title: A program that asks
targets: [none]
---

# A program that asks

\`\`\`bash {#ask tty timeout=1s}
read -r -p "your name? " NAME; printf "hi %s" "$NAME"
\`\`\`

\`\`\`bash {#answer}
echo "it was $NAME"
\`\`\`

\`\`\`output
it was Ann
\`\`\`

## Checkpoint

<details>
<summary>Check: the name is known</summary>

\`\`\`bash
test -n "$NAME"
\`\`\`

</details>
`;

describe.skipIf(PTY_MISSING !== undefined)("a block that owns the terminal", () => {
  let room: CliRoom;
  beforeEach(() => {
    room = openCliRoom({ "lessons/lesson-01-ask.md": LESSON });
  });
  afterEach(() => room.remove());

  test("what is typed reaches the block, not the lesson's keys; afterwards the keys are the lesson's again", async () => {
    const terminal = openPty(room, ["start", "lesson-01", "--target", "none", "--trust"]);
    await terminal.until("? more");
    terminal.press("\r");
    await terminal.until("your name? ");
    terminal.press("Ann\r");
    // Where it left the line open, what follows stands on its own.
    expect(await terminal.until("? more")).toMatch(/hi Ann\n {2}.*passed[^\n]*\n\nEnter next/);
    terminal.press("n");
    await terminal.until("? more");
    terminal.press("\r");
    expect(await terminal.until("? more")).toMatch(/it was Ann\n.*passed/s);
    terminal.press("q");
    expect(await terminal.ended).toBe(0);
  });
});
