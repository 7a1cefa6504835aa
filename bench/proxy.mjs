// The host's way into the cluster: what a request by the proxy costs the sandbox, in processor time of one core. The wall's
// time would count the clients, too. Linux only.
import { execFileSync, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import path from "node:path";
import { setTimeout } from "node:timers/promises";
import { cli, header, isInstalled, median, node, privateEnv, root, roundsOr, row, scratchFolder } from "./measure.mjs";

/** 1,500 requests a second on one core. */
const LIMIT_US = 1e6 / 1500;
const CONNECTIONS = 16;
const REQUESTS = 6000;
const PARALLEL = 1000;
if (process.platform !== "linux" || !isInstalled("kubectl")) {
  console.log("skipped: it needs Linux and kubectl");
  process.exit();
}

const files = path.join(root, "test/sandbox/proxies/files");
const env = privateEnv(scratchFolder());
const rounds = roundsOr(5);
const run = (...args) =>
  execFileSync(node, [cli, ...args], { env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

/** The session's environment, as `learn-istio env` prints it. */
function sessionEnv() {
  const printed = run("env", "--target", "sandbox");
  const shell = spawnSync("bash", ["-c", `${printed}\nenv -0`], { env, encoding: "utf8" }).stdout;
  return Object.fromEntries(
    shell
      .split("\0")
      .filter(Boolean)
      .map((line) => line.split(/=(.*)/s).slice(0, 2)),
  );
}

/** Seconds of processor time that a process has used. */
function processorTime(pid) {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1].split(" ");
  return (Number(fields[11]) + Number(fields[12])) / Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
}

/** Opens a connection by the proxy. */
async function dial({ user, password, port, nodePort }) {
  const socket = connect({ host: "127.0.0.1", port });
  const words = [user, password].flatMap((word) => [word.length, ...Buffer.from(word)]);
  socket.write(Buffer.from([5, 1, 2, 1, ...words, 5, 1, 0, 1, 172, 18, 0, 2, nodePort >> 8, nodePort & 255]));
  for (let got = 0; got < 14; ) got += (await once(socket, "data"))[0].length;
  return socket;
}

/** Sends one request and reads its answer to the end of its body. */
async function ask(socket) {
  socket.write("GET / HTTP/1.1\r\nHost: web\r\n\r\n");
  let text = "";
  for (;;) {
    text += (await once(socket, "data"))[0].toString("latin1");
    const end = text.indexOf("\r\n\r\n");
    const length = Number(/content-length: (\d+)/i.exec(text)?.[1]);
    if (end >= 0 && text.length >= end + 4 + length) break;
  }
  if (!text.startsWith("HTTP/1.1 200 ")) throw new Error(text.slice(0, 100));
}

/** Microseconds of the sandbox's processor for each request. */
async function cost(pid, count, work) {
  const before = processorTime(pid);
  await work();
  return ((processorTime(pid) - before) * 1e6) / count;
}

try {
  run("sandbox", "start");
  const session = sessionEnv();
  const kubectl = (line) => execFileSync("kubectl", line.split(" "), { env: session, encoding: "utf8" });
  kubectl("create deployment web --image=nginx");
  kubectl("expose deployment web --port=80 --type=NodePort");
  kubectl("rollout status deployment/web --timeout=60s");
  const { pid } = JSON.parse(run("sandbox", "status", "--json"));
  const [, user, password, port] = /:\/\/(.*):(.*)@127\.0\.0\.1:(\d+)/.exec(
    readFileSync(path.join(session.CURL_HOME, ".curlrc"), "utf8"),
  );
  const nodePort = Number(kubectl("get service web -o jsonpath={.spec.ports[0].nodePort}"));
  const at = { user, password, port: Number(port), nodePort };
  const workers = (each) => Promise.all(Array.from({ length: CONNECTIONS }, each));
  const share = REQUESTS / CONNECTIONS;
  const kept = (place = at) =>
    workers(async () => {
      const socket = await dial(place);
      for (let index = 0; index < share; index++) await ask(socket);
      socket.destroy();
    });
  const anew = () =>
    workers(async () => {
      for (let index = 0; index < share; index++) {
        const socket = await dial(at);
        await ask(socket);
        socket.destroy();
      }
    });
  const atOnce = async () => {
    const sockets = await Promise.all(Array.from({ length: PARALLEL }, () => dial(at)));
    await Promise.all(sockets.map(ask));
    for (const socket of sockets) socket.destroy();
  };
  kubectl(`apply -f ${files}/definitions.yaml`);
  kubectl("wait --for=condition=Established crd --all --timeout=60s");
  kubectl(`apply -f ${files}/mesh.yaml`);
  kubectl(`apply -f ${files}/routes.yaml`);
  kubectl("wait --for=condition=Available deployment --all -A --timeout=60s");
  // Past the first configuration's way to the proxies.
  await setTimeout(1000);
  const found = { kept: [], anew: [], atOnce: [], meshed: [] };
  for (let round = -1; round < rounds; round++) {
    const costs = { kept: await cost(pid, REQUESTS, () => kept()), anew: await cost(pid, REQUESTS, anew) };
    costs.atOnce = await cost(pid, PARALLEL, atOnce);
    costs.meshed = await cost(pid, REQUESTS, () => kept({ ...at, nodePort: 30080 }));
    if (round >= 0) for (const [name, value] of Object.entries(costs)) found[name].push(value);
  }
  const rate = (us) => `${Math.round(1e6 / us)} a second on one core`;
  const [us, usAnew, usAtOnce, usMeshed] = [found.kept, found.anew, found.atOnce, found.meshed].map(median);
  header();
  row("a request by the proxy, connections kept", us, LIMIT_US, "µs", rate(us));
  row("a request by the proxy, a connection for each", usAnew, LIMIT_US, "µs", rate(usAnew));
  row("1,000 connections at once, a request on each", usAtOnce, LIMIT_US, "µs", rate(usAtOnce));
  row("a request by the proxy, a mesh's gateway and a sidecar", usMeshed, LIMIT_US, "µs", rate(usMeshed));
} finally {
  run("sandbox", "stop");
}
