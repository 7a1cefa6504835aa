import { statSync } from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openCliRoom } from "../support/run-cli.ts";

test("starting the sandbox from inside its own session, twice, leaves it a kubectl", async () => {
  const room = openCliRoom();
  onTestFinished(async () => {
    await room.run(["sandbox", "stop"]);
    room.remove();
  });
  const root = path.dirname(room.folder);
  expect((await room.run(["sandbox", "start"])).code).toBe(0);
  const { stdout } = await room.run(["env", "--json"]);
  const PATH = (JSON.parse(stdout) as { PATH: string }).PATH.replaceAll("<root>", root);
  const folders = PATH.split(path.delimiter);
  const tools = folders.find((folder) => path.basename(folder) === "tools" && folder.startsWith(root)) ?? "";
  for (let round = 0; round < 2; round += 1) {
    expect((await room.run(["sandbox", "start"], { env: { PATH } })).code).toBe(0);
    expect(statSync(path.join(tools, "kubectl")).isFile()).toBe(true);
  }
});
