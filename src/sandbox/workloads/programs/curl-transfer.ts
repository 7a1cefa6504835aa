import { absolute } from "../container/files.ts";
import { type Answered, headerOf, send } from "../http-client.ts";
import type { Process } from "../process.ts";
import { type Clock, connect, type Fault } from "./curl-connect.ts";
import { type CurlCall, type Target, targetOf } from "./curl-options.ts";
import { type Finished, writtenOut } from "./curl-write-out.ts";

export const CURL_VERSION = "8.17.0";

/** One try of one URL, its redirects included. Undefined when all is well. */
export async function transferOnce(
  process: Process,
  call: CurlCall,
  url: string,
  output: string | undefined,
): Promise<Fault | undefined> {
  const start = performance.now();
  const elapsed = (): number => performance.now() - start;
  const limit = new AbortController();
  const late = Number.isFinite(call.maxTime) ? setTimeout(() => limit.abort(), call.maxTime * 1000) : undefined;
  const clock = { elapsed, signal: AbortSignal.any([process.signal, limit.signal]) };
  try {
    return await attempt({ process, call, output, clock }, url);
  } finally {
    clearTimeout(late);
    // Whatever is still open ends with it.
    limit.abort();
  }
}

interface Transfer {
  readonly process: Process;
  readonly call: CurlCall;
  /** The file that the body goes to. */
  readonly output: string | undefined;
  readonly clock: Clock;
}

async function attempt(transfer: Transfer, url: string): Promise<Fault | undefined> {
  const { process, call, clock } = transfer;
  let target = targetOf(url, call);
  if (typeof target === "string") return { code: 3, text: target };
  let { method, body } = call;
  const seen: Answered[] = [];
  for (let redirects = 0; ; redirects += 1) {
    const answer = await ask(transfer, target, method, body);
    if ("code" in answer) {
      await writeOut(transfer, {
        target,
        answer: undefined,
        ms: clock.elapsed(),
        size: 0,
        redirects,
        code: answer.code,
      });
      return answer;
    }
    seen.push(answer);
    await tellAnswer(process, call, answer);
    const location = headerOf(answer, "location");
    if (!call.follows || location === undefined || answer.status < 300 || answer.status > 399) {
      return receive(transfer, { target, answer, seen, redirects });
    }
    answer.message.resume();
    if (redirects >= call.maxRedirects) return { code: 47, text: `Maximum (${call.maxRedirects}) redirects followed` };
    if (answer.status < 307 && method !== "HEAD" && !call.isMethodGiven) [method, body] = ["GET", Buffer.alloc(0)];
    target = targetOf(new URL(location, target.url).href, call);
    if (typeof target === "string") return { code: 3, text: target };
  }
}

async function ask(
  { process, call, clock }: Transfer,
  target: Target,
  method: string,
  body: Buffer,
): Promise<Answered | Fault> {
  const socket = await connect(process, call, target, clock);
  if ("code" in socket) return socket;
  const headers = requestHeaders(call, target, body);
  if (call.isVerbose) {
    const lines = [`${method} ${target.path} HTTP/1.1`, ...headers.map(([name, value]) => `${name}: ${value}`), ""];
    await process.stderr(`${lines.map((line) => `> ${line}\n`).join("")}* Request completely sent off\n`);
  }
  try {
    return await send(socket, { method, path: target.path, headers, body }, clock.signal);
  } catch (error) {
    socket.destroy();
    return lostFault(error, clock, 0);
  }
}

function requestHeaders(call: CurlCall, target: Target, body: Buffer): readonly (readonly [string, string])[] {
  const host = target.isDefaultPort ? target.host : `${target.host}:${target.port}`;
  const defaults: [string, string][] = [["Host", host]];
  if (target.user !== undefined) {
    defaults.push(["Authorization", `Basic ${Buffer.from(target.user).toString("base64")}`]);
  }
  defaults.push(["User-Agent", `curl/${CURL_VERSION}`], ["Accept", "*/*"]);
  const given = new Set(call.headers.map(([name]) => name.toLowerCase()));
  const headers = [
    ...defaults.filter(([name]) => !given.has(name.toLowerCase())),
    ...call.headers.filter(([, value]) => value !== ""),
  ];
  if (body.length > 0 && !given.has("content-length")) headers.push(["Content-Length", String(body.length)]);
  if (body.length > 0 && !given.has("content-type"))
    headers.push(["Content-Type", "application/x-www-form-urlencoded"]);
  return headers;
}

/** What went wrong after the connection stood. */
function lostFault(error: unknown, { elapsed, signal }: Clock, received: number): Fault {
  if (signal.aborted) {
    return {
      code: 28,
      text: `Operation timed out after ${Math.round(elapsed())} milliseconds with ${received} bytes received`,
    };
  }
  const { code = "", message = "" } = error as NodeJS.ErrnoException;
  if (code.startsWith("HPE_")) return { code: 1, text: "Received HTTP/0.9 when not allowed" };
  if (message === "socket hang up") return { code: 52, text: "Empty reply from server" };
  return { code: 56, text: "Recv failure: Connection reset by peer" };
}

interface Received {
  readonly target: Target;
  readonly answer: Answered;
  readonly seen: readonly Answered[];
  readonly redirects: number;
}

/** The body, to where it is wanted, as it comes. */
async function receive(transfer: Transfer, { target, answer, seen, redirects }: Received): Promise<Fault | undefined> {
  const { process, call, output, clock } = transfer;
  const fails = answer.status >= 400 && (call.fails || call.failsWithBody);
  const heads = seen.map(headText).join("");
  const remoteName = call.usesRemoteName ? target.url.split("?")[0]?.split("/").at(-1) : undefined;
  const write = writerTo(process, output ?? remoteName);
  let size = 0;
  let fault: Fault | undefined;
  try {
    if (call.headFile !== undefined) await writerTo(process, call.headFile)(Buffer.from(heads));
    if (call.includesHead) await write(Buffer.from(heads));
    for await (const chunk of answer.message as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (!call.isHead && (!fails || call.failsWithBody)) await write(chunk);
    }
    if (size === 0) await write(Buffer.alloc(0));
  } catch (error) {
    fault = receiveFault(error, answer, clock, size);
  }
  answer.message.socket.destroy();
  await tellEnd(process, call);
  if (fails) fault ??= { code: 22, text: `The requested URL returned error: ${answer.status}` };
  await writeOut(transfer, { target, answer, ms: clock.elapsed(), size, redirects, code: fault?.code ?? 0 });
  return fault;
}

function receiveFault(error: unknown, answer: Answered, clock: Clock, size: number): Fault {
  if (!(error instanceof Error)) throw error;
  if (error.name === "FileError") return { code: 23, text: `client returned ERROR on write, ${error.message}` };
  if (!("code" in error)) throw error;
  if (clock.signal.aborted) return lostFault(error, clock, size);
  const length = headerOf(answer, "content-length");
  const missing = length === undefined ? "outstanding read data" : `${Number(length) - size} bytes`;
  return { code: 18, text: `transfer closed with ${missing} remaining${length === undefined ? "" : " to read"}` };
}

/** Standard output, or a file that begins anew. */
function writerTo({ stdout, machine, cwd }: Process, file: string | undefined): (chunk: Buffer) => Promise<void> {
  if (file === undefined || file === "-") return async (chunk) => (chunk.length > 0 ? stdout(chunk) : undefined);
  const path = absolute(cwd, file);
  let append = false;
  return async (chunk) => {
    machine.files.write(path, chunk, { append });
    append = true;
  };
}

async function writeOut({ process, call }: Transfer, finished: Omit<Finished, "method">): Promise<void> {
  if (call.writeOut === undefined) return;
  const text = writtenOut(call.writeOut, { ...finished, method: call.method });
  await (text.toStderr ? process.stderr(text.text) : process.stdout(text.text));
}

async function tellAnswer(process: Process, call: CurlCall, answer: Answered): Promise<void> {
  if (!call.isVerbose) return;
  const lines = headText(answer).split("\r\n").slice(0, -1);
  await process.stderr(lines.map((line) => `< ${line}\n`).join(""));
}

async function tellEnd(process: Process, call: CurlCall): Promise<void> {
  if (call.isVerbose) await process.stderr("* Connection #0 to host left intact\n");
}

function headText({ status, reason, headers, message }: Answered): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/${message.httpVersion} ${status} ${reason}`, ...lines, "", ""].join("\r\n");
}
