import { afterEach, beforeEach, expect, test } from "vitest";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";

let room: CliRoom;
beforeEach(() => {
  room = openCliRoom();
});
afterEach(() => room.remove());

test("characters that are no ASCII reach the program as they stand in its sources", async () => {
  // What may not begin a line stands in a regular expression, which bundling leaves as it is.
  const summary = `${"あ".repeat(38)}。${"い".repeat(20)}`;
  room.write({ "lessons/lesson-01-a.md": `---\ntitle: T\nsummary: ${summary}\n---\n\n# T\n` });
  const { stdout } = await room.run(["list"]);
  expect(stdout).toContain(`    ${"あ".repeat(37)}\n    あ。い`);
});
