import { STATUS_CODES } from "node:http";
import type { HttpAnswer } from "../../mesh/index.ts";
import { type Client, clientOf } from "../fetch.ts";
import { breathe, Failure, type Process, type Program } from "../process.ts";
import { type Called, type Load, loadReport } from "./fortio-report.ts";
import { wait } from "./text.ts";

const VERSION = "1.74.0";
const SWITCHES = new Set(
  "quiet k allow-initial-errors stdclient jitter uniform nocatchup h2 gzip http1.0 L json-log follow-redirects".split(
    " ",
  ),
);
const LEVELS = ["Debug", "Verbose", "Info", "Warning", "Error", "Critical", "Fatal"];
const UNITS_S: Readonly<Record<string, number>> = { ms: 0.001, s: 1, m: 60, h: 3600 };

/** What fortio was called with. */
interface Call {
  readonly url: URL;
  readonly flags: ReadonlyMap<string, string>;
  readonly headers: readonly (readonly [string, string])[];
}

/** `fortio curl URL` and `fortio load URL`: one request, or many at once, through the pod's own network. */
export const fortio: Program = async (process) => {
  const [command = "", ...rest] = process.args;
  if (command === "version" || command === "-version") {
    await process.stdout(`${VERSION}\n`);
    return 0;
  }
  if (command !== "curl" && command !== "load") {
    throw new Failure(`${command || "nothing"}: expected \`curl\`, \`load\`, \`server\` or \`version\` here`, 1);
  }
  const call = readCall(rest);
  return command === "curl" || call.flags.has("curl") ? once(process, call) : load(process, call);
};

/** Go's flags: one dash or two, the value after `=` or as the next word. */
function readCall(args: readonly string[]): Call {
  const flags = new Map<string, string>();
  const headers: (readonly [string, string])[] = [];
  const rest: string[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const [, name, given] = /^--?([^=]+)(?:=(.*))?$/s.exec(args[at] ?? "") ?? [];
    if (name === undefined) rest.push(args[at] ?? "");
    else if (SWITCHES.has(name) || name === "curl") flags.set(name, given ?? "true");
    else {
      const value = given ?? args[++at];
      if (value === undefined) throw new Failure(`flag needs an argument: -${name}`, 1);
      const [header = "", text = ""] = value.split(/:\s*(.*)/s);
      if (name === "H") headers.push([header, text]);
      else flags.set(name, value);
    }
  }
  const [target] = rest;
  if (target === undefined) throw new Failure("Error: fortio load/curl needs a url or destination", 1);
  const url = URL.parse(target.includes("://") ? target : `http://${target}`);
  if (url?.protocol !== "http:") throw new Failure(`${target}: expected a URL that begins with http://`, 1);
  return { url, flags, headers };
}

function send({ fetch }: Client, { url, flags, headers }: Call): Promise<HttpAnswer> {
  const body = Buffer.from(flags.get("payload") ?? "");
  const isGiven = headers.some(([name]) => name.toLowerCase() === "host");
  const length = body.length === 0 ? [] : [["Content-Length", String(body.length)] as const];
  return fetch(url.hostname, Number(url.port || 80), {
    method: flags.get("X") ?? (body.length === 0 ? "GET" : "POST"),
    path: url.pathname + url.search,
    headers: [
      ...(isGiven ? [] : [["Host", url.host] as const]),
      ["User-Agent", `fortio.org/fortio-${VERSION}`],
      ...headers,
      ...length,
    ],
    body,
  });
}

async function once(process: Process, call: Call): Promise<number> {
  const answer = await send(clientOf(process.machine.network, process.signal), call);
  if (typeof answer === "string") {
    const why = answer === "refused" ? "connection refused" : "connection reset by peer";
    await process.stderr(`${stamp(process, "ERR")} Unable to connect, dest="${call.url.host}", err="${why}"\n`);
    return 1;
  }
  await process.stdout(headOf(answer));
  await process.stdout(answer.body);
  // A teapot's answer is as good as any, for fortio.
  if (answer.status === 200 || answer.status === 418) return 0;
  await process.stderr(`${stamp(process, "ERR")} Fetch result, code=${answer.status}, url="${call.url.href}"\n`);
  return 1;
}

function headOf({ status, headers }: Exclude<HttpAnswer, string>): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ""}`, ...lines, "", ""].join("\r\n");
}

async function load(process: Process, call: Call): Promise<number> {
  const { flags, url } = call;
  const number = (name: string, missing: number): number => {
    const value = Number(flags.get(name) ?? missing);
    if (!Number.isFinite(value))
      throw new Failure(`invalid value "${flags.get(name)}" for flag -${name}: parse error`, 1);
    return value;
  };
  const connections = Math.max(1, number("c", 4));
  const count = number("n", 0);
  const qps = number("qps", 8);
  const level = LEVELS.findIndex((one) => one.toLowerCase() === flags.get("loglevel")?.toLowerCase());
  if (level > 2) {
    await process.stderr(`${stamp(process, "INF")} Log level is now ${level} ${LEVELS[level]} (was 2 Info)\n`);
  }
  const seconds = count > 0 ? Number.POSITIVE_INFINITY : secondsOf(flags.get("t") ?? "5s");
  const goal = count > 0 ? `for ${count} calls` : `for ${flags.get("t") ?? "5s"}`;
  await process.stdout(`Fortio ${VERSION} running at ${qps} queries per second, 4->4 procs, ${goal}: ${url.href}\n`);
  const speed = qps > 0 ? `${qps} qps` : "max qps";
  const share = `exactly ${count} calls (${Math.floor(count / connections)} per thread + ${count % connections})`;
  const exact = count > 0 ? share : (flags.get("t") ?? "5s");
  await process.stdout(`Starting at ${speed} with ${connections} thread(s) [gomax 4] for ${exact}\n`);
  const run: Run = { process, call, connections, count, seconds, qps, logs: level < 4 };
  const warmup = count > 0 ? 0 : connections;
  if (warmup > 0 && !flags.has("allow-initial-errors")) {
    const first = await timed(run, 0);
    if (first.code !== 200) throw new Failure(`Aborting because of error ${first.code} for ${url.href}`, 1);
  }
  const result = await runAll(run);
  const percentiles = (flags.get("p") ?? "50,75,90,99,99.9").split(",").map(Number);
  await process.stdout(loadReport({ ...result, warmup, percentiles }));
  return 0;
}

interface Run {
  readonly process: Process;
  readonly call: Call;
  readonly connections: number;
  /** Calls; 0: as many as there is time for. */
  readonly count: number;
  readonly seconds: number;
  readonly qps: number;
  /** Whether each answer that is not 200 is told on standard error. */
  readonly logs: boolean;
}

async function runAll(run: Run): Promise<Pick<Load, "calls" | "connections" | "seconds">> {
  const { connections, count, seconds, qps } = run;
  const calls: Called[] = [];
  const startedAt = performance.now();
  const elapsed = (): number => (performance.now() - startedAt) / 1000;
  const thread = async (index: number): Promise<void> => {
    const own = Math.floor(count / connections) + (index < count % connections ? 1 : 0);
    for (let done = 0; count > 0 ? done < own : elapsed() < seconds; done += 1) {
      await breathe(run.process.signal);
      const ahead = qps > 0 ? (done * connections) / qps - elapsed() : 0;
      if (ahead > 0) await wait(ahead * 1000, run.process.signal);
      calls.push(await timed(run, index));
    }
  };
  await Promise.all(Array.from({ length: connections }, (_, index) => thread(index)));
  return { calls, connections, seconds: elapsed() };
}

async function timed({ process, call, logs }: Run, thread: number): Promise<Called> {
  const startedAt = performance.now();
  const answer = await send(clientOf(process.machine.network, process.signal), call);
  const seconds = (performance.now() - startedAt) / 1000;
  const code = typeof answer === "string" ? -1 : answer.status;
  if (code !== 200 && logs) {
    const text = `Non ok http code, code=${code}, status="HTTP/1.1 ${code}", thread=${thread}, run=0`;
    await process.stderr(`${stamp(process, "WRN")} ${text}\n`);
  }
  if (typeof answer === "string") return { code, seconds, head: 0, size: 0 };
  const head = headOf(answer).length;
  // Fortio reads the head of what went well alone.
  return { code, seconds, head: code === 200 ? head : 0, size: head + answer.body.length };
}

function secondsOf(text: string): number {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.map(([part]) => part).join("") !== text || text === "") {
    throw new Failure(`invalid value "${text}" for flag -t: parse error`, 1);
  }
  return parts.reduce((total, [, amount, unit = ""]) => total + Number(amount) * (UNITS_S[unit] ?? 0), 0);
}

/** `12:58:08.534 r1 [WRN] http_client.go:1104>` */
function stamp({ machine }: Process, level: string): string {
  const file = level === "INF" ? "logger.go:254" : "http_client.go:1104";
  return `${new Date(machine.now()).toISOString().slice(11, 23)} r1 [${level}] ${file}>`;
}
