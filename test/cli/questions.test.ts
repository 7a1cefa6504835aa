import { spawn, spawnSync } from "node:child_process";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";
import { tower } from "../support/tower.ts";

const BIN = process.env.LEARN_ISTIO_BIN ?? path.resolve(import.meta.dirname, "../../src/cli/bin.cjs");
/** util-linux's `script` gives a program a terminal. */
const hasTerminal = process.platform === "linux" && spawnSync("script", ["--version"]).status === 0;

let room: CliRoom;
beforeEach(() => {
  room = openCliRoom(tower());
});
afterEach(() => room.remove());

/** Run on a terminal; `typed` is sent once `question` is on the screen. */
function onTerminal(
  args: readonly string[],
  question: string,
  typed: string,
): Promise<{ code: number | null; screen: string }> {
  const root = path.resolve(room.folder, "..");
  const env = {
    PATH: process.env.PATH ?? "",
    HOME: root,
    TERM: "xterm",
    XDG_STATE_HOME: `${root}/state`,
    XDG_CACHE_HOME: `${root}/cache`,
  };
  const command = [process.execPath, BIN, ...args].join(" ");
  const child = spawn("script", ["-qefc", command, "/dev/null"], { cwd: room.folder, env });
  let screen = "";
  let isAsked = false;
  child.stdout.on("data", (chunk: Buffer) => {
    screen += chunk.toString("utf8");
    if (isAsked || !screen.includes(question)) return;
    isAsked = true;
    child.stdin.write(typed);
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, screen })));
}

const START = ["start", "lesson-02", "--target", "none", "--trust"];
const MISSING = "Run what is missing first?";

test.skipIf(!hasTerminal)("catch-up is asked about: no runs nothing, in keys and in words", async () => {
  const words = await onTerminal([...START, "--plain"], "(yes/no/without) ", "no\n");
  expect(words.code).toBe(1);
  expect(words.screen).not.toContain("\u001b");
  expect(await onTerminal(START, MISSING, "\u0003")).toMatchObject({ code: 1 });
  expect((await room.run(["log", "--target", "none"])).stderr).toBe("Nothing was run yet.\n");
});

test.skipIf(!hasTerminal)("trust is asked for once, on a terminal by keys", async () => {
  const args = ["check", "lesson-01", "--target", "none"];
  const untrusted = ["start", "lesson-01", "--target", "none", "--yes"];
  expect((await onTerminal(untrusted, "Run them?", "n\r")).code).toBe(4);
  const agreed = await onTerminal(untrusted, "Run them?", "y\r");
  expect(agreed).toMatchObject({ code: 0, screen: expect.stringContaining("lesson-01 is completed") });
  expect((await room.run(args)).code).toBe(0);
});
