import { existsSync, readFileSync } from "node:fs";
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
  await host.until("Only this machine can reach it");
  return { ...host, head, invitation };
}

const start = () => room.run(["start", "lesson-01", "--yes", "--target", "none", "--plain", "--trust"]);
const logged = async () =>
  (await room.run(["class", "log", "--json"])).stdout
    .trim()
    .split("\n")
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

/** Loaded before the program: writes a line for each connection that it opens. */
const GUARD = `
const { appendFileSync } = require("node:fs");
const { Socket } = require("node:net");
const { connect } = Socket.prototype;
Socket.prototype.connect = function (...given) {
  appendFileSync(process.env.CONNECTIONS, "connected\\n");
  return connect.apply(this, given);
};`;

test("without a class nothing is sent, written or looked for; with one there are connections", async () => {
  room.write({ "guard.cjs": GUARD });
  const connections = path.join(room.folder, "connections");
  const env = { NODE_OPTIONS: `--require ${path.join(room.folder, "guard.cjs")}`, CONNECTIONS: connections };
  const run = () => room.run(["start", "lesson-01", "--yes", "--target", "none", "--plain", "--trust"], { env });
  expect((await run()).code).toBe(1);
  expect(existsSync(connections)).toBe(false);
  expect(existsSync(path.join(room.env.XDG_STATE_HOME ?? "", "learn-istio/course/class"))).toBe(false);
  const host = await hostClass();
  await room.run(["class", "join", host.invitation]);
  expect((await run()).code).toBe(1);
  expect(readFileSync(connections, "utf8")).toMatch(/^(connected\n)+$/);
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
  ["wibble", 2, "`class wibble` is nothing, expected `"],
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
