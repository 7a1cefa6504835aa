import type { ContainerRef, Exit, ProcessIo } from "../api/index.ts";
import type { Clock } from "../control/index.ts";
import type { Dialled } from "../network/index.ts";
import type { JsonObject, KubeObject } from "../objects/index.ts";
import { specsOf } from "./container-process.ts";
import { checkHealth } from "./grpc-health.ts";
import { secure, send } from "./http-client.ts";

/** What the kubelet calls in a container: by a probe, after its start, before its end. */
export interface Callee {
  exec(at: ContainerRef, command: readonly string[], io: ProcessIo): Promise<Exit>;
  /** Opens a connection from the node. */
  dial(address: string, port: number): Promise<Dialled>;
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
  grpc: askedByGrpc,
  httpGet: fetched,
  tcpSocket: async (callee, { pod, container }, { host, port }, _seconds, signal) => {
    const [address, number] = [String(host ?? pod.status?.podIP), portNumber(pod, container, port)];
    const dialled = await dialledIn(callee, address, number, signal);
    if (dialled.kind !== "connected") return failed(`dial tcp ${address}:${number}: ${WHY[dialled.kind]}`);
    dialled.socket.destroy();
    return OK;
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
  const dialled = await dialledIn(callee, address, number, signal);
  if (dialled.kind === "filtered") return failed(`Get "${where}": ${LATE}`);
  if (dialled.kind !== "connected")
    return failed(`Get "${where}": dial tcp ${address}:${number}: ${WHY[dialled.kind]}`);
  try {
    const trust = { host: String(address), checks: false, authorities: [] };
    const socket = scheme === "HTTPS" ? await soon(secure(dialled.socket, trust), signal) : dialled.socket;
    const { status } = await send(socket, request, signal);
    return status >= 200 && status < 400 ? OK : failed(`HTTP probe failed with statuscode: ${status}`);
  } catch (error) {
    return failed(`Get "${where}": ${signal.aborted ? LATE : reasonOf(error as NodeJS.ErrnoException)}`);
  } finally {
    dialled.socket.destroy();
  }
}

const LATE = "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";

/** Why no connection came about, as Go says it. */
const WHY = {
  refused: "connect: connection refused",
  unreachable: "connect: no route to host",
  filtered: "i/o timeout",
} as const;

function reasonOf({ code, message }: NodeJS.ErrnoException): string {
  if (/wrong version number|packet length too long/.test(message)) {
    return "http: server gave HTTP response to HTTPS client";
  }
  if (code?.startsWith("HPE_")) return "net/http: HTTP/1.x transport connection broken: malformed HTTP response";
  return message === "read ECONNRESET" ? "read: connection reset by peer" : "EOF";
}

/** A connection; where nobody answers, after all the time there is. */
async function dialledIn(callee: Callee, address: string, port: number, signal: AbortSignal): Promise<Dialled> {
  const dialled = await callee.dial(address, port);
  if (dialled.kind === "filtered") await soon(new Promise(() => {}), signal).catch(() => {});
  return dialled;
}

/** Rejects when the time is over. */
function soon<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = (): void => reject(new Error(LATE));
    if (signal.aborted) late();
    signal.addEventListener("abort", late, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", late));
  });
}

/** gRPC's code for what a server does not have. */
const UNIMPLEMENTED = 12;

async function askedByGrpc(
  callee: Callee,
  { pod }: ContainerRef,
  { port, service = "" }: JsonObject,
  seconds: number,
  signal: AbortSignal,
): Promise<Called> {
  const where = `${pod.status?.podIP}:${port}`;
  const unconnected = `timeout: failed to connect service "${where}" within ${seconds}s: context deadline exceeded`;
  const dialled = await dialledIn(callee, String(pod.status?.podIP), Number(port), signal);
  if (dialled.kind !== "connected") return failed(unconnected);
  try {
    const health = await soon(checkHealth(dialled.socket, where, String(service)), signal);
    if (health.kind === "unconnected") return failed(unconnected);
    if (health.kind === "answered")
      return health.status === "SERVING" ? OK : failed(`service unhealthy (responded with "${health.status}")`);
    if (health.code === UNIMPLEMENTED)
      return failed(
        `error: this server does not implement the grpc health protocol (grpc.health.v1.Health): ${health.message}`,
      );
    return failed(
      `error: health rpc probe failed: rpc error: code = ${codeName(health.code)} desc = ${health.message}`,
    );
  } catch {
    return failed(`timeout: health rpc did not complete within ${seconds}s`);
  } finally {
    dialled.socket.destroy();
  }
}

const CODES =
  "OK Canceled Unknown InvalidArgument DeadlineExceeded NotFound AlreadyExists PermissionDenied ResourceExhausted " +
  "FailedPrecondition Aborted OutOfRange Unimplemented Internal Unavailable DataLoss Unauthenticated";

function codeName(code: number): string {
  return CODES.split(" ")[code] ?? `Code(${code})`;
}

function failed(output: string): Called {
  return { result: "failure", output };
}

/** A port by its number, or by the name that the container gives it. */
function portNumber(pod: KubeObject, container: string, port: unknown): number {
  if (/^\d+$/.test(String(port))) return Number(port);
  const ports: readonly JsonObject[] = specsOf(pod).find((one) => one.name === container)?.ports ?? [];
  return Number(ports.find((one) => one.name === port)?.containerPort ?? 0);
}
