import { spawnSync } from "node:child_process";
import path from "node:path";
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

const REPORTER = `process.once("exit", () => {
  const { loaded } = require.cache[process.argv[1]].exports;
  process.stdout.write(JSON.stringify([...loaded].map(([name, { script }]) => [name, script.cachedDataRejected])));
});`;

test.each(["daemon", "tool"])("V8 takes what was compiled of the sandbox's %s", (program) => {
  room.write({ "reporter.cjs": REPORTER });
  const dist = path.resolve(import.meta.dirname, "../../dist");
  const args = ["--require", path.join(room.folder, "reporter.cjs"), path.join(dist, `${program}.cjs`), "{}"];
  const { stdout } = spawnSync(process.execPath, args, { encoding: "utf8" });
  const bundles = JSON.parse(/\[\[.*/.exec(stdout)?.[0] ?? "[]") as [string, boolean][];
  expect(bundles).toContainEqual([`${program}.main.cjs`, false]);
  expect(bundles.filter(([, isRejected]) => isRejected)).toEqual([]);
});
