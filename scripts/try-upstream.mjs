// Whether upstream's own files go into a cluster and come out Ready: for maintainers, who have unpacked a project's tree
// (Istio's samples, MetalLB's manifests, charts) into a folder.
//
//   eval "$(learn-istio env)"; node scripts/try-upstream.mjs FOLDER [--wait SECONDS]
//
// Every YAML or JSON file is applied in a namespace of its own, waited for and deleted again; definitions of kinds go first
// and stay. A folder with a Chart.yaml is installed by helm, where there is one, and stays too: what comes after it may need
// it. Prints a table; exit 1 when something was refused or did not become Ready. It runs in a learn-istio sandbox alone.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseAllDocuments } from "yaml";

const KIND_FILES = /\.(ya?ml|json)$/;
const POLL_MS = 200;

const [folder, ...options] = process.argv.slice(2);
if (folder === undefined || !existsSync(folder)) fail("usage: node scripts/try-upstream.mjs FOLDER [--wait SECONDS]");
if (!process.env.LEARN_ISTIO_SANDBOX) fail('not in a sandbox: `eval "$(learn-istio env)"` first');
const waitMs = 1000 * Number(options[options.indexOf("--wait") + 1] ?? 60) || 60_000;

const rows = [];
const found = [...walk(path.resolve(folder))].map(read);
const definitions = found.filter(({ objects }) => objects.length > 0 && objects.every(isDefinition));
const charts = found.filter(({ chart }) => chart);
const manifests = found.filter((one) => !definitions.includes(one) && !one.chart);
for (const one of definitions) rows.push(await tryFile(one));
for (const one of charts) rows.push(tryChart(one));
for (const [index, one] of manifests.entries()) rows.push(await tryFile(one, `try-${index}`));

const wide = Math.max(...rows.map(({ name }) => name.length), 4);
console.log(`${"FILE".padEnd(wide)}  APPLIED  READY`);
for (const { name, applied, ready } of rows) console.log(`${name.padEnd(wide)}  ${applied.padEnd(7)}  ${ready}`);
const bad = rows.filter(({ isRight }) => !isRight).length;
console.log(`\n${rows.length} tried, ${rows.length - bad} right, ${bad} wrong`);
process.exitCode = bad === 0 ? 0 : 1;

/** Charts as folders, everything else as files, in the order of their names. */
function* walk(at) {
  if (existsSync(path.join(at, "Chart.yaml"))) return yield at;
  for (const entry of readdirSync(at, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const next = path.join(at, entry.name);
    if (entry.isDirectory()) yield* walk(next);
    else if (KIND_FILES.test(entry.name)) yield next;
  }
}

function read(file) {
  const name = path.relative(folder, file) || path.basename(file);
  if (!KIND_FILES.test(file)) return { file, name, objects: [], chart: true };
  const documents = parseAllDocuments(readFileSync(file, "utf8"));
  const objects = documents
    .flatMap((document) => (document.errors.length > 0 ? [] : [document.toJS({ maxAliasCount: -1 })]))
    .flatMap((object) => (object?.kind === "List" ? object.items : [object]))
    .filter((object) => typeof object?.apiVersion === "string" && typeof object.kind === "string");
  return { file, name, objects, chart: false };
}

function isDefinition({ kind }) {
  return kind === "CustomResourceDefinition";
}

/** Without a namespace the file stays in the cluster. */
async function tryFile({ file, name, objects }, namespace) {
  if (objects.length === 0) return { name, applied: "-", ready: "no manifest", isRight: true };
  const within = namespace === undefined ? [] : ["--namespace", namespace];
  if (namespace !== undefined) kubectl("create", "namespace", namespace);
  const serverSide = namespace === undefined ? ["--server-side", "--force-conflicts"] : [];
  const applied = kubectl("apply", ...within, ...serverSide, "-f", file);
  const count = applied.stdout
    .split("\n")
    .filter((line) => / (created|configured|unchanged|serverside-applied)$/.test(line)).length;
  const refused = applied.stderr.split("\n").find((line) => line !== "" && !line.startsWith("Warning"));
  const ready = refused ?? (await untilReady(file, within));
  if (namespace !== undefined) {
    kubectl("delete", ...within, "-f", file, "--ignore-not-found", "--timeout=30s");
    kubectl("delete", "namespace", namespace, "--timeout=30s");
  }
  return { name, applied: `${count}/${objects.length}`, ready, isRight: ready.startsWith("yes") };
}

async function untilReady(file, within) {
  const end = Date.now() + waitMs;
  for (;;) {
    const got = kubectl("get", ...within, "-f", file, "-o", "json");
    const value = got.status === 0 ? JSON.parse(got.stdout) : {};
    const objects = value.kind === "List" ? value.items : [value];
    const waiting = got.status === 0 ? objects.flatMap(notReady) : [got.stderr.trim()];
    if (waiting.length === 0) return `yes (${objects.length})`;
    if (Date.now() > end) return `no: ${waiting.join(", ")}`;
    await sleep(POLL_MS);
  }
}

/** What an object still waits for; nothing for kinds that wait for nothing. */
function notReady({ kind, metadata, spec, status }) {
  const is = {
    Deployment: () => (status?.availableReplicas ?? 0) === (spec.replicas ?? 1),
    ReplicaSet: () => (status?.readyReplicas ?? 0) === (spec.replicas ?? 1),
    StatefulSet: () => (status?.readyReplicas ?? 0) === (spec.replicas ?? 1),
    DaemonSet: () => status?.numberReady === status?.desiredNumberScheduled && status?.observedGeneration !== undefined,
    Job: () => (status?.succeeded ?? 0) >= (spec.completions ?? 1),
    Pod: () => status?.phase === "Succeeded" || isTrue(status, "Ready"),
    CustomResourceDefinition: () => isTrue(status, "Established"),
    Service: () => spec.type !== "LoadBalancer" || status?.loadBalancer?.ingress?.length > 0,
  }[kind];
  return is === undefined || is() ? [] : [`${kind} ${metadata.name}`];
}

function isTrue(status, type) {
  return status?.conditions?.some((one) => one.type === type && one.status === "True") ?? false;
}

function tryChart({ file, name }) {
  const release = path.basename(file);
  const args = ["upgrade", "--install", release, file, "--namespace", `${release}-system`, "--create-namespace"];
  const ran = spawnSync("helm", [...args, "--wait", "--timeout", `${waitMs / 1000}s`], { encoding: "utf8" });
  if (ran.error !== undefined) return { name, applied: "-", ready: "no helm here", isRight: true };
  const isRight = ran.status === 0;
  const why = ran.stderr.trim().split("\n").at(-1);
  return { name, applied: isRight ? "chart" : "no", ready: isRight ? "yes" : `no: ${why}`, isRight };
}

function kubectl(...args) {
  return spawnSync("kubectl", args, { encoding: "utf8", maxBuffer: 256 * 1024 * 1024 });
}

function fail(message) {
  console.error(message);
  process.exit(2);
}
