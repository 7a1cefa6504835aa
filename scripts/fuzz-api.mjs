#!/usr/bin/env node
/**
 * Send wrong requests to a sandbox of the built program: `node scripts/fuzz-api.mjs [COUNT] [SEED] [--only INDEX] [--worst WORD] [--verbose]`.
 *
 * They are requests that kubectl and helm once sent, mutated; bytes that are no HTTP; upgrades with broken frames; and requests
 * made to cost. The same count and seed send the same requests. Faults: the process ends or hangs; a 500, or a refusal without a
 * Status; more than a second of its processor time for one request; a log line that tells of a bug of ours; afterwards, an
 * object that its own server refuses, a watch that differs from its list, a client that no longer works, memory or descriptors
 * that are not given back. Prints one line a fault; exit code 1 when there was any. Linux only.
 */
import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { Client } from "./hostile/client.mjs";
import { startDaemon } from "./hostile/daemon.mjs";
import { collections, Informer } from "./hostile/informer.mjs";
import { CREATES, hostileRequest, recordedRequest } from "./hostile/mutate.mjs";
import { Random } from "./hostile/random.mjs";
import { RAW, sendRaw } from "./hostile/raw.mjs";
import { WORST } from "./hostile/worst.mjs";

/** One request may take this much of the processor. */
const LIMIT_SECONDS = 1;
/** Resident memory at the end, MiB: three times what an idle sandbox may have. */
const MEMORY_LIMIT = 450;
const AT_ONCE = 8;
/** How often what the fuzzing deletes is created again. */
const RESEED = 400;
const RAW_SHARE = 0.1;

const { values, positionals } = parseArgs({
  options: { only: { type: "string" }, worst: { type: "string" }, verbose: { type: "boolean" } },
  allowPositionals: true,
});
const count = Number(positionals[0] ?? 2000);
const seed = Number(positionals[1] ?? 1);
const faults = new Map();
const codes = {};
const slow = [];

/** The same fault is told once, with how often. */
function fault(text, index) {
  const known = faults.get(text);
  if (known) known.times += 1;
  else faults.set(text, { index, times: 1 });
}

const daemon = await startDaemon();
const client = new Client(daemon);
const informers = [];
let peak = 0;
try {
  await run();
} catch (error) {
  fault(`the run broke off: ${error.message}`);
} finally {
  for (const informer of informers) informer.stop();
  client.close();
  if (values.verbose) console.log(daemon.log());
  for (const line of bugsIn(daemon.log())) fault(`log: ${line}`);
  if (!daemon.isAlive()) fault("the process has ended");
  const how = await daemon.stop();
  if (how !== 0) fault(`the process ended with ${how}`);
}
for (const [text, { index, times }] of faults)
  console.log(`FAULT ${times}x ${index === undefined ? "" : `[${index}] `}${text}`);
console.log(
  `answers: ${Object.entries(codes)
    .map(([code, times]) => `${code} ${times}`)
    .join(", ")}`,
);
console.log(`${count} requests, seed ${seed}: ${faults.size} faults, memory at most ${peak.toFixed(0)} MiB`);
process.exitCode = faults.size === 0 ? 0 : 1;

async function run() {
  await reseed();
  const handles = daemon.handles();
  for (const path of ["/api/v1/configmaps", "/api/v1/pods", "/apis/apps/v1/deployments", "/api/v1/secrets"]) {
    const informer = new Informer(daemon, client, path);
    informers.push(informer);
    await informer.start();
  }
  if (values.only === undefined) await worst();
  let next = values.only === undefined ? 0 : Number(values.only);
  const end = values.only === undefined ? count : next + 1;
  const worker = async () => {
    while (next < end && daemon.isAlive()) await one(next++);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  for (const [request, index] of slow)
    await costly(request, `\`${request.method} ${request.path.slice(0, 100)}\``, index);
  await aftermath(handles);
}

async function one(index) {
  if (index % RESEED === RESEED - 1) await reseed();
  if (index % 100 === 0) peak = Math.max(peak, daemon.memory());
  const random = new Random(seed, index);
  try {
    if (random.chance(RAW_SHARE)) return await raw(random, index);
    const request = hostileRequest(random);
    if (values.only !== undefined) console.log(request, request.body?.toString().slice(0, 2000));
    const answer = await client.call(request);
    if (values.only !== undefined) console.log(answer);
    if (answer.ms > LIMIT_SECONDS * 1000) slow.push([request, index]);
    judge(request, answer, index);
  } catch (error) {
    fault(`no answer: ${error.message}`, index);
  }
}

async function raw(random, index) {
  const text = await sendRaw(daemon, random.pick(Object.keys(RAW)), random);
  const code = /^HTTP\/1\.1 (\d+)/.exec(text)?.[1] ?? "cut";
  codes[code] = (codes[code] ?? 0) + 1;
  if (code === "500") fault(`500 to a raw connection: ${text.slice(0, 500)}`, index);
}

function judge(request, { code, type, text }, index) {
  codes[code] = (codes[code] ?? 0) + 1;
  // 417 is the HTTP library's own, in Go as in Node.
  if (code < 400 || code === 417 || request.method === "HEAD") return;
  const what = `${code} to ${request.method}`;
  let status;
  try {
    status = JSON.parse(text);
  } catch {
    // Told below: it is no Status.
  }
  // What Node's own parser refuses, and port-forward's plain refusals, have no Status upstream either.
  if (status?.kind !== "Status" || status.code !== code)
    fault(`${what}: no Status but ${type} ${text.slice(0, 100)}`, index);
  // What upstream has not foreseen either (a typed patch, etcd's limit) is its own 500, without a reason.
  else if (code === 500 && status.reason !== undefined) fault(`${what}: ${status.message.slice(0, 200)}`, index);
}

/** One after the other, with the processor's time that each costs. */
async function worst() {
  for (const [name, requests] of Object.entries(WORST)) {
    if (values.worst !== undefined && !name.includes(values.worst)) continue;
    for (const [number, request] of requests.entries()) {
      const told = `${name} (${number})`;
      const answer = await costly(request, told);
      peak = Math.max(peak, daemon.memory());
      if (answer) judge(request, answer, told);
    }
  }
}

async function costly(request, told, index) {
  const before = daemon.cpu();
  try {
    const answer = await client.call(request);
    const seconds = daemon.cpu() - before;
    if (values.verbose) console.log(`${told}: ${answer.code}, ${seconds.toFixed(2)} s ${answer.text.slice(0, 150)}`);
    if (seconds > LIMIT_SECONDS)
      fault(`${told}: ${seconds.toFixed(1)} s of the processor, answer ${answer.code}`, index);
    return answer;
  } catch (error) {
    fault(`${told}: no answer: ${error.message}`, index);
    return undefined;
  }
}

async function reseed() {
  for (const create of CREATES) await client.call(recordedRequest(create)).catch(() => {});
}

/** What must hold whatever was sent. */
async function aftermath(handles) {
  await reseed();
  for (const path of await collections(client)) {
    const list = await client.get(path);
    for (const object of list.items) await validate(path, object, Number(list.metadata.resourceVersion));
  }
  await agree();
  for (const informer of informers) for (const one of informer.faults) fault(one);
  const got = spawnSync("kubectl", ["get", "all", "-A"], {
    maxBuffer: 2 ** 28,
    encoding: "utf8",
    env: { PATH: process.env.PATH, KUBECONFIG: daemon.kubeconfig, HOME: daemon.stateDir },
  });
  if (got.status !== 0 || !/^NAMESPACE.*\n\S+ +pod\//.test(got.stdout)) {
    fault(`\`kubectl get all -A\`: ${got.status ?? got.error?.message} ${got.stderr} ${got.stdout.slice(0, 3000)}`);
  }
  client.close();
  for (const informer of informers) informer.stop();
  peak = Math.max(peak, daemon.memory());
  if (daemon.memory() > MEMORY_LIMIT) fault(`${daemon.memory().toFixed(0)} MiB of memory at the end`);
  await until(() => daemon.handles() <= handles + 3);
  if (daemon.handles() > handles + 3) fault(`${handles} descriptors before, ${daemon.handles()} after`);
}

/** A stored object is one that its own server takes, unchanged. */
async function validate(path, object, listed) {
  const { name, namespace, uid, resourceVersion } = object.metadata;
  const what = `${path} ${namespace ?? ""}/${name}`;
  if (!name || !uid || !(Number(resourceVersion) <= listed))
    fault(`${what}: metadata ${JSON.stringify(object.metadata).slice(0, 200)}`);
  const [, base, plural] = /^(.*)\/([^/]+)$/.exec(path);
  const one = `${base}/${namespace ? `namespaces/${namespace}/` : ""}${plural}/${encodeURIComponent(name)}?dryRun=All`;
  const body = Buffer.from(JSON.stringify({ ...object, metadata: { ...object.metadata, resourceVersion: undefined } }));
  const { code, text } = await client.call({
    method: "PUT",
    path: one,
    headers: { "content-type": "application/json" },
    body,
  });
  // 404: gone meanwhile; 405: nobody may write it; 409: changed meanwhile.
  if (code >= 400 && ![404, 405, 409].includes(code))
    fault(`${what} is refused by its own server: ${text.slice(0, 300)}`);
}

/** The informers come to hold what the server lists. */
async function agree() {
  let found = [];
  await until(async () => {
    found = (await Promise.all(informers.map((informer) => informer.differences()))).flat();
    return found.length === 0;
  });
  for (const one of found.slice(0, 10)) fault(`watch and list differ: ${one}`);
}

async function until(holds) {
  for (let time = 0; time < 100 && !(await holds()); time += 1) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** The log holds what was not foreseen: a request that became a 500, a controller that failed. */
function bugsIn(log) {
  const firsts = log
    .split("\n")
    .filter((line) => /^\d{4}-\d\d-\d\dT/.test(line) || /Uncaught|FATAL|UnhandledPromise|MaxListeners/.test(line));
  // A quota that the requests made is no bug: upstream tells of it as an event.
  return firsts
    .filter((line) => !line.includes(" is forbidden: exceeded quota: "))
    .map((line) => line.replace(/^\S+ /, "").slice(0, 300));
}
