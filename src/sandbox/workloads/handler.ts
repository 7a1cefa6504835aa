import type { ContainerRef, Exit, HttpRequest, HttpResponse, ProcessIo } from "../api/index.ts";
import type { Clock } from "../control/index.ts";
import type { JsonObject, KubeObject } from "../objects/index.ts";
import { specsOf } from "./container-process.ts";

/** What the kubelet calls in a container: by a probe, after its start, before its end. */
export interface Callee {
  exec(at: ContainerRef, command: readonly string[], io: ProcessIo): Promise<Exit>;
  request(
    pod: KubeObject,
    port: number,
    request: HttpRequest,
    from?: string,
  ): Promise<HttpResponse | "refused" | "reset">;
  listens(pod: KubeObject, port: number): boolean;
}

/** What came of it. `unknown`: the call itself could not be made. */
export interface Called {
  readonly result: "success" | "failure" | "unknown";
  readonly output: string;
}

/** How long a call may take. */
export interface Allowed {
  /** Of the machine's clock: what is called takes its own time, whatever the pace. */
  readonly seconds: number;
  readonly clock: Clock;
  /** Milliseconds that the kubelet's own seconds take. */
  readonly secondMs: number;
}

/** The kubelet speaks to pods from the node. */
const NODE = "10.244.0.1";
/** What the kubelet keeps of a probe's output. */
const MAX_OUTPUT = 10 * 1024;
const OK: Called = { result: "success", output: "" };

type Call = (
  callee: Callee,
  at: ContainerRef,
  how: JsonObject,
  seconds: number,
  signal: AbortSignal,
) => Promise<Called>;

/** One way to call for each field that a handler may have. */
const CALLS: Readonly<Record<string, Call>> = {
  exec: execute,
  grpc: async (callee, { pod }, { port }, seconds) => {
    if (callee.listens(pod, Number(port))) return OK;
    const where = `${pod.status?.podIP}:${port}`;
    return failed(`timeout: failed to connect service "${where}" within ${seconds}s: context deadline exceeded`);
  },
  httpGet: fetched,
  tcpSocket: async (callee, { pod, container }, { host, port }) => {
    const number = portNumber(pod, container, port);
    return callee.listens(pod, number) ? OK : failed(refusedAt(host ?? pod.status?.podIP, number));
  },
};

/**
 * Calls a handler (`exec`, `httpGet`, `tcpSocket`, `grpc`, `sleep`) and tells in the kubelet's words what came of it, by
 * the end of the seconds that it is allowed.
 */
export async function call(
  callee: Callee,
  at: ContainerRef,
  handler: JsonObject,
  { seconds, clock, secondMs }: Allowed,
): Promise<Called> {
  if (handler.sleep !== undefined) return slept(clock, Math.min(Number(handler.sleep.seconds), seconds) * secondMs);
  const field = Object.keys(CALLS).find((one) => handler[one] !== undefined);
  const how = field === undefined ? undefined : CALLS[field];
  if (field === undefined || how === undefined) return OK;
  const abort = new AbortController();
  const forget = clock.at(clock.now() + seconds * 1000, () => abort.abort());
  try {
    return await how(callee, at, handler[field], seconds, abort.signal);
  } finally {
    forget();
  }
}

function slept(clock: Clock, ms: number): Promise<Called> {
  return new Promise((resolve) => clock.at(clock.now() + ms, () => resolve(OK)));
}

async function execute(
  callee: Callee,
  at: ContainerRef,
  { command = [] }: JsonObject,
  seconds: number,
  signal: AbortSignal,
): Promise<Called> {
  let output = "";
  const take = async (chunk: Buffer): Promise<void> => {
    if (output.length < MAX_OUTPUT) output = (output + chunk.toString()).slice(0, MAX_OUTPUT);
  };
  const io = { stdin: undefined, stdout: take, stderr: take, tty: false, onResize: () => {}, signal };
  const exit = await callee.exec(at, command, io);
  if (signal.aborted) return failed(`command timed out: "${command.join(" ")}" timed out after ${seconds}s`);
  if ("failure" in exit) {
    const why = exit.failure.replace("error executing command in container: ", "");
    return { result: "unknown", output: `rpc error: code = Unknown desc = ${why}` };
  }
  return { result: exit.code === 0 ? "success" : "failure", output };
}

async function fetched(
  callee: Callee,
  { pod, container }: ContainerRef,
  { scheme = "HTTP", host, port, path = "/", httpHeaders = [] }: JsonObject,
  _seconds: number,
  signal: AbortSignal,
): Promise<Called> {
  const number = portNumber(pod, container, port);
  const address = host ?? pod.status?.podIP;
  const where = `${String(scheme).toLowerCase()}://${address}:${number}${String(path).startsWith("/") ? "" : "/"}${path}`;
  const own: [string, string][] = httpHeaders.map((one: JsonObject) => [one.name, one.value]);
  const has = (name: string): boolean => own.some(([one]) => one.toLowerCase() === name);
  const headers: [string, string][] = [...own];
  if (!has("host")) headers.unshift(["Host", `${address}:${number}`]);
  if (!has("user-agent")) headers.push(["User-Agent", "kube-probe/1.35"]);
  if (!has("accept")) headers.push(["Accept", "*/*"]);
  const request = {
    method: "GET",
    path: new URL(where).pathname + new URL(where).search,
    headers,
    body: Buffer.alloc(0),
  };
  const late = new Promise<"late">((resolve) => signal.addEventListener("abort", () => resolve("late")));
  const answer = await Promise.race([callee.request(pod, number, request, NODE), late]);
  if (answer === "late")
    return failed(`Get "${where}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`);
  if (answer === "refused") return failed(`Get "${where}": ${refusedAt(address, number)}`);
  if (answer === "reset") return failed(`Get "${where}": read: connection reset by peer`);
  if (scheme === "HTTPS") return failed(`Get "${where}": http: server gave HTTP response to HTTPS client`);
  const isGood = answer.status >= 200 && answer.status < 400;
  return isGood ? OK : failed(`HTTP probe failed with statuscode: ${answer.status}`);
}

function failed(output: string): Called {
  return { result: "failure", output };
}

function refusedAt(address: unknown, port: number): string {
  return `dial tcp ${address}:${port}: connect: connection refused`;
}

/** A port by its number, or by the name that the container gives it. */
function portNumber(pod: KubeObject, container: string, port: unknown): number {
  if (/^\d+$/.test(String(port))) return Number(port);
  const ports: readonly JsonObject[] = specsOf(pod).find((one) => one.name === container)?.ports ?? [];
  return Number(ports.find((one) => one.name === port)?.containerPort ?? 0);
}
