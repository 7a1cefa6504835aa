import { cpSync, readdirSync, renameSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";
import { tower } from "../support/tower.ts";

const START = ["--target", "none", "--trust", "--yes"] as const;
let room: CliRoom;
beforeEach(() => {
  room = openCliRoom(tower());
});
afterEach(() => room.remove());

const at = (name: string): string => path.join(room.folder, name);
const states = (): string[] =>
  readdirSync(path.resolve(room.folder, "../state/learn-istio")).map((name) =>
    name.replace(/-[0-9a-f]{8}$/, "-<hash>"),
  );
const done = async (folder: string): Promise<readonly string[]> => {
  const { stdout } = await room.run(["list", "--lessons", folder, "--target", "none", "--json"]);
  return JSON.parse(stdout).lessons.flatMap((row: { id: string; state: string }) =>
    row.state === "completed" ? [row.id] : [],
  );
};

test("two courses of one id in two folders: neither sees the other's progress", async () => {
  cpSync(at("lessons"), at("other"), { recursive: true });
  await room.run(["start", "lesson-01", "--lessons", "lessons", ...START]);
  expect(await done("lessons")).toEqual(["lesson-01"]);
  expect(await done("other")).toEqual([]);
  await room.run(["start", "lesson-02", "--lessons", "other", ...START]);
  expect(await done("lessons")).toEqual(["lesson-01"]);
  expect(await done("other")).toEqual(["lesson-01", "lesson-02"]);
  expect(states().toSorted()).toEqual(["tower", "tower-<hash>"]);
  const status = await room.run(["status", "--lessons", "other", "--target", "none"]);
  expect(status.stdout).toContain("folder  other\n");
});

test("a course that was moved keeps its progress", async () => {
  await room.run(["start", "lesson-01", ...START]);
  renameSync(at("lessons"), at("moved"));
  expect(await done("moved")).toEqual(["lesson-01"]);
  await room.run(["start", "lesson-02", "--lessons", "moved", ...START]);
  expect(await done("moved")).toEqual(["lesson-01", "lesson-02"]);
  expect(states()).toEqual(["tower"]);
});

test("a course with the id of the lessons that came along has a state of its own", async () => {
  room.write({ "lessons/course.yaml": "id: istio-playground\n" });
  await room.run(["start", "lesson-01", ...START]);
  expect(states()).toEqual(["istio-playground-<hash>"]);
});

test("one course on two targets: each has its own record", async () => {
  room.write(tower({ "lesson-01": (text) => text.replace("targets: [none]", "targets: [none, sandbox]") }));
  await room.run(["start", "lesson-01", ...START]);
  expect(await done("lessons")).toEqual(["lesson-01"]);
  const { stdout } = await room.run(["list", "--target", "sandbox"]);
  expect(stdout).toContain("lesson-01  The ground (not begun");
  expect((await room.run(["log", "--target", "sandbox"])).stderr).toBe("Nothing was run yet.\n");
});

test("in the folder of a course it is that one, without being named", async () => {
  const files = Object.entries(tower()).map(([name, text]) => [name.replace(/^lessons\//, ""), text]);
  const inside = openCliRoom(Object.fromEntries(files));
  onTestFinished(() => inside.remove());
  const [listed, named] = await Promise.all([inside.run(["list"]), inside.run(["list", "--lessons", "."])]);
  expect(listed.stdout).toBe(named.stdout);
});
