#!/usr/bin/env node
/**
 * Kill `start` at random moments and look at what is left: `node scripts/kill-runs.mjs [N] [SEED] [--target none|sandbox]`.
 *
 * After each kill: the log reads cleanly, the next `start` goes on at the right step, no process and no temporary file of the
 * run is left, what was recorded as passed was done and is not done again. Prints one line for each fault, and a table; exit
 * code 1 when there was any. Linux only. It runs the built program (`npm run build`).
 */
import { spawn, spawnSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const BIN = process.env.LEARN_ISTIO_BIN ?? fileURLToPath(new URL("../src/cli/bin.cjs", import.meta.url));

/** Who is killed, and how often of a hundred. `bash` and `watchdog` are a run's own; `daemon` is the sandbox's process. */
const VICTIMS = {
  none: { program: 60, group: 20, bash: 10, watchdog: 10 },
  sandbox: { program: 50, group: 20, bash: 10, watchdog: 5, daemon: 15 },
};

/** How long what is left of a run may take to go away, in milliseconds; the watchdog needs well below one second. */
const GONE_MS = 20_000;

const { values, positionals } = parseArgs({
  options: { target: { type: "string", default: "none" }, victim: { type: "string" }, verbose: { type: "boolean" } },
  allowPositionals: true,
});
const count = Number(positionals[0] ?? 300);
const seed = Number(positionals[1] ?? 1);
const { target } = values;
const random = generator(seed);
const faults = [];
const tally = {};
let room;
let spanMs = 0;

try {
  for (let round = 0; round < count; round += 1) {
    room ??= await openRoom();
    await oneRound(room, round);
    if (room.kills >= 12 || room.completed) await closeRoom();
  }
} finally {
  await closeRoom();
}
for (const [what, times] of Object.entries(tally).sort()) console.log(`${String(times).padStart(6)}  ${what}`);
console.log(`${count} rounds, seed ${seed}, target ${target}: ${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;

/** Run `start`, kill something in the middle of it, look at all that is left. */
async function oneRound(room, round) {
  const victim = values.victim ?? pick(VICTIMS[target]);
  const byWords = random() < 0.4;
  const before = readLog(room);
  const expected = resumeOf(room, before);
  const child = start(room, byWords);
  const moment = random() * spanMs * (0.15 + 0.9 * ((room.steps.length - expected.index) / room.steps.length));
  const ended = await Promise.race([child.ended.then(() => true), sleep(moment).then(() => false)]);
  const told = new Set();
  const fault = (text) => {
    if (told.has(text)) return;
    told.add(text);
    faults.push(text);
    console.log(
      `round ${round} (${victim}${byWords ? ", words" : ""}, at ${moment.toFixed(0)} ms) ${room.root}: ${text}`,
    );
  };
  let hit = false;
  if (!ended) {
    if (random() < 0.1) await holdsAgainstSecond(room, child.pid, fault);
    hit = kill(room, victim, child.pid);
    // Who loses its bash, its watchdog or its cluster goes on or says so; it must not hang.
    const code = await Promise.race([child.ended, sleep(90_000).then(() => "hangs")]);
    if (code === "hangs") fault(`does not end after its ${victim} was killed\n${child.text()}`);
    if (code === "hangs") process.kill(child.pid, "SIGKILL");
    if (hit && victim === "watchdog" && code !== 0) fault(`ended with ${code} without its watchdog\n${child.text()}`);
  }
  const code = await child.ended;
  room.kills += 1;
  count1(`${hit ? "killed" : "missed"}: ${victim}`);
  await look(room, { before, expected, fault, victim, calm: !hit || victim === "program" || victim === "group" });
  if (!hit && code !== 0 && ended) fault(`ended with ${code} by itself\n${child.text()}`);
  const point = resumeOf(room, readLog(room));
  room.completed = point.step === undefined;
  count1(room.completed ? "then: completed" : point.inFlight ? "then: in flight" : "then: between steps");
}

/** What must hold after a kill, whoever was killed. `calm`: no step of it has a reason to fail. */
async function look(room, { before, expected, fault, victim, calm }) {
  // With its bash gone, nothing tells whose a process is that gave up environment and session both.
  const lost = victim === "bash" ? `sleep ${room.tag}1 ` : "none";
  const left = await untilGone(() => processesOf(room).filter(({ line }) => line !== lost));
  if (left.length > 0)
    fault(
      `left running: ${left.map(({ pid, line }) => `${pid} ${line.slice(0, 60)} (${read(`/proc/${pid}/stat`).split(") ")[1]?.slice(0, 30)} ${read(`/proc/${pid}/wchan`)})`).join(" | ")}`,
    );
  for (const { pid } of processesOf(room)) tryKill(pid);
  const files = readdirSync(room.tmp).filter((name) => name.startsWith("learn-istio"));
  if (files.length > 0) fault(`left in the temporary folder: ${files.join(" ")}`);
  for (const name of files) rmSync(path.join(room.tmp, name), { recursive: true, force: true });
  const after = readLog(room);
  if (after.bad.length > 0) fault(`the log has lines that are none: ${after.bad.join(" | ")}`);
  for (const [index, record] of before.records.entries())
    if (JSON.stringify(after.records[index]) !== JSON.stringify(record))
      fault(`record ${index} of the log was changed`);
  const fresh = after.records.slice(before.records.length);
  const first = fresh.find((record) => record.type === "step-start");
  if (first !== undefined && expected.step !== undefined && first.step !== expected.step)
    fault(`went on at ${first.step}, expected ${expected.step}`);
  for (const { verdict, step, type } of fresh)
    if (calm && type === "step-end" && verdict.kind !== "pass" && verdict.kind !== "already-true")
      fault(`${step} came to ${JSON.stringify(verdict).slice(0, 300)}`);
  lookAtDeeds(room, after.records, fault);
  const said = spawnSync(process.execPath, [BIN, "status", "--json", "--target", target], room.options);
  const stderr = said.stderr.toString();
  if (said.status !== 0 || stderr !== "") fault(`status: ${said.status} ${stderr}`);
  else {
    const { step, inFlight } = JSON.parse(said.stdout.toString());
    const now = resumeOf(room, after);
    if ((step ?? undefined) !== now.step) fault(`status says ${step}, expected ${now.step}`);
    if ((inFlight !== null) !== now.inFlight) fault(`status says in flight: ${inFlight}, expected ${now.inFlight}`);
  }
}

/** The ledger, to which each step writes when it begins and when it ends, against the log. */
function lookAtDeeds(room, records, fault) {
  const ledger = existsSync(room.ledger) ? readFileSync(room.ledger, "utf8").split("\n") : [];
  const deeds = (mark) => ledger.filter((line) => line === mark).length;
  for (const { id, checked } of room.steps) {
    if (id === "checkpoint") continue;
    const own = records.filter((record) => record.step === id);
    const starts = own.filter(({ type }) => type === "step-start").length;
    const passes = own.filter(({ type, verdict }) => type === "step-end" && verdict.kind === "pass").length;
    const [begun, done] = [deeds(`begin ${id}`), deeds(`end ${id}`)];
    const lastPass = own.findIndex(({ type, verdict }) => type === "step-end" && verdict.kind === "pass");
    if (passes > 1) fault(`${id} has ${passes} passes`);
    if (lastPass !== -1 && lastPass !== own.length - 1) fault(`${id} was taken up again after its pass`);
    if (begun > starts) fault(`${id} was run ${begun} times, and began ${starts} times by the log`);
    if (passes > 0 && done === 0) fault(`${id} passed by the log, and did not do it`);
    // A step that lost its bash is no step in flight: it failed, and is simply run again.
    const failed = own.filter(({ type, verdict }) => type === "step-end" && verdict.kind !== "pass").length;
    if (checked && done > 1 + failed) fault(`${id} was done ${done} times, though its check could tell`);
    if (done > starts) fault(`${id} was done ${done} times in ${starts} starts`);
  }
}

/** By the log alone, and by other code than the program's: the step that was in flight, or the first without a pass. */
function resumeOf(room, { records }) {
  const last = records.at(-1);
  const passed = new Set(records.filter((r) => r.type === "step-end" && r.verdict.kind === "pass").map((r) => r.step));
  const inFlight = last?.type === "step-start";
  const index = room.steps.findIndex(({ id }) => (inFlight ? id === last.step : !passed.has(id)));
  return { step: room.steps[index]?.id, inFlight, index: index === -1 ? room.steps.length : index };
}

/** The log, read strictly: a last line without its newline is torn, any other that is no JSON is a fault. */
function readLog({ log }) {
  if (!existsSync(log)) return { records: [], bad: [] };
  const lines = readFileSync(log, "utf8").split("\n");
  const torn = lines.pop();
  if (torn !== "") count1("torn last lines");
  const bad = [];
  const records = [];
  for (const line of lines.slice(1)) {
    try {
      records.push(JSON.parse(line));
    } catch {
      bad.push(line);
    }
  }
  return { records, bad };
}

async function holdsAgainstSecond(room, pid, fault) {
  // The lock of one that was killed is still there until it is taken over.
  const holds = () => read(path.join(path.dirname(room.log), "lock")).includes(`"pid":${pid},`);
  if (!holds()) return;
  const args = ["start", "lesson-01", "--target", target, "--yes", "--trust"];
  const second = spawnSync(process.execPath, [BIN, ...args], room.options);
  // The first may have come to its end meanwhile.
  if (!holds()) return;
  count1("second starts that were refused");
  if (second.status !== 4 || !second.stderr.toString().includes(`process ${pid} (since `))
    fault(`a second start: ${second.status} ${second.stderr}`);
}

/** Kill `victim`; false when it was not there (yet, or any more). */
function kill(room, victim, pid) {
  if (victim === "program") return tryKill(pid);
  if (victim === "group") return tryKill(-pid);
  const all = processesOf(room, { withDaemon: true });
  const found = all.find(({ line, parent }) => {
    if (victim === "daemon") return line.includes("daemon.cjs");
    if (victim === "watchdog") return line.includes("watchdog.sh") && parent === pid;
    return line.startsWith("bash --noprofile --norc -c") && parent === pid;
  });
  return found !== undefined && tryKill(found.pid);
}

function tryKill(pid) {
  try {
    process.kill(pid, "SIGKILL");
    return true;
  } catch {
    return false;
  }
}

/** Processes of the room: those that name it in their environment or command line; zombies are gone. */
function processesOf(room, { withDaemon = false } = {}) {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      const line = read(`/proc/${name}/cmdline`).replaceAll("\0", " ");
      const own =
        line.includes(room.tag) || line.includes(room.root) || read(`/proc/${name}/environ`).includes(room.root);
      const watches = line.includes("watchdog.sh") && statOf(name)?.parent === room.pid;
      const stat = own || watches ? statOf(name) : undefined;
      if (stat === undefined || (!withDaemon && line.includes("daemon.cjs"))) return [];
      return [{ pid: Number(name), parent: stat.parent, line }];
    });
}

function statOf(pid) {
  const stat = read(`/proc/${pid}/stat`);
  const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return state === undefined || state === "" || state === "Z" ? undefined : { parent: Number(parent) };
}

function read(file) {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}

async function untilGone(list) {
  const limit = performance.now() + GONE_MS;
  let left = list();
  while (left.length > 0 && performance.now() < limit) {
    await sleep(20);
    left = list();
  }
  return left;
}

/** `start`, at the head of a process group of its own; by words each empty line is the first choice: onwards. */
function start(room, byWords) {
  const args = ["start", "lesson-01", "--target", target, "--trust", ...(byWords ? [] : ["--yes"])];
  const child = spawn(process.execPath, [BIN, ...args], { ...room.options, detached: true });
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += chunk));
  child.stdin.on("error", () => {});
  child.stdin.end("\n".repeat(80));
  room.pid = child.pid;
  const ended = new Promise((resolve) => child.once("exit", (code, signal) => resolve(code ?? signal)));
  return { pid: child.pid, ended, text: () => text };
}

/** A course of its own with state, cache and temporary files; how long a whole run takes is measured once. */
async function openRoom() {
  const root = realpathSync(mkdtempSync(path.join(tmpdir(), "kill-")));
  const tag = String(3600 + Math.floor(random() * 1e6) / 1e6);
  const ledger = path.join(root, "ledger");
  const dirs = { work: path.join(root, "work/lessons"), tmp: path.join(root, "tmp"), home: path.join(root, "home") };
  for (const dir of Object.values(dirs)) mkdirSync(dir, { recursive: true });
  writeFileSync(path.join(dirs.work, "course.yaml"), "id: killed\n");
  const { text, steps } = lesson(ledger, tag);
  writeFileSync(path.join(dirs.work, "lesson-01-first.md"), text);
  const at = (name) => path.join(root, name);
  const env = {
    PATH: process.env.PATH,
    HOME: dirs.home,
    TMPDIR: dirs.tmp,
    XDG_STATE_HOME: at("state"),
    XDG_CACHE_HOME: at("cache"),
  };
  const log = path.join(root, "state/learn-istio/killed", target, "evidence.jsonl");
  const opened = {
    root,
    tag,
    ledger,
    steps,
    tmp: dirs.tmp,
    log,
    kills: 0,
    options: { cwd: path.join(root, "work"), env },
  };
  if (spanMs === 0) {
    const began = performance.now();
    const child = start(opened, false);
    const code = await child.ended;
    spanMs = performance.now() - began;
    if (code !== 0) throw new Error(`the lesson does not pass when nobody kills it: ${code}\n${child.text()}`);
    console.log(`a whole run takes ${spanMs.toFixed(0)} ms`);
    rmSync(path.join(root, "state"), { recursive: true, force: true });
    if (target === "sandbox") for (const { pid } of processesOf(opened, { withDaemon: true })) tryKill(pid);
    await untilGone(() => processesOf(opened, { withDaemon: true }));
    rmSync(ledger);
    rmSync(path.join(root, "state"), { recursive: true, force: true });
  }
  return opened;
}

async function closeRoom() {
  if (room === undefined) return;
  for (const { pid } of processesOf(room, { withDaemon: true })) tryKill(pid);
  await untilGone(() => processesOf(room, { withDaemon: true }));
  rmSync(room.root, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  room = undefined;
}

/** Steps that need what the one before left in the session, and that leave processes of all kinds behind. */
function lesson(ledger, tag) {
  const onCluster = target === "sandbox";
  // What a step in flight had set is lost with its bash, and its check may hold all the same: only steps without a check set.
  const create = `kind get clusters 2>&1 | grep -qx "$CLUSTER" || kind create cluster --name "$CLUSTER"`;
  const bodies = [
    ["one", false, `A=1; export B="two words"; f() { echo "f$1"; }`],
    ["two", true, `[[ $A$(f x) == 1fx ]]; setsid sleep ${tag} & sleep 0.1`],
    ["three", false, `[[ $A$B == "1two words" ]]; echo "for three" > three; sleep 0.05; A=3; mkdir -p sub; cd sub`],
    ["cluster", true, onCluster ? `[[ $A == 3 ]]; ${create}` : "[[ $A == 3 ]]; sleep 0.1"],
    ["four", false, `[[ $A == 3 && $PWD == */sub ]]; env -i /bin/sleep ${tag} & cd ..; A=4; sleep 0.1`],
    [
      "five",
      true,
      `[[ $A == 4 && $PWD != */sub ]]; head -c 3000000 /dev/zero | tr '\\0' 'x'; echo; env -i setsid sleep ${tag}1 &`,
    ],
    ["six", false, `[[ $A == 4 ]]; (nohup sleep ${tag} >/dev/null 2>&1 &); A=6; f() { echo "g$1"; }`],
    ["seven", true, onCluster ? `[[ $A == 6 ]]; kubectl get nodes` : `[[ $A$(f x) == 6gx ]]; sleep ${tag} & sleep 0.1`],
  ];
  const steps = bodies.map(([id, checked]) => ({ id, checked }));
  const check = (id) =>
    `<details>\n<summary>Check: ${id} is done</summary>\n\n\`\`\`bash {every=100ms}\ngrep -qx "end ${id}" '${ledger}'\n\`\`\`\n\n</details>\n\n`;
  const sections = bodies.map(([id, checked, body]) => {
    const block = `echo "begin ${id}" >> '${ledger}'\n${body}\necho "end ${id}" >> '${ledger}'`;
    return `## ${id}\n\n\`\`\`bash {#${id}}\n${block}\n\`\`\`\n\n${checked ? check(id) : ""}`;
  });
  const head = "---\ntitle: First\ntargets: [none, sandbox]\n---\n\n# First\n\n";
  return {
    text: `${head}${sections.join("")}## Checkpoint\n\n${check("seven")}`,
    steps: [...steps, { id: "checkpoint" }],
  };
}

function pick(weights) {
  let left = random() * Object.values(weights).reduce((a, b) => a + b, 0);
  for (const [name, weight] of Object.entries(weights)) {
    left -= weight;
    if (left < 0) return name;
  }
}

function count1(what) {
  tally[what] = (tally[what] ?? 0) + 1;
}

/** A small generator with a seed (mulberry32). */
function generator(start) {
  let state = start;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
