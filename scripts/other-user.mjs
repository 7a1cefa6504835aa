#!/usr/bin/env node
/**
 * What another user of this machine sees of ours: `node scripts/other-user.mjs`, as root on Linux, of the built program.
 *
 * Both lessons run by `test --yes`, then a sandbox is started and a service opened, all of it under `umask 000`. Meanwhile and
 * afterwards user 65534 (by `setpriv`) tries what it can read, write, connect to, and end. Faults: a file or folder of ours that
 * it can read or write; a secret in the arguments of a process, in what the program prints, or in a file that outlives a run;
 * an answer without the token, the cookie, or the password. Prints one line a fault; exit code 1 when there was any.
 */
import { execFile, spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const CLI = fileURLToPath(new URL("../src/cli/bin.cjs", import.meta.url));
const LESSONS = fileURLToPath(new URL("../lessons", import.meta.url));
const OTHER = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"];
/** Where secrets stand on purpose: files that only their owner may read. */
const SECRET_FILES = new Set(["identity.json", "running.json", "proxy.json", "kubeconfig", ".curlrc"]);
const SECRET = /"token":"([^"]+)"|"password":"([^"]+)"|(-----BEGIN PRIVATE KEY-----[^-]+)|_open\/([0-9a-f]+)/g;

const faults = new Set();
const secrets = new Set();
// Open to everyone: what keeps others out must be ours.
const root = mkdtempSync(path.join(tmpdir(), "other-user-"));
chmodSync(root, 0o755);
const REPORTS = path.join(root, "reports");
mkdirSync(REPORTS);
const env = { PATH: process.env.PATH, TERM: "dumb" };
for (const [name, folder] of [
  ["HOME", "home"],
  ["TMPDIR", "tmp"],
  ["XDG_STATE_HOME", "state"],
  ["XDG_CACHE_HOME", "cache"],
  ["XDG_CONFIG_HOME", "config"],
]) {
  env[name] = path.join(root, folder);
  mkdirSync(env[name]);
  chmodSync(env[name], 0o755);
}
process.umask(0);

try {
  if (process.getuid?.() !== 0 || process.platform !== "linux")
    throw new Error("needs root on Linux, to be another user");
  await duringTest();
  await besideSandbox();
} catch (error) {
  faults.add(`the run broke off: ${error.stack}`);
} finally {
  spawnSync(process.execPath, [CLI, "sandbox", "stop"], { env, cwd: LESSONS });
  rmSync(root, { recursive: true, force: true });
}
for (const fault of faults) console.log(`FAULT ${fault}`);
console.log(`${secrets.size} secrets, ${faults.size} faults`);
process.exitCode = faults.size === 0 ? 0 : 1;

/** A whole run of the course, looked at all the while. */
async function duringTest() {
  // Whoever names a file says by the umask who may read it: these lie in a folder that this script opened.
  const reports = ["pretty", `json=${REPORTS}/report.json`, `junit=${REPORTS}/report.xml`].flatMap((one) => [
    "--reporter",
    one,
  ]);
  const args = [
    "test",
    "--yes",
    "--offline",
    "--lessons",
    LESSONS,
    "--evidence",
    `${REPORTS}/evidence.json`,
    ...reports,
  ];
  const child = spawn(process.execPath, [CLI, ...args], { env, cwd: LESSONS, stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (printed += chunk));
  let isOver = false;
  const ended = new Promise((resolve) =>
    child.once("exit", (code) => {
      isOver = true;
      resolve(code);
    }),
  );
  while (!isOver) {
    learnSecrets();
    await lookAround("during `test`");
  }
  const code = await ended;
  if (code !== 0) faults.add(`\`test --yes\` ended with ${code}: ${printed.slice(-2000)}`);
  if (secrets.size === 0) faults.add("no secret was seen while `test` ran: this script looks in the wrong place");
  await lookAround("after `test`");
  told("what `test` printed", printed);
  for (const file of filesBelow(root)) told(path.relative(root, file), readFileSync(file, "latin1"));
  console.log(printed.trim().split("\n").slice(-3).join("\n"));
}

/** A sandbox that stays, and everything that listens for it. */
async function besideSandbox() {
  const course = (...args) => run(process.execPath, [CLI, ...args], { env, cwd: LESSONS, maxBuffer: 2 ** 26 });
  const printed = [await course("sandbox", "start"), await course("sandbox", "status", "--json")];
  const state = filesBelow(root).find((file) => path.basename(file) === "identity.json");
  if (state === undefined) throw new Error("the sandbox has no identity.json below XDG_STATE_HOME");
  const { port, token } = JSON.parse(readFileSync(state, "utf8"));
  const { port: proxy, password } = JSON.parse(readFileSync(path.join(path.dirname(state), "proxy.json"), "utf8"));
  const { stdout: door } = await course("sandbox", "open", "kubernetes");
  learnSecrets();
  const url = /http:\/\/\S+/.exec(door)?.[0];
  if (url === undefined) throw new Error(`\`sandbox open\` printed no URL: ${door}`);
  await lookAround("beside a sandbox");
  // What is printed here may hold the door's URL alone: that is what it is for.
  for (const { stdout, stderr } of printed) told("what `sandbox` printed", stdout + stderr);
  const log = path.join(path.dirname(state), "sandbox.log");
  told("the log", readFileSync(log, "utf8"));
  const api = `https://127.0.0.1:${port}`;
  await answers("401", "the API without a token", ["-k", `${api}/api/v1/secrets`]);
  await answers("401", "the API with a token of 64 noughts", [
    "-k",
    "-H",
    `Authorization: Bearer ${"0".repeat(64)}`,
    `${api}/api`,
  ]);
  await answers("401", "the control endpoint", ["-k", "-X", "POST", `${api}/_sandbox/stop`]);
  await answers("403", "the API under another name", ["-k", "-H", "Host: evil.example", `${api}/api`]);
  await answers("403", "the door without its token", [new URL(url).origin]);
  await answers("403", "the door with another token", [url.replace(/[0-9a-f]{32}/, "0".repeat(32))]);
  await answers("000", "the proxy without a password", ["-x", `socks5h://127.0.0.1:${proxy}`, "http://10.96.0.1/"]);
  await answers("000", "the proxy with a wrong one", [
    "-x",
    `socks5h://sandbox:x@127.0.0.1:${proxy}`,
    "http://10.96.0.1/",
  ]);
  // The tries above must be able to succeed.
  await answers("200", "the API with the token", ["-k", "-H", `Authorization: Bearer ${token}`, `${api}/api`]);
  await answers("302", "the door with its token", [url]);
  const right = await asOther([
    "curl",
    "-qksS",
    "-x",
    `socks5h://sandbox:${password}@127.0.0.1:${proxy}`,
    "https://10.96.0.1/",
  ]);
  const wrong = await asOther(["curl", "-qksS", "-x", `socks5h://sandbox:x@127.0.0.1:${proxy}`, "https://10.96.0.1/"]);
  if (right.stderr === wrong.stderr) faults.add(`the proxy answers a wrong password as the right one: ${right.stderr}`);
  const { pid } = JSON.parse(printed[1].stdout);
  for (const what of ["environ", "mem", "fd/1", "maps"]) {
    if ((await asOther(["cat", `/proc/${pid}/${what}`])).code === 0) faults.add(`/proc/PID/${what} is open to others`);
  }
  if ((await asOther(["kill", "-0", String(pid)])).code === 0) faults.add("another user may signal the sandbox");
}

async function answers(wanted, what, args) {
  const { stdout } = await asOther([
    "curl",
    "-q",
    "-sS",
    "-o",
    "/dev/null",
    "-w",
    "%{http_code}",
    "--max-time",
    "20",
    ...args,
  ]);
  if (stdout !== wanted) faults.add(`${what}: answered ${stdout}, expected ${wanted}`);
}

async function asOther(command) {
  const [program, ...args] = [...OTHER, ...command];
  const options = { env: { PATH: process.env.PATH, HOME: "/" }, cwd: "/", maxBuffer: 2 ** 26 };
  return run(program, args, options).then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    ({ code, stdout, stderr }) => ({ code, stdout, stderr }),
  );
}

/** What the other user can read or change below `root`, beside the folders that this script opened; and everyone's arguments. */
async function lookAround(when) {
  const find = [
    "find",
    root,
    "-mindepth",
    "2",
    "(",
    "-readable",
    "-o",
    "-writable",
    ")",
    "!",
    "-type",
    "l",
    "-printf",
    "%M %p\n",
  ];
  const { stdout } = await asOther(find);
  for (const line of stdout.split("\n").filter((line) => line !== "" && !line.includes(`${REPORTS}/`)))
    faults.add(`${when}: another user gets at ${line.replace(root, "")}`);
  told(`${when}: the arguments of a process`, (await asOther(["ps", "-eww", "-o", "args"])).stdout);
}

function learnSecrets() {
  for (const file of filesBelow(root)) {
    if (!SECRET_FILES.has(path.basename(file))) continue;
    try {
      for (const found of readFileSync(file, "utf8").matchAll(SECRET)) {
        const secret = found.slice(1).find((group) => group !== undefined);
        // A key is known by its first line.
        secrets.add(secret.startsWith("-") ? secret.split(/\\n|\n/)[1] : secret);
      }
    } catch {
      // It was gone again.
    }
  }
}

function told(where, text) {
  for (const secret of secrets)
    if (text.includes(secret)) faults.add(`${where} has the secret ${secret.slice(0, 4)}...`);
}

function filesBelow(folder) {
  try {
    return readdirSync(folder, { withFileTypes: true, recursive: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
  } catch {
    // Folders come and go while a run is looked at.
    return [];
  }
}
