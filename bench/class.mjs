// A room at work: learners (the client library, over real sockets, in several processes) behind a network that is cut, at
// a host that is killed three times. What is on the learners' disks at the end is compared with what the host has.
//
//   node bench/class.mjs [--minutes 1] [--learners 60] [--processes 6] [--seed N]    the whole: --minutes 10 --learners 300
//
// Bytes are those of HTTP, with its headers, in both directions, as they pass the network; those of TCP are not counted.
// An event is on the board when the board's stream has said so; its way there begins with its message at the network
// (`POST to board`), or on the learner's disk (`disk to board`: with the time that the client gathers messages).
import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { build } from "esbuild";
import { parse } from "yaml";
import { BoardReader } from "./class/board-reader.mjs";
import { compareEvents, compareNotices, quantile, readHost } from "./class/compare.mjs";
import { HostProcess } from "./class/host-process.mjs";
import { Relay } from "./class/relay.mjs";
import { cli, header, node, privateEnv, root, row, scratchFolder } from "./measure.mjs";

if (process.platform !== "linux") {
  console.log("skipped: memory is read from /proc, which only Linux has");
  process.exit();
}
const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "1" },
    learners: { type: "string", default: "60" },
    processes: { type: "string", default: "6" },
  },
});
const [minutes, learnerCount, processCount] = [values.minutes, values.learners, values.processes].map(Number);
const length = minutes * 60_000;
const KILLS = 3;
const CUT_MS = Math.min(60_000, length / 6);
/** A step every 30 to 90 s, of which `learners.mjs` spends some at work. */
const PACE = [25_000, 75_000];
/** The longest that a client waits between two tries. */
const RETRY_MS = 16_000;
const LIMITS = { bytes: 1000, boardMs: 1000, mib: 200 };

const dir = scratchFolder();
const env = privateEnv(dir);
const lessons = path.join(root, "lessons");
const { id: course } = parse(readFileSync(path.join(lessons, "course.yaml"), "utf8"));
const began = Date.now();
/** When the host or the network was away, and learners were not back yet. */
const disturbed = [];
const say = (text) => console.error(`${((Date.now() - began) / 1000).toFixed(1).padStart(6)} s  ${text}`);

const library = path.join(dir, "learner.mjs");
const contents = `
export { UsageError } from "./src/diagnostics/index.ts";
export { raiseHand } from "./src/workshop/learner/hand.ts";
export { joinClass } from "./src/workshop/learner/join.ts";
export { linkToClass } from "./src/workshop/learner/link.ts";
export { readMembership } from "./src/workshop/learner/membership.ts";
export { readSeen } from "./src/workshop/learner/seen.ts";
export { Queue } from "./src/workshop/learner/queue.ts";
export { unpack } from "./src/workshop/packed.ts";
export { Sender } from "./src/workshop/learner/sender.ts";
`;
const stdin = { contents, resolveDir: root };
await build({ stdin, outfile: library, bundle: true, format: "esm", platform: "node", logLevel: "error" });
const { unpack } = await import(pathToFileURL(library));

const relay = new Relay();
const network = await relay.listen();
const host = new HostProcess(["--lessons", lessons], { env, cwd: dir });
process.on("exit", () => host.abandon());
const about = await host.begin();
relay.leadTo(Number(new URL(about.boardUrl).port));
const code = about.invitation.split("#")[1].replace("-", "");
const boardKey = about.boardKey ?? keyOf();
const auth = { authorization: `Bearer ${boardKey}` };
const first = await (await fetch(`${about.boardUrl}/v1/board`, { headers: auth })).json();
const steps = first.steps.map(({ step }) => step);

/** Token → each event's first message and the one that was confirmed. */
const sent = new Map();
const answers = [];
relay.onAsked = ({ kind, token, body, at }) => {
  if (kind !== "/v1/events") return;
  const { from, events } = JSON.parse(unpack(body, 1e6));
  const own = sent.get(token) ?? [];
  sent.set(token, own);
  for (const [index, event] of events.entries()) own[from + index] ??= { event, first: at };
};
relay.onAnswered = ({ kind, token, body, at, answeredAt, status }) => {
  if (kind !== "/v1/events" || (status !== 200 && status !== 204)) return;
  answers.push(answeredAt - at);
  const { from, events } = JSON.parse(unpack(body, 1e6));
  const own = sent.get(token);
  for (const index of events.keys()) own[from + index].confirmed ??= at;
};

const board = new BoardReader(about.boardUrl, boardKey);
const each = Math.ceil(learnerCount / processCount);
const processes = Array.from({ length: processCount }, (_, index) => {
  const count = Math.min(each, learnerCount - index * each);
  return fork(
    path.join(import.meta.dirname, "class/learners.mjs"),
    [library, index * each + 1, count, dir].map(String),
    {
      env,
    },
  );
});
process.on("exit", () => {
  for (const child of processes) child.kill();
});
const ends = processes.map(async (child) => {
  child.once("exit", (status) => {
    if (status !== 0) throw new Error(`learners ended with ${status}`);
  });
  for (;;) {
    const [message] = await once(child, "message");
    if (message.learners) return message.learners;
    if (message.ready) {
      const invitation = { url: `http://127.0.0.1:${network}`, code, course };
      child.send({ begin: { invitation, steps, pace: PACE, joinWithinMs: Math.min(20_000, length / 10) } });
    }
  }
});

const random = (from, to) => from + Math.random() * (to - from);
const script = [
  ...Array.from({ length: KILLS }, (_, index) => ({
    at: length * random(0.15 + index * 0.25, 0.35 + index * 0.25),
    run: killHost,
  })),
  { at: length * 0.45, run: cut },
  // The instructor: to all, to all while the network is cut, to some, and the way of a class from step to step.
  ...[0.3, 0.47, 0.65, 0.85].map((part) => ({ at: length * part, run: () => act({ type: "announce", text: "Now!" }) })),
  ...["gate", "ungate", "catch-up"].map((type, index) => ({
    at: length * (0.4 + index / 10),
    run: () => act({ type, step: steps[5] }),
  })),
  ...Array.from({ length: learnerCount / 10 }, () => ({
    at: length * random(0.2, 0.9),
    run: () => act({ type: "nudge", learner: Math.ceil(random(0, learnerCount)), text: "Look at the second line." }),
  })),
].sort((a, b) => a.at - b.at);
const underWay = [];
for (const { at, run } of script) {
  await sleep(Math.max(0, began + at - Date.now()));
  underWay.push(run());
}
await Promise.all(underWay);
await sleep(Math.max(0, began + length - Date.now()));

/** The key to the board, as an instructor gets at it. */
function keyOf() {
  const options = { env, cwd: dir, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] };
  const said = execFileSync(node, [cli, "class", "board", "--lessons", lessons], options);
  return /#([0-9a-f]+)/.exec(said)[1];
}

async function killHost() {
  const from = Date.now();
  say("the host is killed");
  await host.kill();
  await sleep(random(500, 4000));
  const again = await host.begin();
  if (again.boardUrl !== about.boardUrl) throw new Error(`the host came back at ${again.boardUrl}`);
  say("the host is back");
  disturbed.push([from, Date.now() + RETRY_MS]);
}

async function cut() {
  const from = Date.now();
  say("the network swallows all");
  relay.become("swallow");
  await sleep((CUT_MS * 2) / 3);
  say("the network resets connections");
  relay.become("reset");
  await sleep(CUT_MS / 3);
  relay.become("through");
  say("the network is back");
  disturbed.push([from, Date.now() + RETRY_MS]);
}

/** Do it as an instructor would: again, while the host is away. */
async function act(action) {
  for (;;) {
    const reply = await fetch(`${about.boardUrl}/v1/actions`, {
      method: "POST",
      headers: { ...auth, "content-type": "application/json" },
      body: JSON.stringify({ v: 1, action }),
    }).catch(() => undefined);
    if (reply?.ok) return;
    if (reply !== undefined) throw new Error(`${action.type} was answered ${reply.status}: ${await reply.text()}`);
    await sleep(200);
  }
}

const bytes = relay.bytes;
const lasted = (Date.now() - began) / 60_000;
say("the class is over");
await act({ type: "announce", text: "That is all." });
for (const child of processes) child.send({ stop: true });
const learners = (await Promise.all(ends)).flat();
await sleep(1000);
board.close();
const hostMinutes = (Date.now() - began) / 60_000;
await host.kill("SIGINT");
relay.close();

const kept = readHost(path.join(env.XDG_STATE_HOME, `learn-istio/${course}/class-host/class.db`));
const compared = compareEvents(kept, learners);
const told = compareNotices(kept, learners);
const isQuiet = (at) => !disturbed.some(([from, to]) => at >= from - 1000 && at <= to);
const [toBoard, fromDisk] = [[], []];
for (const { token, handle } of learners) {
  const done = (sent.get(token) ?? []).filter((one) => one?.event.type === "step-end" && one.event.verdict === "pass");
  for (const [index, { event, confirmed }] of done.entries()) {
    const shown = board.shown(handle, index + 1);
    if (shown === undefined || confirmed === undefined || shown.connectedAt > confirmed || shown.at < confirmed)
      continue;
    toBoard.push(shown.at - confirmed);
    if (isQuiet(event.at)) fromDisk.push(shown.at - event.at);
  }
}
for (const [kind, { messages, head, body }] of [...relay.tallies].sort())
  say(`${kind}: ${messages} messages, ${head} bytes of headers, ${body} of bodies`);
say(`board: ${board.updates} updates, ${(board.bytes / 1e6).toFixed(1)} MB`);
for (const line of host.complaints.split("\n").slice(0, 20)) if (line !== "") say(`host: ${line}`);
for (const line of [...compared.wrong, ...told.wrong].slice(0, 20)) say(`WRONG: ${line}`);

const heard = learners.flatMap(({ notices }) =>
  notices.filter(({ at }) => isQuiet(at)).map((one) => one.heard - one.at),
);
const perLearner = bytes / learnerCount / lasted;
const bodies = [...relay.tallies.values()].reduce((sum, tally) => sum + tally.body, 0) / learnerCount / lasted;
const perCent = ((host.cpuSeconds / 60 / hostMinutes) * 100).toFixed(1);
header();
row(
  "events lost, doubled or out of order",
  compared.wrong.length,
  0,
  "",
  `${compared.events} of ${learners.length} learners`,
);
row("notices lost, doubled or out of order", told.wrong.length, 0, "", `${told.count} heard`);
/** Kills and cuts so close together leave no minute as a class has them. */
const isLong = minutes >= 5;
if (isLong) row("bytes for a learner", perLearner, LIMITS.bytes, "a minute", `${bodies.toFixed(0)} without headers`);
row("POST to board, median", quantile(toBoard, 0.5), LIMITS.boardMs, "ms", `${toBoard.length} finished steps`);
row("POST to board, 99 of 100", quantile(toBoard, 0.99), LIMITS.boardMs, "ms", `most ${quantile(toBoard, 1)} ms`);
if (isLong)
  row(
    "disk to board, 99 of 100",
    quantile(fromDisk, 0.99),
    LIMITS.boardMs,
    "ms",
    `median ${quantile(fromDisk, 0.5)} ms`,
  );
row(
  "answer to events, 99 of 100",
  quantile(answers, 0.99),
  LIMITS.boardMs,
  "ms",
  `median ${quantile(answers, 0.5)} ms`,
);
const noticeRow = "notice to the learner, 99 of 100";
// A short class may be disturbed all the time; in a long one no number is no good number.
if (heard.length === 0 && !isLong) console.log(`| ${noticeRow} | not measured | ${LIMITS.boardMs} ms | | |`);
else
  row(
    noticeRow,
    quantile(heard, 0.99),
    LIMITS.boardMs,
    "ms",
    `${heard.length} heard, median ${quantile(heard, 0.5)} ms`,
  );
row("the host's memory at its peak", host.peakMib, LIMITS.mib, "MiB", `${perCent} % of a core`);
