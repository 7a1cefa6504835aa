import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";
import { tower } from "../support/tower.ts";

const NONE = ["--target", "none"] as const;
const START = ["start", "lesson-01", ...NONE, "--trust"] as const;
let room: CliRoom;
let state: string;
beforeEach(() => {
  room = openCliRoom(tower());
  state = path.resolve(room.folder, "../state/learn-istio/tower/none");
});
afterEach(() => room.remove());

const at = (file: string): string => path.join(state, "workspace", file);
const trace = (): string[] => (existsSync(at("trace")) ? readFileSync(at("trace"), "utf8").trim().split("\n") : []);
const step = async (): Promise<string> =>
  /^step {4}(.*)$/m.exec((await room.run(["status", ...NONE])).stdout)?.[1] ?? "";
/** The first two of four steps, by typed words. */
const halfWay = () => room.run(START, { stdin: "run\nnext\nrun\nnext\nquit\n" });

test("resume looks at what was done: what still holds is not spoken of", async () => {
  await halfWay();
  const { stdout } = await room.run(START, { stdin: "quit\n" });
  expect(stdout).toContain("Going on where you left off, at step 3 of 4.");
  expect(stdout).not.toContain("hold");
});

test("resume: a step that does not hold any more is named, and gone back to when the learner agrees", async () => {
  await halfWay();
  rmSync(at("ground.walls"));
  const { stdout } = await room.run(START, { stdin: "y\nrun\nquit\n" });
  expect(stdout).toMatchInlineSnapshot(`
    "Going on where you left off, at step 3 of 4.
    Step 2 (\`lesson-01#walls\`) does not hold any more: the ground has walls.
    Go back there? What comes after it is then to be done again. (y/n) y

    == lesson-01  step 2 of 4  Walls [none (no cluster)]

      $ echo "walls $NAME" >> trace; if [ "$(cat slow 2> /dev/null)" = "$NAME" ]; \\
          then touch waiting; sleep 60; fi
        echo walls > "$NAME.walls"

    run, check, type, solve, skip, help, quit
    > run
      [x] the ground has walls
      passed (<duration>)

    next, run, check, help, quit
    > quit

    Your place is kept. \`learn-istio start lesson-01\` goes on here.
    "
  `);
  // The variable of the first step is there, though that step did not run again.
  expect(trace()).toEqual(["plan ground", "walls ground", "walls ground"]);
  expect(await step()).toBe("door-1 (3 of 4)");
});

test("resume: who agrees and leaves at once comes back to that step; who does not goes on", async () => {
  await halfWay();
  rmSync(at("ground.walls"));
  await room.run(START, { stdin: "y\nquit\n" });
  expect(await step()).toBe("walls (2 of 4)");
  expect((await room.run(["log", ...NONE])).stdout).toContain("lesson-01#walls  gone back to");
  await room.run(START, { stdin: "run\nnext\nquit\n" });
  rmSync(at("ground.walls"));
  const { stdout } = await room.run(START, { stdin: "n\nquit\n" });
  expect(stdout).toContain("== lesson-01  step 3 of 4");
  expect(await step()).toBe("door-1 (3 of 4)");
});

test("--yes goes back by itself, and does only what is missing", async () => {
  await room.run([...START, "--yes"]);
  // The latest that can be proved is the door; the first that does not hold are the walls.
  for (const file of ["ground.walls", "ground.door", "trace"]) rmSync(at(file));
  const both = await room.run([...START, "--yes"]);
  expect(both.stdout).toContain("Step 2 (`lesson-01#walls`) does not hold any more: the ground has walls.");
  expect({ code: both.code, trace: trace() }).toEqual({ code: 0, trace: ["walls ground", "door ground"] });
  for (const file of ["ground.door", "trace"]) rmSync(at(file));
  const one = await room.run([...START, "--yes"]);
  expect(one.stdout).toContain("Step 3 (`lesson-01#door-1`) does not hold any more: the ground has a door.");
  expect({ code: one.code, trace: trace() }).toEqual({ code: 0, trace: ["door ground"] });
});

test("a step changed since it passed is offered again; one that is gone costs nothing", async () => {
  await halfWay();
  room.write(tower({ "lesson-01": (text) => text.replace('echo walls > "$NAME', 'echo bricks > "$NAME') }));
  expect(await step()).toBe("walls (2 of 4)");
  expect((await room.run(["status", ...NONE])).stdout).toContain("edited  walls: changed since passed\n");
  const { stdout } = await room.run(START, { stdin: "run\nquit\n" });
  expect(stdout).toContain("Changed since you passed: `walls`; it is offered again.");
  expect(stdout).not.toContain("(passed before)");
  expect(await step()).toBe("door-1 (3 of 4)");
  room.write(tower({ "lesson-01": (text) => text.replaceAll("#walls", "#masonry") }));
  expect(await step()).toBe("masonry (2 of 4)");
  const { progress } = JSON.parse((await room.run(["status", ...NONE, "--json"])).stdout);
  expect(progress.unknownSteps).toEqual(["walls"]);
});

test("a saved session that ends bash is set aside and said; the next start knows nothing of it", async () => {
  await halfWay();
  const file = path.join(state, "session-lesson-01.json");
  const saved = JSON.parse(readFileSync(file, "utf8"));
  saved.state.source += "\nexit 3\n";
  writeFileSync(file, JSON.stringify(saved));
  expect((await room.run(["check", ...NONE])).code).toBe(1);
  expect(existsSync(file)).toBe(true);
  const first = await room.run(START, { stdin: "solve\nnext\nquit\n" });
  expect(first.stdout.replaceAll(/\s+/g, " ")).toContain(
    "it is kept in `<root>/state/learn-istio/tower/none/session-lesson-01.json.unreadable`",
  );
  expect(existsSync(`${file}.unreadable`)).toBe(true);
  const second = await room.run(START, { stdin: "quit\n" });
  expect(second.stdout).not.toContain("unreadable");
});

test("a bash that something else killed while it took the saved session over takes no state with it", async () => {
  await halfWay();
  const file = path.join(state, "session-lesson-01.json");
  const saved = JSON.parse(readFileSync(file, "utf8"));
  const killed = path.join(state, "killed");
  saved.state.source += `\n[[ -e '${killed}' ]] || { : > '${killed}'; kill -9 $$; }\n`;
  writeFileSync(file, JSON.stringify(saved));
  const { stdout } = await room.run(START, { stdin: "quit\n" });
  expect(existsSync(killed)).toBe(true);
  expect(stdout).not.toContain("unreadable");
  expect(JSON.parse(readFileSync(file, "utf8")).state.source).toContain("NAME=");
});

test("what was passed in another lesson's session is still there after a catch-up in between", async () => {
  await room.run(["start", "lesson-02", ...NONE, "--trust", "--without"], { stdin: "run\nquit\n" });
  await room.run(["start", "lesson-02", ...NONE, "--yes"]);
  expect(trace()).toEqual(["plan first", "plan ground", "walls ground", "door ground", "walls first", "door first"]);
});

test("looking: a step without checks proves nothing; --all looks at all that was completed", async () => {
  const none = await room.run(["check", ...NONE, "--trust"]);
  expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining("`lesson-01#plan` was not passed yet") });
  expect(await room.run(["check", "--all", ...NONE, "--trust"])).toMatchObject({ code: 1, stdout: "" });
  await room.run(["start", "lesson-02", ...NONE, "--trust", "--yes"]);
  expect(await room.run(["check", "--all", ...NONE])).toMatchObject({
    code: 0,
    stdout: "[x] lesson-01  holds\n[x] lesson-02  holds\n",
  });
  rmSync(at("ground.door"));
  const all = await room.run(["check", "--all", ...NONE]);
  expect(all).toMatchObject({
    code: 1,
    stdout: "[ ] lesson-01  does not hold: the ground stands\n[x] lesson-02  holds\n",
  });
  const { lessons } = JSON.parse((await room.run(["check", "--all", "--json", ...NONE])).stdout);
  expect(lessons.map(({ holds }: { holds: boolean }) => holds)).toEqual([false, true]);
  const states = async (): Promise<string[]> => {
    const { stdout } = await room.run(["list", "--json", ...NONE]);
    return JSON.parse(stdout).lessons.map((one: { state: string }) => one.state);
  };
  const written = readFileSync(path.join(state, "evidence.jsonl"), "utf8");
  expect((await states()).slice(0, 2)).toEqual(["completed, not in force", "completed"]);
  await room.run(["check", "--all", ...NONE]);
  expect(readFileSync(path.join(state, "evidence.jsonl"), "utf8")).toBe(written);
  writeFileSync(at("ground.door"), "door\n");
  await room.run(["check", "--all", ...NONE]);
  expect((await states()).slice(0, 2)).toEqual(["completed", "completed"]);
  rmSync(at("ground.door"));
  expect((await room.run(["check", "lesson-01", ...NONE])).code).toBe(1);
  await room.run(["reset", "lesson-01", ...NONE, "--yes"]);
  expect((await room.run(["check", "lesson-01", ...NONE])).code).toBe(1);
});

test("the log: lines for people and for programs, of one step in full", async () => {
  await room.run([...START, "--yes"]);
  const one = await room.run(["log", "lesson-01#walls", ...NONE]);
  expect(one.stdout).toMatchInlineSnapshot(`
    "<date>  lesson-01#walls  pass, <duration>
        $ echo "walls $NAME" >> trace; if [ "$(cat slow 2> /dev/null)" = "$NAME" ]; then touch waiting; sleep 60; fi
        echo walls > "$NAME.walls"
        pass: the ground has walls
    "
  `);
  const { stdout } = await room.run(["log", "--json", ...NONE]);
  const [about, ...records] = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(about).toEqual({ type: "log", version: 1, course: "tower", target: "none" });
  expect(records.find((record) => record.type === "step-end" && record.step === "walls")).toMatchObject({
    course: "tower",
    target: "none",
    lesson: "lesson-01",
    verdict: { kind: "pass" },
    versions: { "learn-istio": expect.any(String) },
    seen: [
      { kind: "command", status: 0 },
      { kind: "check", verdict: "pass" },
    ],
  });
  expect(await room.run(["log", "lesson-01#nosuch", ...NONE])).toMatchObject({ code: 0, stdout: "" });
});

test("a torn log, a line of a later version and a newer log", async () => {
  await halfWay();
  const log = path.join(state, "evidence.jsonl");
  appendFileSync(log, '{"type":"party","at":1,"lesson":"lesson-01"}\n{"type":"step-e');
  const status = await room.run(["status", ...NONE]);
  expect(status).toMatchObject({ code: 0, stdout: expect.stringContaining("door-1 (3 of 4)") });
  const again = await room.run(START, { stdin: "quit\n" });
  expect(again.stderr).toContain("is not a record that this version knows; it was left as it is.");
  expect(readFileSync(path.join(state, "evidence.torn"), "utf8")).toContain('{"type":"step-e');
  writeFileSync(log, readFileSync(log, "utf8").replace('"version":1', '"version":99'));
  for (const command of ["status", "check", "log", "list", "export"]) {
    const result = await room.run([command, ...NONE]);
    expect(result).toMatchObject({ code: 4, stderr: expect.stringContaining("written by a newer learn-istio") });
  }
});
