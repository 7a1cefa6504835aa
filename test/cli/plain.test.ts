import { cpSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openPty, PTY_MISSING } from "../support/pty.ts";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";

const LESSONS = path.resolve(import.meta.dirname, "../../lessons");

let room: CliRoom;
beforeEach(() => {
  room = openCliRoom();
  cpSync(LESSONS, path.join(room.folder, "lessons"), { recursive: true });
});
afterEach(async () => {
  await room.run(["sandbox", "stop"]);
  room.remove();
});

const PASSED = /lesson-01 is completed: its checkpoint holds\.\n/;
/** An empty line is the first choice: to run, then to go on. */
const WORDS = `list\n${"\n".repeat(21)}`;

test("the whole first lesson by typed words from a pipe: nothing but text and line ends", async () => {
  const { stdout, stderr, code } = await room.run(["start", "lesson-01", "--plain", "--trust"], { stdin: WORDS });
  expect(stdout).toMatch(PASSED);
  expect(stdout).not.toMatch(/[\0-\u0008\u000b-\u001f\u007f-\u009f]/);
  expect({ stderr, code }).toEqual({ stderr: "", code: 0 });
});

test.skipIf(PTY_MISSING !== undefined)(
  `--plain in a terminal: words, no colour, nothing that moves${PTY_MISSING ? ` (skipped: ${PTY_MISSING})` : ""}`,
  async () => {
    const terminal = openPty(room, ["start", "lesson-01", "--plain", "--trust"], { columns: 40 });
    for (const word of ["help", "", "list", "", "goto 1", "quit"]) {
      await terminal.until("\n> ");
      terminal.press(`${word}\r`);
    }
    expect(await terminal.ended).toBe(0);
    expect(terminal.bytes).toContain("Docker version");
    // The line that was typed is ended once.
    expect(terminal.shown).not.toMatch(/> \w+\n\n\n|> list\n\n/);
    // Of a terminal's own making: every line end is `\r\n`.
    expect(terminal.bytes.replaceAll("\r\n", "\n")).not.toMatch(/[\0-\u0008\u000b-\u001f\u007f-\u009f]/);
  },
);
