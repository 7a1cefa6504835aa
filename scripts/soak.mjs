#!/usr/bin/env node
/**
 * Roll deployments out again and again while informers watch everything: `node scripts/soak.mjs [ROLLOUTS] [--clients FOLDER]`.
 *
 * Faults: an event that an informer missed (its copy differs from the server's list, or a resourceVersion came to nobody), old
 * ReplicaSets or events that pile up, an informer that fell behind and does not recover from 410, memory or descriptors that
 * grow with the rollouts. FOLDER is one in which `@kubernetes/client-node` is installed: its informers then watch as well. Linux
 * only; runs the built program.
 */
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { Client } from "./hostile/client.mjs";
import { startDaemon } from "./hostile/daemon.mjs";
import { collections, Informer } from "./hostile/informer.mjs";

/** No dependency of ours: its user brings it. */
const CLIENTS = "@kubernetes/client-node";
const DEPLOYMENTS = 8;
/** The default of `revisionHistoryLimit`, and the one in use. */
const REPLICA_SETS = 11;
/** When the measure is taken. What a cluster keeps of its past is full at the first; the last two are compared. */
const SHARES = [0.1, 0.5, 1];
const GROWTH = 1.2;
/** The connections that the script's client keeps open, and a slow watch that comes back. */
const CONNECTIONS = 20;
/** A shorter run has not filled what is kept of the past: its memory says nothing. */
const LONG = 1000;
/** What a busy hour may leave behind, and how many more it may be until they are looked at again. */
const EVENTS = 3000 + 64;

const { values, positionals } = parseArgs({ options: { clients: { type: "string" } }, allowPositionals: true });
const rollouts = Number(positionals[0] ?? 200);
const faults = [];
const daemon = await startDaemon();
const client = new Client(daemon);
const informers = [];
const foreign = [];
const done = new Map();
const waiting = new Set();
const samples = [];
let resets = 0;
try {
  await run();
} catch (error) {
  faults.push(`the run broke off: ${error.stack}`);
} finally {
  for (const informer of [...informers, ...foreign]) await informer.stop();
  client.close();
  const how = await daemon.stop();
  if (how !== 0) faults.push(`the process ended with ${how}`);
}
for (const text of faults) console.log(`FAULT ${text}`);
for (const sample of samples) console.log(sample);
console.log(`${rollouts} rollouts: ${faults.length} faults`);
process.exitCode = faults.length === 0 ? 0 : 1;
if (values.clients !== undefined) process.exit();

async function run() {
  for (const name of names()) await write("POST", "/apis/apps/v1/namespaces/default/deployments", deployment(name));
  for (const path of await collections(client)) {
    const informer = new Informer(
      daemon,
      client,
      path,
      path === "/apis/apps/v1/deployments" ? noteDeployment : undefined,
    );
    informers.push(informer);
  }
  await Promise.all(informers.map((informer) => informer.start()));
  if (values.clients !== undefined) await startForeign();
  // Stops reading half-way, for long enough that the server has forgotten what it needs.
  const slow = new Informer(daemon, client, "/api/v1/pods");
  await slow.start();
  slow.pause();
  const measures = [];
  for (let rollout = 0; rollout < rollouts; rollout += DEPLOYMENTS) {
    await Promise.all(names().map((name) => rollOut(name, rollout)));
    const share = SHARES[measures.length];
    if (share < 1 && rollout + DEPLOYMENTS >= rollouts * share) measures.push(await measured(`${share * 100} %`));
  }
  slow.resume();
  await until(async () => (await slow.differences()).length === 0);
  if ((await slow.differences()).length > 0) faults.push("the informer that fell behind did not recover");
  console.log(`the slow informer listed again ${slow.relists} times`);
  slow.stop();
  const end = await measured("100 %");
  await compare();
  await bounded();
  const [{ handles }] = measures;
  const half = measures.at(-1).memory;
  if (rollouts >= LONG && end.memory > half * GROWTH) {
    faults.push(`memory: ${half.toFixed(0)} MiB half-way, ${end.memory.toFixed(0)} at the end`);
  }
  if (end.handles > handles + CONNECTIONS) faults.push(`${handles} descriptors before, ${end.handles} after`);
}

function names() {
  return Array.from({ length: Math.min(DEPLOYMENTS, rollouts) }, (_, index) => `web-${index}`);
}

function deployment(name) {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: "default" },
    spec: {
      replicas: 1,
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { terminationGracePeriodSeconds: 0, containers: [{ name: "web", image: "nginx:1.27" }] },
      },
    },
  };
}

async function write(method, path, value, type = "application/json") {
  const request = { method, path, headers: { "content-type": type }, body: Buffer.from(JSON.stringify(value)) };
  // Once more when the connection broke, as clients of Kubernetes do.
  const answer = await client.call(request).catch((error) => {
    resets += 1;
    if (error.message === "hang") throw error;
    return client.call(request);
  });
  if (answer.code >= 400) throw new Error(`${method} ${path}: ${answer.text}`);
  return JSON.parse(answer.text);
}

/** One rollout, until the deployment says that it is complete: told by the informer, never asked. */
async function rollOut(name, rollout) {
  const patch = { spec: { template: { metadata: { annotations: { rollout: String(rollout) } } } } };
  const { metadata } = await write(
    "PATCH",
    `/apis/apps/v1/namespaces/default/deployments/${name}`,
    patch,
    "application/merge-patch+json",
  );
  await new Promise((resolve) => {
    const look = () => {
      const { generation, status } = done.get(name) ?? {};
      if (
        !(generation >= metadata.generation) ||
        status.updatedReplicas !== 1 ||
        status.availableReplicas !== 1 ||
        status.replicas !== 1
      )
        return false;
      resolve();
      return true;
    };
    if (!look()) waiting.add(look);
  });
}

function noteDeployment(_type, { metadata, status }) {
  done.set(metadata.name, { generation: status?.observedGeneration, status });
  for (const look of waiting) if (look()) waiting.delete(look);
}

/** What the process holds now. `memory` in MiB. */
async function measured(when) {
  // Nothing may be on its way: the last events are in.
  await until(async () => (await differences()).length === 0);
  const measure = { memory: daemon.memory(), handles: daemon.handles(), cpu: daemon.cpu() };
  const events = informers.reduce((sum, informer) => sum + informer.events, 0);
  samples.push(
    `${when}: ${measure.memory.toFixed(0)} MiB, ${measure.handles} descriptors, ${measure.cpu.toFixed(1)} s of the processor, ${events} events seen`,
  );
  return measure;
}

async function differences() {
  return (await Promise.all(informers.map((informer) => informer.differences()))).flat();
}

/** Copies equal lists, and the versions of all informers together have no hole. */
async function compare() {
  for (const one of (await differences()).slice(0, 10)) faults.push(`watch and list differ: ${one}`);
  for (const informer of informers) faults.push(...informer.faults.slice(0, 3));
  const seen = new Set();
  for (const { versions } of informers) for (const version of versions) seen.add(version);
  // What came before the last informer's list may have come to it in the list.
  const from = Math.max(...informers.map(({ listed }) => listed));
  const last = [...seen].reduce((one, other) => Math.max(one, other), from);
  const lost = [];
  for (let version = from + 1; version <= last; version += 1) if (!seen.has(version)) lost.push(version);
  samples.push(`${last - from} versions, ${lost.length} of them seen by no informer`);
  if (lost.length > 0) faults.push(`${lost.length} versions came to no watch: ${lost.slice(0, 10)}`);
  for (const one of foreign) faults.push(...(await one.faults()));
}

/** Old revisions and old events go. */
async function bounded() {
  for (const name of names()) {
    const { items } = await client.get(`/apis/apps/v1/namespaces/default/replicasets?labelSelector=app%3D${name}`);
    if (items.length > REPLICA_SETS) faults.push(`${name} has ${items.length} ReplicaSets`);
  }
  const { items } = await client.get("/api/v1/events");
  if (items.length > EVENTS) faults.push(`${items.length} events are kept`);
  const { openStreams } = await client.get("/_sandbox/status");
  if (openStreams > informers.length + foreign.length) {
    faults.push(`${openStreams} streams are open, ${informers.length + foreign.length} are watched`);
  }
  samples.push(`${items.length} events are kept, ${resets} connections broke`);
}

/** The informers of the JavaScript client, from a folder that is none of ours. */
async function startForeign() {
  const require = createRequire(path.join(path.resolve(values.clients), "package.json"));
  const k8s = await import(pathToFileURL(require.resolve(CLIENTS)).href);
  const config = new k8s.KubeConfig();
  config.loadFromFile(daemon.kubeconfig);
  const core = config.makeApiClient(k8s.CoreV1Api);
  const apps = config.makeApiClient(k8s.AppsV1Api);
  const lists = {
    "/api/v1/pods": () => core.listPodForAllNamespaces(),
    "/api/v1/events": () => core.listEventForAllNamespaces(),
    "/apis/apps/v1/deployments": () => apps.listDeploymentForAllNamespaces(),
  };
  for (const [collection, list] of Object.entries(lists)) {
    const informer = k8s.makeInformer(config, collection, list);
    const errors = [];
    informer.on("error", (error) => {
      errors.push(error.message ?? String(error));
      setTimeout(() => informer.start(), 100);
    });
    await informer.start();
    foreign.push({
      stop: () => informer.stop(),
      faults: async () => {
        const { items } = await client.get(collection);
        const versions = (objects) => new Map(objects.map(({ metadata }) => [metadata.uid, metadata.resourceVersion]));
        const [here, there] = [versions(informer.list()), versions(items)];
        const differ = [...new Set([...here.keys(), ...there.keys()])].filter(
          (uid) => here.get(uid) !== there.get(uid),
        );
        console.log(
          `client-node ${collection}: ${here.size} cached, ${there.size} listed, errors: ${[...new Set(errors)].join("; ") || "none"}`,
        );
        return differ
          .slice(0, 5)
          .map((uid) => `client-node ${collection} ${uid}: cached ${here.get(uid)}, listed ${there.get(uid)}`);
      },
    });
  }
}

async function until(holds) {
  for (let time = 0; time < 200 && !(await holds()); time += 1) await new Promise((resolve) => setTimeout(resolve, 50));
}
