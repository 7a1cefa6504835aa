import { existsSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { lessonText } from "../support/lesson-text.ts";
import { type CliRoom, openCliRoom } from "../support/run-cli.ts";
import { startCli } from "../support/start-cli.ts";

let room: CliRoom;
let teacher: CliRoom;
const files = {
  "lessons/course.yaml": "id: course\ntitle: Our course\n",
  "lessons/lesson-01-a.md": lessonText("A", { steps: ["echo SECRET > /dev/null", "test -e fixed"] }),
};
beforeEach(() => {
  room = openCliRoom(files);
  teacher = openCliRoom(files);
});
afterEach(() => {
  room.remove();
  teacher.remove();
});

async function hostClass() {
  const host = startCli(teacher, "class", "host");
  const head = await host.until("board:");
  const invitation = /'(http:[^']*)'/.exec(head)?.[1] ?? "";
  await host.until("`?` tells what you can type here.\n");
  return { ...host, head, invitation };
}

const start = () => room.run(["start", "lesson-01", "--yes", "--target", "none", "--plain", "--trust"]);
const logged = async () =>
  (await room.run(["class", "log", "--json"])).stdout
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => JSON.parse(line) as Record<string, unknown>);

test("what a learner does shows at the host: where, how it ended, and nothing else of it", async () => {
  const host = await hostClass();
  const joined = await room.run(["class", "join", host.invitation, "--as", "ana"]);
  expect(joined.code).toBe(0);
  expect(joined.stdout).toContain("You are in the class `Our course`, as `ana`.");
  await host.until("ana               joined\n");
  const started = await start();
  expect([started.code, started.stderr]).toEqual([1, expect.stringContaining("In the class `Our course` as `ana`")]);
  const told = await host.until("leaves the lesson\n");
  expect(told.split("\n").map((line) => line.slice(28))).toEqual([
    "opens lesson-01#one",
    "begins lesson-01#one",
    expect.stringMatching(/^lesson-01#one passed \(/),
    "begins lesson-01#two",
    expect.stringMatching(/^lesson-01#two did not pass: wrong-exit \(/),
    "leaves the lesson",
    "",
  ]);
  const sent = await logged();
  expect(sent.map(({ type, sent }) => [type, sent])).toEqual(
    ["open", "step-start", "step-end", "step-start", "step-end", "close"].map((type) => [type, true]),
  );
  const known = ["sent", "type", "at", "lesson", "step", "verdict", "ms"];
  expect(sent.flatMap(Object.keys).filter((key) => !known.includes(key))).toEqual([]);
  expect(JSON.stringify(sent)).not.toMatch(/SECRET|echo|test -e|\/dev/);
  host.interrupt();
  expect(await host.ended).toBe(0);
});

test("without a network nothing waits: it arrives with the next lesson, in order, once; after leaving nothing is sent", async () => {
  const first = await hostClass();
  await room.run(["class", "join", first.invitation, "--as", "ana"]);
  first.kill();
  await first.ended;
  expect((await start()).code).toBe(1);
  expect((await logged()).map(({ sent }) => sent)).toEqual(Array(6).fill(false));
  const second = await hostClass();
  expect([second.invitation, second.head]).toEqual([
    first.invitation,
    expect.stringContaining("(goes on, with 1 learner)"),
  ]);
  await start();
  const told = `${await second.until("leaves the lesson\n")}${await second.until("leaves the lesson\n")}`;
  expect(told.match(/opens|begins|passed|did not pass|leaves/g)).toEqual([
    ...["opens", "begins", "passed", "begins", "did not pass", "leaves"],
    ...["opens", "begins", "did not pass", "leaves"],
  ]);
  const left = await room.run(["class", "leave"]);
  expect([left.code, left.stderr]).toEqual([0, "You have left the class; nothing is sent any more.\n"]);
  await second.until("left\n");
  const before = await logged();
  expect((await start()).stderr).not.toContain("In the class");
  expect(await logged()).toEqual(before);
});

/** Loaded before the program: writes a line for each connection that it opens, and for each module of the network's. */
const GUARD = `
const { appendFileSync } = require("node:fs");
const { Socket } = require("node:net");
const Module = require("node:module");
const { connect } = Socket.prototype;
const say = (line) => appendFileSync(process.env.CONNECTIONS, line + "\\n");
Socket.prototype.connect = function (...given) {
  say("connected");
  return connect.apply(this, given);
};
const { _load } = Module;
Module._load = function (name, ...given) {
  if (/^(?:node:)?(?:http|https)$/.test(name)) say("loaded");
  return _load.call(this, name, ...given);
};`;

test("without a class nothing is sent, loaded, written or looked for, before one as after one; with one there are connections", async () => {
  room.write({ "guard.cjs": GUARD });
  const connections = path.join(room.folder, "connections");
  const env = { NODE_OPTIONS: `--require ${path.join(room.folder, "guard.cjs")}`, CONNECTIONS: connections };
  const anew = ["start", "lesson-01#one", "--yes", "--target", "none", "--plain", "--trust"];
  const run = (args: readonly string[] = anew) => room.run(args, { env });
  const before = await run();
  expect(before.code).toBe(1);
  await run(["hint"]);
  expect(existsSync(connections)).toBe(false);
  expect(existsSync(path.join(room.env.XDG_STATE_HOME ?? "", "learn-istio/course/class"))).toBe(false);
  const host = await hostClass();
  await room.run(["class", "join", host.invitation]);
  const joined = await run();
  expect([joined.code, joined.stdout]).toEqual([1, before.stdout]);
  expect(new Set(readFileSync(connections, "utf8").trim().split("\n"))).toEqual(new Set(["loaded", "connected"]));
  await room.run(["class", "leave"]);
  rmSync(connections);
  expect(await run()).toEqual(before);
  expect(existsSync(connections)).toBe(false);
});

test("`start --join` joins and starts; once in, the same works again, and without a network, too", async () => {
  const host = await hostClass();
  const joined = (...more: string[]) =>
    room.run([
      "start",
      "lesson-01",
      "--yes",
      "--target",
      "none",
      "--plain",
      "--trust",
      "--join",
      host.invitation,
      ...more,
    ]);
  const first = await joined("--as", "ana");
  expect([first.code, first.stderr]).toEqual([
    1,
    expect.stringContaining("You are in the class `Our course`, as `ana`."),
  ]);
  await host.until("leaves the lesson\n");
  const again = await joined();
  expect([again.code, again.stderr]).toEqual([1, expect.stringMatching(/^In the class `Our course` as `ana`/)]);
  await host.until("leaves the lesson\n");
  host.kill();
  await host.ended;
  const offline = await joined();
  expect([offline.code, offline.stderr]).toEqual([1, expect.stringContaining("The class cannot be reached now")]);
  const lines = (await room.run(["class", "log", "--json"])).stdout.trim().split("\n");
  expect(JSON.parse(lines[0] ?? "")).toEqual({ version: 1, class: "Our course", events: lines.length - 1 });
  const alone = await room.run(["start", "--as", "ana"]);
  expect([alone.code, alone.stderr]).toEqual([2, expect.stringContaining("Add `--join URL#CODE`.")]);
});

test("a start that was killed is closed by the next program of the class, at the time of its last event", async () => {
  const host = await hostClass();
  await room.run(["class", "join", host.invitation, "--as", "ana"]);
  room.write({ "lessons/lesson-02-b.md": lessonText("B", { steps: ["sleep 60"] }) });
  const killed = startCli(room, "start", "lesson-02", "--yes", "--target", "none", "--plain", "--trust");
  await host.until("begins lesson-02#one\n");
  // Beside a start that is open nobody closes it.
  await room.run(["class", "hand"]);
  expect((await logged()).map(({ type }) => type)).toEqual(["open", "step-start", "hand"]);
  killed.kill();
  await killed.ended;
  await room.run(["class", "hand", "down"]);
  const all = await logged();
  expect(all.map(({ type }) => type)).toEqual(["open", "step-start", "hand", "close", "hand"]);
  expect(all[3]?.at).toBe(all[2]?.at);
  await host.until("leaves the lesson\n");
});

test("a hint that is read outside of start is told, too", async () => {
  const host = await hostClass();
  await room.run(["class", "join", host.invitation, "--as", "ana"]);
  const hinted = lessonText("A").replace(
    "## Checkpoint",
    "<details>\n<summary>Hint</summary>\n\nLook.\n\n</details>\n\n## Checkpoint",
  );
  room.write({ "lessons/lesson-01-a.md": hinted });
  expect((await room.run(["hint", "lesson-01"])).stdout).toContain("Look.");
  await host.until("reads hint 1 of lesson-01#one\n");
});

test("a raised hand brings its learner to the top, until it is lowered", async () => {
  const host = await hostClass();
  await room.run(["class", "join", host.invitation, "--as", "ana"]);
  const raised = await room.run(["class", "hand"]);
  expect([raised.code, raised.stderr]).toEqual([
    0,
    "The instructor sees your hand. `learn-istio class hand down` lowers it.\n",
  ]);
  await host.until("ana               STUCK: a hand is raised\n");
  const wrong = await room.run(["class", "hand", "up"]);
  expect([wrong.code, wrong.stderr]).toEqual([2, expect.stringContaining("expected nothing or `down`")]);
  expect((await room.run(["class", "hand", "down"])).stderr).toBe("Your hand is down.\n");
  await host.until("ana               is not stuck any more\n");
  host.kill();
  await host.ended;
  expect((await room.run(["class", "hand"])).stderr).toContain("cannot be reached now");
});

test("a class is hosted once at a time, and `--new` begins another one", async () => {
  const host = await hostClass();
  const second = await teacher.run(["class", "host"]);
  expect([second.code, second.stderr]).toEqual([
    4,
    expect.stringMatching(/^learn-istio: The class is hosted already: process \d+/),
  ]);
  host.interrupt();
  await host.ended;
  const { until } = startCli(teacher, "class", "host", "--new", "--json");
  const about = JSON.parse(await until("\n")) as { goesOn: boolean; invitation: string };
  expect(about.goesOn).toBe(false);
  expect(about.invitation).not.toBe(host.invitation);
});

test.each([
  ["wibble", 2, "`class wibble` is nothing, expected `announce`, `board`, "],
  ["joi", 2, "did you mean `join`?"],
  ["join", 2, "`class join` needs an invitation."],
  ["join 10.0.0.1", 2, "`10.0.0.1` is no invitation to a class."],
  ["join http://127.0.0.1:9/#ABCD-EFGH", 4, "There is no class at `http://127.0.0.1:9` (ECONNREFUSED)."],
  ["host --port 99999", 2, "`--port 99999` is no port."],
  ["host --listen 203.0.113.1", 4, "`203.0.113.1` port 0 cannot be listened on (EADDRNOTAVAIL)."],
  ["hand", 2, "You are in no class, so nobody would see your hand."],
  ["leave", 0, "You are in no class."],
  ["log", 0, "You are in no class: nothing is sent."],
])("class %s", async (line, code, said) => {
  const ran = await room.run(["class", ...line.split(" ")]);
  expect([ran.code, ran.stderr]).toEqual([code, expect.stringContaining(said)]);
});
