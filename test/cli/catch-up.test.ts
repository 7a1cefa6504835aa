import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";
import { tower } from "../support/tower.ts";

const START = ["--target", "none", "--trust"] as const;
let room: CliRoom;
let state: string;
let workspace: string;
beforeEach(() => {
  room = openCliRoom(tower());
  state = path.resolve(room.folder, "../state/learn-istio/tower/none");
  workspace = path.join(state, "workspace");
});
afterEach(() => room.remove());

const catchUp = (lesson = "lesson-05") => room.run(["start", lesson, ...START, "--yes"]);
const plan = async (lesson = "lesson-05") => (await room.run(["start", lesson, ...START, "--plan"])).stdout;
const at = (file: string): string => path.join(workspace, file);
/** What ran since it was last asked. */
function ran(): string[] {
  const lines = existsSync(at("trace")) ? readFileSync(at("trace"), "utf8").trim().split("\n") : [];
  rmSync(at("trace"), { force: true });
  return lines;
}
const whole = (name: string) => [`plan ${name}`, `walls ${name}`, `door ${name}`];

test("nothing done: the plan, nobody to ask, nothing run", async () => {
  const { stdout, stderr, code } = await room.run(["start", "lesson-04", ...START]);
  expect({ stdout, code }).toEqual({ stdout: "", code: 4 });
  expect(stderr).toMatchInlineSnapshot(`
    "learn-istio: What lesson-04 builds on does not hold, and there is nobody to ask.

    lesson-04 builds on 3 lessons; 3 of them do not hold now:
      [ ] lesson-01  The ground: not done here; runs 4 steps, about 4m by its
          author, never run here
      [ ] lesson-02  The first: not done here; runs 4 steps, about 4m by its author,
          never run here
      [ ] lesson-03  The second: not done here; runs 4 steps, about 4m by its
          author, never run here
    Together: about 12m by its author, never run here.

      hint: \`learn-istio start lesson-04 --yes\` runs what is missing, \`--without\` begins without.
    "
  `);
  expect(ran()).toEqual([]);
});

test("--yes agrees: the lessons below run in their order, then the lesson itself", async () => {
  const { stdout, code } = await catchUp("lesson-03");
  expect(code).toBe(0);
  expect(ran()).toEqual([...whole("ground"), ...whole("first"), ...whole("second")]);
  expect(stdout).toMatchInlineSnapshot(`
    "lesson-03 builds on 2 lessons; 2 of them do not hold now:
      [ ] lesson-01  The ground: not done here; runs 4 steps, about 4m by its
          author, never run here
      [ ] lesson-02  The first: not done here; runs 4 steps, about 4m by its author,
          never run here
    Together: about 8m by its author, never run here.

    == lesson-01  step 1 of 4  Plan [none (no cluster)]

      $ NAME=ground; echo "plan ground" >> trace
      passed (<duration>)

    == lesson-01  step 2 of 4  Walls [none (no cluster)]

      $ echo "walls $NAME" >> trace; if [ "$(cat slow 2> /dev/null)" = "$NAME" ]; \\
          then touch waiting; sleep 60; fi
        echo walls > "$NAME.walls"
      [x] the ground has walls
      passed (<duration>)

    == lesson-01  step 3 of 4  Door [none (no cluster)]

      $ echo "door $NAME" >> trace
        echo door > "$NAME.door"
      [x] the ground has a door
      solved by us (<duration>)

    == lesson-01  step 4 of 4  Checkpoint [none (no cluster)]

      [x] the ground stands
      passed (<duration>)

    lesson-01 is completed: its checkpoint holds.

    == lesson-02  step 1 of 4  Plan [none (no cluster)]

      $ NAME=first; echo "plan first" >> trace
      passed (<duration>)

    == lesson-02  step 2 of 4  Walls [none (no cluster)]

      $ echo "walls $NAME" >> trace; if [ "$(cat slow 2> /dev/null)" = "$NAME" ]; \\
          then touch waiting; sleep 60; fi
        echo walls > "$NAME.walls"
      [x] the first has walls
      passed (<duration>)

    == lesson-02  step 3 of 4  Door [none (no cluster)]

      $ echo "door $NAME" >> trace
        echo door > "$NAME.door"
      [x] the first has a door
      solved by us (<duration>)

    == lesson-02  step 4 of 4  Checkpoint [none (no cluster)]

      [x] the first stands
      passed (<duration>)

    lesson-02 is completed: its checkpoint holds.
    Caught up: all that lesson-03 builds on holds.

    # The second

    == lesson-03  step 1 of 4  Plan [none (no cluster)]

      $ NAME=second; echo "plan second" >> trace
      passed (<duration>)

    == lesson-03  step 2 of 4  Walls [none (no cluster)]

      $ echo "walls $NAME" >> trace; if [ "$(cat slow 2> /dev/null)" = "$NAME" ]; \\
          then touch waiting; sleep 60; fi
        echo walls > "$NAME.walls"
      [x] the second has walls
      passed (<duration>)

    == lesson-03  step 3 of 4  Door [none (no cluster)]

      $ echo "door $NAME" >> trace
        echo door > "$NAME.door"
      [x] the second has a door
      solved by us (<duration>)

    == lesson-03  step 4 of 4  Checkpoint [none (no cluster)]

      [x] the second stands
      passed (<duration>)

    lesson-03 is completed: its checkpoint holds.
    Next: \`learn-istio start lesson-04\`
    \`learn-istio reset lesson-03\` undoes it.
    "
  `);
  expect(await plan("lesson-03")).toMatchInlineSnapshot(`
    "lesson-03 builds on 2 lessons; all of it holds now:
      [x] lesson-01  The ground: holds
      [x] lesson-02  The first: holds
    "
  `);
});

test("the middle is gone: it alone runs again, with what it took last time, and what stands on it is proved again", async () => {
  await catchUp();
  ran();
  rmSync(at("first.door"));
  expect(await plan()).toMatchInlineSnapshot(`
    "lesson-05 builds on 4 lessons; 1 of them does not hold now:
      [x] lesson-01  The ground: holds
      [ ] lesson-02  The first: done before, and gone; runs 4 steps again, but for
          what is true already, <duration> last time
          not true any more: the first stands
      [x] lesson-03  The second: holds
      [x] lesson-04  The third: holds
    "
  `);
  const { stdout, code } = await catchUp();
  expect(code).toBe(0);
  // The walls still stand, so they are taken as such; the plan has nothing that could tell.
  expect(ran()).toEqual(["plan first", "door first"]);
  expect(stdout.split("\n").filter((line) => line.includes("holds"))).toMatchInlineSnapshot(`
    [
      "  [x] lesson-01  The ground: holds",
      "  [x] lesson-03  The second: holds",
      "  [x] lesson-04  The third: holds",
      "lesson-01: its checkpoint holds.",
      "lesson-02 is completed: its checkpoint holds.",
      "lesson-03: its checkpoint holds.",
      "lesson-04: its checkpoint holds.",
      "Caught up: all that lesson-05 builds on holds.",
      "lesson-05 is completed: its checkpoint holds.",
    ]
  `);
  const status = await room.run(["list"]);
  expect(status.stdout).not.toContain("[ ]");
});

test("a catch-up that was ended goes on within its lesson, with a shorter plan", async () => {
  await catchUp("lesson-01");
  writeFileSync(at("slow"), "second");
  ran();
  const abort = new AbortController();
  const waiting = setInterval(() => existsSync(at("waiting")) && abort.abort(), 20);
  await room.run(["start", "lesson-05", ...START, "--yes"], { signal: abort.signal });
  clearInterval(waiting);
  expect(ran()).toEqual([...whole("first"), "plan second", "walls second"]);
  rmSync(at("slow"));
  expect(await plan()).toMatchInlineSnapshot(`
    "lesson-05 builds on 4 lessons; 2 of them do not hold now:
      [x] lesson-01  The ground: holds
      [x] lesson-02  The first: holds
      [ ] lesson-03  The second: left half-way; goes on at \`walls\`, 3 of 4 steps,
          about 3m by its author, never run here
      [ ] lesson-04  The third: not done here; runs 4 steps, about 4m by its author,
          never run here
    Together: about 7m by its author, never run here.
    "
  `);
  const { code } = await room.run(["start", ...START, "--yes"]);
  expect(code).toBe(0);
  // Variables of the step before are there: it is the same session that goes on.
  expect(ran()).toEqual(["walls second", "door second", ...whole("third"), ...whole("roof")]);
});

test("a lesson that was completed, lost and half repaired goes on where that was ended", async () => {
  await catchUp("lesson-02");
  for (const file of ["first.walls", "first.door"]) rmSync(at(file));
  writeFileSync(at("slow"), "first");
  ran();
  const abort = new AbortController();
  const waiting = setInterval(() => existsSync(at("waiting")) && abort.abort(), 20);
  await room.run(["start", "lesson-03", ...START, "--yes"], { signal: abort.signal });
  clearInterval(waiting);
  expect(ran()).toEqual(["plan first", "walls first"]);
  rmSync(at("slow"));
  expect((await room.run(["list"])).stdout).toContain("lesson-02  The first (completed, not in force, 4 min)");
  expect((await catchUp("lesson-03")).code).toBe(0);
  expect(ran()).toEqual(["walls first", "door first", ...whole("second")]);
});

test("a lesson edited since it passed: what it makes still holds, so it is left alone", async () => {
  await catchUp("lesson-02");
  ran();
  room.write(tower({ "lesson-01": (text) => text.replace("walls $NAME", "better walls $NAME") }));
  expect((await catchUp("lesson-02")).code).toBe(0);
  expect(ran()).toEqual([]);
  const again = await catchUp("lesson-01");
  expect(again.stdout).toContain("Changed since you passed: `walls`; it is offered again.");
  expect(ran()).toEqual(["better walls ground"]);
});

test("a catch-up step that fails stops it: neither the lesson nor what is between is begun", async () => {
  room.write(tower({ "lesson-02": (text) => text.replace('echo "door $NAME" >> trace', "false") }));
  const { stdout, code } = await catchUp();
  expect(code).toBe(1);
  expect(ran()).toEqual([...whole("ground"), "plan first", "walls first"]);
  expect(stdout).toContain("`learn-istio start lesson-05` goes on here.");
});

test("--without begins the lesson all the same, and says what it lacks", async () => {
  const { stdout, code } = await room.run(["start", "lesson-02", ...START, "--without", "--yes"]);
  expect(code).toBe(0);
  expect(stdout).toContain("[ ] lesson-01  The ground: not done here");
  expect(ran()).toEqual(whole("first"));
});

test.each<[string, Parameters<typeof tower>[0], number, string]>([
  [
    "a circle",
    { "lesson-01": (text: string) => text.replace("requires: []", "requires: [lesson-03]") },
    3,
    "LI032 The lessons require each other:",
  ],
  [
    "a lesson that is not there",
    { "lesson-02": (text: string) => text.replace("[lesson-01]", "[lesson-09]") },
    3,
    "LI031 `lesson-09` is required and does not exist",
  ],
  [
    "one that does not run here",
    { "lesson-01": (text: string) => text.replace("targets: [none]", "targets: [live]") },
    2,
    "lesson-03 builds on lesson-01, which does not run on target `none`, only on `live`.",
  ],
  [
    "one that is written wrongly",
    { "lesson-01": (text: string) => text.replace("{#walls}", "{#walls tiemout=1s}") },
    3,
    "`lessons/lesson-01-ground.md` is written wrongly, so it is not run.",
  ],
])("what a lesson builds on: %s is refused before anything runs", async (_name, changes, code, sentence) => {
  room.write(tower(changes));
  const result = await catchUp("lesson-03");
  expect(result.code).toBe(code);
  expect(result.stderr.replaceAll(/\s+/g, " ")).toContain(sentence);
  expect(existsSync(path.join(state, "evidence.jsonl"))).toBe(false);
});

test("the plan as JSON, beside an open start", async () => {
  await catchUp("lesson-01");
  const { stdout, code } = await room.run(["start", "lesson-03", ...START, "--plan", "--json"]);
  expect(code).toBe(0);
  const found = JSON.parse(stdout);
  for (const one of [found, ...found.required]) if (one.expected.basis === "measured") one.expected.ms = 0;
  expect(found).toMatchInlineSnapshot(`
    {
      "course": "tower",
      "expected": {
        "basis": "estimated",
        "ms": 240000,
      },
      "lesson": "lesson-03",
      "missing": 1,
      "required": [
        {
          "expected": {
            "basis": "measured",
            "ms": 0,
          },
          "lesson": "lesson-01",
          "of": 4,
          "state": "holds",
          "steps": [],
          "title": "The ground",
        },
        {
          "expected": {
            "basis": "estimated",
            "ms": 240000,
          },
          "failing": "the first stands",
          "lesson": "lesson-02",
          "of": 4,
          "state": "not begun",
          "steps": [
            "plan",
            "walls",
            "door-1",
            "checkpoint",
          ],
          "title": "The first",
        },
      ],
      "target": "none",
      "version": 1,
    }
  `);
});
