import { renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";
import { startCli } from "../support/start-cli.ts";

let room: CliRoom;
beforeEach(() => {
  room = openCliRoom();
});
afterEach(() => room.remove());

const page = (...steps: readonly (readonly [string, string])[]): string =>
  `# Page\n\n${steps.map(([bash, out], index) => `\`\`\`bash {#s${index + 1}}\n${bash}\n\`\`\`\n\n\`\`\`output\n${out}\n\`\`\`\n`).join("\n")}`;

test("runs again from the step that was edited, goes on after failures and bad files, ends by Ctrl-C", async () => {
  const file = path.join(room.folder, "page.md");
  writeFileSync(file, page(["echo a", "a"], ["echo b", "b"], ["echo c", "c"]));
  const watch = startCli(room, "test", "--watch", "page.md");
  expect(await watch.until("Ctrl-C ends")).toContain("3 passed, 0 failed");
  writeFileSync(file, page(["echo a", "a"], ["echo b", "B"], ["echo c", "c"]));
  const again = await watch.until("Ctrl-C ends");
  expect(again).toContain("again from `page#s2`");
  expect(again).toContain("`s1` runs because a step that was asked for builds on it");
  expect(again).toContain("1 passed, 1 failed, 1 skipped");
  // As editors do that write beside and rename.
  writeFileSync(`${file}.new`, `${page(["echo a", "a"], ["echo b", "B"], ["echo c", "c"])}\nMore words.\n`);
  renameSync(`${file}.new`, file);
  expect(await watch.until("Ctrl-C ends")).toContain("page.md: only its prose changed, nothing to run");
  writeFileSync(file, "# Page\n\n```bash {oops}\n```\n");
  expect(await watch.until("Ctrl-C ends")).toContain("Unknown key `oops`");
  writeFileSync(file, page(["echo a", "a"], ["echo b", "b"]));
  expect(await watch.until("Ctrl-C ends")).toContain("2 passed, 0 failed");
  watch.interrupt();
  expect(await watch.ended).toBe(0);
});

test("what is saved while it runs is not missed, and Ctrl-C in a run is an interruption", async () => {
  const file = path.join(room.folder, "page.md");
  writeFileSync(file, page([`until [ -e '${room.folder}/go' ]; do sleep 0.02; done; echo a`, "a"]));
  const watch = startCli(room, "test", "--watch", "page.md", "--reporter", "json");
  await watch.until("command-start");
  writeFileSync(file, page(["echo started; sleep 60", "a"]));
  writeFileSync(path.join(room.folder, "go"), "");
  await watch.until("started\\n");
  watch.interrupt();
  expect(await watch.ended).toBe(130);
});
