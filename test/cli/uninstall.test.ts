import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";

let room: CliRoom;
let root: string;
beforeEach(() => {
  room = openCliRoom();
  root = path.dirname(room.folder);
});
afterEach(async () => {
  await room.run(["sandbox", "stop"]);
  room.remove();
});

test("it says what goes and asks; agreed to, it stops the sandbox and takes what is its own", async () => {
  const started = JSON.parse((await room.run(["sandbox", "start", "--json"])).stdout);
  for (const folder of ["state/other", "cache/other", "state/learn-istio/course/live"])
    mkdirSync(path.join(root, folder), { recursive: true });
  writeFileSync(path.join(room.folder, "page.md"), "mine\n");

  const asked = await room.run(["uninstall"]);
  expect(asked.code).toBe(4);
  expect(asked.stderr.replaceAll(/\d+ [KM]iB/g, "<size>").replaceAll(/\s+/g, " ")).toBe(
    "This removes <root>/state/learn-istio (<size>) all progress in 2 courses (course, istio-playground); 1 running sandbox " +
      "will be stopped <root>/cache/learn-istio (<size>) what was fetched or worked out, and can be again " +
      "Clusters made with `--target live` stay: `kind get clusters` names them. " +
      "learn-istio: There is nobody to ask. hint: Agree by `learn-istio uninstall --yes`. ",
  );
  expect(await answers(started.url)).toBe(true);

  const agreed = await room.run(["uninstall", "--yes"]);
  expect({ code: agreed.code, stdout: agreed.stdout }).toEqual({ code: 0, stdout: "" });
  expect(agreed.stderr).toContain("Removed.");
  expect(await answers(started.url)).toBe(false);
  const left = ["state/learn-istio", "cache/learn-istio", "state/other", "cache/other", "work/page.md"];
  expect(left.filter((name) => existsSync(path.join(root, name)))).toEqual([
    "state/other",
    "cache/other",
    "work/page.md",
  ]);

  const again = await room.run(["uninstall", "--yes"]);
  expect(again).toEqual({ stdout: "", stderr: "Nothing of learn-istio is on this machine.\n", code: 0 });
});

/** Asked of its port: a process that nobody has waited for yet still has its pid. */
function answers(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(url).port), "127.0.0.1");
    socket.on("connect", () => resolve(socket.destroy().destroyed));
    socket.on("error", () => resolve(false));
  });
}
