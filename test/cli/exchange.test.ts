import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";
import { tower } from "../support/tower.ts";

const NONE = ["--target", "none"] as const;
const START = [...NONE, "--trust", "--yes"] as const;
let room: CliRoom;
/** Another machine of the same learner. */
let elsewhere: CliRoom;
beforeEach(() => {
  room = openCliRoom(tower());
  elsewhere = openCliRoom(tower());
});
afterEach(() => {
  room.remove();
  elsewhere.remove();
});

async function carry(from: CliRoom, to: CliRoom, args: readonly string[] = []) {
  const { stdout } = await from.run(["export", ...NONE]);
  return to.run(["import", ...args], { stdin: stdout });
}
const evidence = (of: CliRoom): string =>
  readFileSync(path.resolve(of.folder, "../state/learn-istio/tower/none/evidence.jsonl"), "utf8");

test("progress goes to another machine: completed there, proved before it counts, and comes back without doubles", async () => {
  await room.run(["start", "lesson-02", ...START]);
  const first = await carry(room, elsewhere);
  expect(first).toMatchInlineSnapshot(`
    {
      "code": 0,
      "stderr": "",
      "stdout": "16 records imported for target \`none\`, 0 known already. What was completed
    elsewhere is shown so; \`learn-istio start\` proves what holds here.
    ",
    }
  `);
  expect((await elsewhere.run(["list", ...NONE])).stdout).toMatchInlineSnapshot(`
    "Tower (target: none)

    [ ] lesson-01  The ground (completed elsewhere, 4 min)
        Build the ground.
    [ ] lesson-02  The first (completed elsewhere, 4 min)
        Build the first.
    [ ] lesson-03  The second (not begun, 4 min)
        Build the second.
    [ ] lesson-04  The third (not begun, 4 min)
        Build the third.
    [ ] lesson-05  The roof (not begun, 4 min)
        Build the roof.
    "
  `);
  expect(await carry(room, elsewhere)).toMatchObject({ code: 0, stdout: expect.stringContaining("0 records") });
  // Nothing of it is taken as true here: the lesson below runs again, by the times measured there.
  const plan = await elsewhere.run(["start", "lesson-02", ...NONE, "--trust", "--plan"]);
  expect(plan.stdout).toMatchInlineSnapshot(`
    "lesson-02 builds on 1 lesson; 1 of them does not hold now:
      [ ] lesson-01  The ground: not done here; runs 4 steps, <duration> last time
    "
  `);
  expect((await elsewhere.run(["start", "lesson-03", ...START])).code).toBe(0);
  const before = evidence(room);
  await carry(elsewhere, room);
  const after = evidence(room);
  expect(after.startsWith(before)).toBe(true);
  expect(await carry(elsewhere, room)).toMatchObject({ code: 0, stdout: expect.stringContaining("0 records") });
  expect((await room.run(["list", ...NONE])).stdout).toContain("lesson-03  The second (completed elsewhere");
  // What is done by hand there is not undone here.
  const reset = await room.run(["reset", "lesson-03", ...NONE, "--yes"]);
  expect(reset.stderr).toContain("was not begun on target none");
});

test("a file of another course is refused, unless the course is named", async () => {
  await room.run(["start", "lesson-01", ...START]);
  elsewhere.write({ "lessons/course.yaml": "id: castle\n" });
  expect(await carry(room, elsewhere)).toMatchInlineSnapshot(`
    {
      "code": 2,
      "stderr": "learn-istio: What standard input holds is of the course \`tower\`, this one is \`castle\`.
      hint: If they are the same lessons under another name: \`--as castle\`.
    ",
      "stdout": "",
    }
  `);
  expect(await carry(room, elsewhere, ["--as", "tower"])).toMatchObject({ code: 2 });
  expect(await carry(room, elsewhere, ["--as", "castle"])).toMatchObject({ code: 0 });
});

test("a file by its name, for the learner's eyes; what is no file of ours", async () => {
  expect(await room.run(["export", ...NONE])).toMatchObject({ code: 2 });
  await room.run(["start", "lesson-01", ...START]);
  expect(await room.run(["export", "mine.jsonl", ...NONE])).toMatchInlineSnapshot(`
    {
      "code": 0,
      "stderr": "8 records of \`tower\` on target \`none\` written to \`mine.jsonl\`: no values of variables, no output.
    ",
      "stdout": "",
    }
  `);
  expect(await elsewhere.run(["import", path.join(room.folder, "mine.jsonl")])).toMatchObject({ code: 0 });
  writeFileSync(path.join(elsewhere.folder, "other"), "hello\n");
  expect(await elsewhere.run(["import", "other"])).toMatchInlineSnapshot(`
    {
      "code": 2,
      "stderr": "learn-istio: What \`other\` holds cannot be imported: its first line is not that of exported progress.
      hint: \`learn-istio export FILE\` makes such a file.
    ",
      "stdout": "",
    }
  `);
  expect(await elsewhere.run(["import", "nosuch"])).toMatchObject({ code: 4 });
  expect(await elsewhere.run(["import", ".."])).toMatchObject({ code: 4 });
  expect(await elsewhere.run(["import", path.join(room.folder, "mine.jsonl"), "--target", "sandbox"])).toMatchObject({
    code: 2,
  });
  expect(await room.run(["export", "no/such/folder/mine.jsonl", ...NONE])).toMatchObject({ code: 4 });
});
