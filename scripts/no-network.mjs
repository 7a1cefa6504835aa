#!/usr/bin/env node
/**
 * The course on a machine without a network, whose user has a hostile environment: `node scripts/no-network.mjs`, on Linux, of the
 * built program; needs `unshare` and `ip`, and the right to make a network namespace (root, or user namespaces).
 *
 * `test --yes --offline` of all lessons runs in an empty network namespace where `lo` alone is up, with the kubectl that is in
 * the PATH; every proxy variable, `~/.curlrc` and `~/.netrc` lead to a listener that counts. Faults: the course fails; a
 * connection to the listener; a packet that the kernel had no route for, or that nobody listened for: something that tried to
 * leave the machine, or asked for a name. Exit code 1 when there was any.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const SELF = fileURLToPath(import.meta.url);
const CLI = fileURLToPath(new URL("../src/cli/bin.cjs", import.meta.url));
const LESSONS = fileURLToPath(new URL("../lessons", import.meta.url));
const INSIDE = "inside";

process.exitCode = process.argv[2] === INSIDE ? await inside() : outside();

/** Runs this script again where there is no network. */
function outside() {
  const asRoot = process.getuid?.() === 0 ? [] : ["--map-root-user"];
  const command = 'ip link set lo up && exec "$@"';
  const args = [...asRoot, "--net", "sh", "-c", command, "sh", process.execPath, SELF, INSIDE];
  const { status, error } = spawnSync("unshare", args, { stdio: "inherit" });
  if (error) console.error(`no network namespace could be made: ${error.message}`);
  return status ?? 1;
}

async function inside() {
  const faults = [];
  let connections = 0;
  const listener = createServer((socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise((resolve) => listener.listen(0, "127.0.0.1", resolve));
  const root = mkdtempSync(path.join(tmpdir(), "no-network-"));
  try {
    const env = hostile(root, `http://127.0.0.1:${listener.address().port}`);
    // What counts must be seen to count.
    await ended("curl", ["-sS", "--max-time", "5", "http://10.96.0.1/"], { env });
    await ended("curl", ["-qsS", "--noproxy", "*", "--max-time", "5", "http://10.96.0.1/"], { env });
    if (connections !== 1) faults.push(`the listener saw ${connections} connections of a curl that is led to it`);
    if (lost() === 0) faults.push("the kernel does not count what has no route");
    for (const more of [{}, { NO_PROXY: "*", no_proxy: "*" }]) {
      const [connected, wasLost] = [connections, lost()];
      const args = [CLI, "test", "--yes", "--offline", "--lessons", LESSONS];
      const { code, printed } = await ended(process.execPath, args, { env: { ...env, ...more }, cwd: LESSONS });
      console.log(printed.trim().split("\n").at(-1));
      if (code !== 0) faults.push(`the course ended with ${code}: ${printed.slice(-3000)}`);
      if (connections !== connected) faults.push(`${connections - connected} connections to somebody's proxy`);
      if (lost() !== wasLost) faults.push(`${lost() - wasLost} packets that tried to leave`);
    }
  } finally {
    listener.close();
    rmSync(root, { recursive: true, force: true });
  }
  for (const fault of faults) console.log(`FAULT ${fault}`);
  console.log(`without a network: ${faults.length} faults`);
  return faults.length === 0 ? 0 : 1;
}

/** A user whose every setting leads elsewhere. */
function hostile(root, proxy) {
  const home = path.join(root, "home");
  mkdirSync(home);
  writeFileSync(path.join(home, ".curlrc"), `proxy = "${proxy}"\nheader = "X-Mine: 1"\nfail\n`);
  writeFileSync(path.join(home, ".netrc"), "default login me password secret\n", { mode: 0o600 });
  const proxies = ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"];
  return {
    PATH: process.env.PATH,
    HOME: home,
    CURL_HOME: home,
    XDG_STATE_HOME: path.join(root, "state"),
    XDG_CACHE_HOME: path.join(root, "cache"),
    XDG_CONFIG_HOME: path.join(root, "config"),
    ...Object.fromEntries(proxies.map((name) => [name, proxy])),
    CURL_CA_BUNDLE: "/nowhere",
    SSL_CERT_FILE: "/nowhere",
  };
}

/** Packets without a route, and questions to a port where nobody listens (a name asked of a resolver on this machine). */
function lost() {
  const table = (file) => readFileSync(`/proc/net/${file}`, "utf8");
  const [names, values] = table("snmp")
    .split("\n")
    .filter((line) => line.startsWith("Ip:"))
    .map((line) => line.split(" "));
  const [datagrams, counts] = table("snmp")
    .split("\n")
    .filter((line) => line.startsWith("Udp:"))
    .map((line) => line.split(" "));
  const six = /Ip6OutNoRoutes\s+(\d+)/.exec(table("snmp6"))?.[1] ?? 0;
  return Number(values[names.indexOf("OutNoRoutes")]) + Number(counts[datagrams.indexOf("NoPorts")]) + Number(six);
}

function ended(program, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    let printed = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (printed += chunk));
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, printed }));
  });
}
