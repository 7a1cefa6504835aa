import type { HttpResponse } from "../../api/index.ts";
import { absolute } from "../container/files.ts";
import type { NetworkAnswer } from "../network.ts";
import type { Process, Program } from "../process.ts";
import { type CurlCall, readCurl, type Target, targetOf } from "./curl-options.ts";
import { wait } from "./text.ts";

export const CURL_VERSION = "8.17.0";

const REASONS: Readonly<Record<number, string>> = {
  200: "OK",
  201: "Created",
  204: "No Content",
  301: "Moved Permanently",
  302: "Found",
  304: "Not Modified",
  307: "Temporary Redirect",
  308: "Permanent Redirect",
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  408: "Request Timeout",
  418: "I'm a teapot",
  426: "Upgrade Required",
  429: "Too Many Requests",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

/** How a transfer ended when there is no answer: curl's code and words. */
interface Fault {
  readonly code: number;
  readonly text: string;
}

/** `curl` through the cluster's network. */
export const curl: Program = async (process) => {
  const call = await readCurl(process);
  if (call.isVersion) {
    await process.stdout(
      `curl ${CURL_VERSION} (x86_64-pc-linux-musl) libcurl/${CURL_VERSION} (simulated)\nProtocols: http https\n`,
    );
    return 0;
  }
  if (call.urls.length === 0) {
    await process.stderr(
      "curl: (2) no URL specified\ncurl: try 'curl --help' or 'curl --manual' for more information\n",
    );
    return 2;
  }
  let status = 0;
  for (const [index, url] of call.urls.entries()) status = await transfer(process, call, url, index);
  return status;
};

async function transfer(process: Process, call: CurlCall, url: string, index: number): Promise<number> {
  let fault: Fault | undefined;
  for (let left = call.retries; ; left -= 1) {
    fault = await attempt(process, call, url, index);
    const retries =
      fault !== undefined && (call.retriesAll || fault.code === 28 || (fault.code === 7 && call.retriesRefused));
    if (!retries || left <= 0) break;
    await wait(call.retryDelay * 1000, process.signal);
  }
  if (fault === undefined) return 0;
  if (!call.isSilent || call.showsErrors) await process.stderr(`curl: (${fault.code}) ${fault.text}\n`);
  return fault.code;
}

async function attempt(process: Process, call: CurlCall, url: string, index: number): Promise<Fault | undefined> {
  const start = performance.now();
  let target = targetOf(url, call);
  if (typeof target === "string") return { code: 3, text: target };
  let { method, body } = call;
  const seen: HttpResponse[] = [];
  for (let redirects = 0; ; redirects += 1) {
    await tellRequest(process, call, target, method, body);
    const answer = await within(call, process, ask(process, call, target, method, body));
    if (answer === "timeout") {
      await writeOut(process, call, { target, response: undefined, start, redirects });
      return {
        code: 28,
        text: `Operation timed out after ${Math.round(call.maxTime * 1000)} milliseconds with 0 bytes received`,
      };
    }
    if (answer.kind !== "response") {
      await writeOut(process, call, { target, response: undefined, start, redirects });
      return faultOf(answer, target, performance.now() - start);
    }
    const { response } = answer;
    seen.push(response);
    await tellResponse(process, call, response);
    const location = headerOf(response, "location");
    if (!call.follows || location === undefined || response.status < 300 || response.status > 399) {
      return finish(process, call, { target, response, start, redirects, seen, index });
    }
    if (redirects >= call.maxRedirects) return { code: 47, text: `Maximum (${call.maxRedirects}) redirects followed` };
    if (response.status < 307 && method !== "HEAD" && !call.isMethodGiven) [method, body] = ["GET", Buffer.alloc(0)];
    target = targetOf(new URL(location, target.url).href, call);
    if (typeof target === "string") return { code: 3, text: target };
  }
}

function ask(process: Process, call: CurlCall, target: Target, method: string, body: Buffer): Promise<NetworkAnswer> {
  const host = target.isDefaultPort ? target.host : `${target.host}:${target.port}`;
  const defaults: [string, string][] = [
    ["Host", host],
    ["User-Agent", `curl/${CURL_VERSION}`],
    ["Accept", "*/*"],
  ];
  const given = new Set(call.headers.map(([name]) => name.toLowerCase()));
  const headers = [
    ...defaults.filter(([name]) => !given.has(name.toLowerCase())),
    ...call.headers.filter(([, value]) => value !== ""),
  ];
  if (target.user !== undefined)
    headers.push(["Authorization", `Basic ${Buffer.from(target.user).toString("base64")}`]);
  if (body.length > 0 && !given.has("content-type"))
    headers.push(["Content-Type", "application/x-www-form-urlencoded"]);
  if (body.length > 0) headers.push(["Content-Length", String(body.length)]);
  return process.machine.network.request({
    from: process.machine.pod,
    scheme: target.scheme,
    host: call.resolve.get(`${target.host}:${target.port}`) ?? target.host,
    port: target.port,
    method,
    path: target.path,
    headers,
    body,
    signal: process.signal,
  });
}

async function within<T>(call: CurlCall, process: Process, answer: Promise<T>): Promise<T | "timeout"> {
  if (!Number.isFinite(call.maxTime)) return answer;
  const stop = new AbortController();
  const signal = AbortSignal.any([process.signal, stop.signal]);
  const late = wait(call.maxTime * 1000, signal).then(
    () => "timeout" as const,
    () => "timeout" as const,
  );
  try {
    return await Promise.race([answer, late]);
  } finally {
    stop.abort();
  }
}

function faultOf(answer: Exclude<NetworkAnswer, { kind: "response" }>, { host, port }: Target, ms: number): Fault {
  const after = `after ${Math.round(ms)} ms`;
  const table = {
    "unknown-host": { code: 6, text: `Could not resolve host: ${host}` },
    refused: { code: 7, text: `Failed to connect to ${host} port ${port} ${after}: Could not connect to server` },
    unreachable: { code: 28, text: `Failed to connect to ${host} port ${port} ${after}: Timeout was reached` },
    reset: { code: 56, text: "Recv failure: Connection reset by peer" },
    plain: { code: 35, text: "TLS connect error: error:0A00010B:SSL routines::wrong version number" },
  };
  return table[answer.kind];
}

interface Finished {
  readonly target: Target;
  readonly response: HttpResponse | undefined;
  readonly start: number;
  readonly redirects: number;
}

async function finish(
  process: Process,
  call: CurlCall,
  done: Finished & { readonly response: HttpResponse; readonly seen: readonly HttpResponse[]; readonly index: number },
): Promise<Fault | undefined> {
  const { response, seen, index } = done;
  const fails = response.status >= 400 && (call.fails || call.failsWithBody);
  const heads = call.includesHead ? seen.map(headText).join("") : "";
  const shown = call.isHead || (fails && !call.failsWithBody) ? Buffer.alloc(0) : response.body;
  const all = Buffer.concat([Buffer.from(heads), shown]);
  const file =
    call.outputs[index] ?? (call.usesRemoteName ? (done.target.url.split("?")[0]?.split("/").at(-1) ?? "") : undefined);
  try {
    if (file !== undefined && file !== "-") process.machine.files.write(absolute(process.cwd, file), all);
    else if (all.length > 0) await process.stdout(all);
    if (call.headFile !== undefined) await dump(process, call.headFile, seen.map(headText).join(""));
  } catch (error) {
    if (!(error instanceof Error) || error.name !== "FileError") throw error;
    return { code: 23, text: `client returned ERROR on write, ${error.message}` };
  }
  await writeOut(process, call, done);
  return fails ? { code: 22, text: `The requested URL returned error: ${response.status}` } : undefined;
}

async function dump(process: Process, file: string, text: string): Promise<void> {
  if (file === "-") await process.stdout(text);
  else process.machine.files.write(absolute(process.cwd, file), Buffer.from(text));
}

/** `-w`: the names that people use. */
async function writeOut(
  process: Process,
  call: CurlCall,
  { target, response, start, redirects }: Finished,
): Promise<void> {
  if (call.writeOut === undefined) return;
  const seconds = ((performance.now() - start) / 1000).toFixed(6);
  const location = response && headerOf(response, "location");
  const values: Readonly<Record<string, string>> = {
    http_code: String(response?.status ?? 0).padStart(3, "0"),
    response_code: String(response?.status ?? 0).padStart(3, "0"),
    http_version: response ? "1.1" : "0",
    time_total: seconds,
    time_connect: "0.000412",
    time_starttransfer: seconds,
    time_namelookup: "0.000215",
    size_download: String(response?.body.length ?? 0),
    num_redirects: String(redirects),
    url: target.url,
    url_effective: target.url,
    redirect_url: location ? new URL(location, target.url).href : "",
    content_type: (response && headerOf(response, "content-type")) ?? "",
    remote_port: String(target.port),
    method: call.method,
    scheme: target.scheme,
    exitcode: response ? "0" : "7",
  };
  const text = call.writeOut
    .replaceAll(/%header\{([^}]*)\}/g, (_, name: string) => (response && headerOf(response, name)) ?? "")
    .replaceAll(/%\{(\w+)\}/g, (_, name: string) => values[name] ?? "")
    .replaceAll(/\\([nrt])/g, (_, char: string) => ({ n: "\n", r: "\r", t: "\t" })[char] ?? char)
    .replaceAll("%%", "%");
  await process.stdout(text);
}

async function tellRequest(
  process: Process,
  call: CurlCall,
  target: Target,
  method: string,
  body: Buffer,
): Promise<void> {
  if (!call.isVerbose) return;
  const { network, pod } = process.machine;
  const addresses = network.resolve(pod, target.host);
  if (addresses.length === 0)
    return process.stderr(`* Could not resolve host: ${target.host}\n* closing connection #0\n`);
  const lines = [
    `* Host ${target.host}:${target.port} was resolved.`,
    "* IPv6: (none)",
    `* IPv4: ${addresses.join(", ")}`,
    `*   Trying ${addresses[0]}:${target.port}...`,
    `* Connected to ${target.host} (${addresses[0]}) port ${target.port}`,
    `> ${method} ${target.path} HTTP/1.1`,
    `> Host: ${target.isDefaultPort ? target.host : `${target.host}:${target.port}`}`,
    `> User-Agent: curl/${CURL_VERSION}`,
    "> Accept: */*",
    ...call.headers.map(([name, value]) => `> ${name}: ${value}`),
    ...(body.length > 0 ? [`> Content-Length: ${body.length}`] : []),
    "> ",
    "* Request completely sent off",
  ];
  await process.stderr(lines.map((line) => `${line}\n`).join(""));
}

async function tellResponse(process: Process, call: CurlCall, response: HttpResponse): Promise<void> {
  if (!call.isVerbose) return;
  const lines = headText(response).split("\r\n").slice(0, -1);
  const last = `* Connection #0 to host left intact\n`;
  await process.stderr(lines.map((line) => `< ${line}\n`).join("") + last);
}

function headText({ status, headers }: HttpResponse): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}`);
  return [`HTTP/1.1 ${status} ${REASONS[status] ?? ""}`, ...lines, "", ""].join("\r\n");
}

export function headerOf({ headers }: HttpResponse, name: string): string | undefined {
  return headers.find(([one]) => one.toLowerCase() === name.toLowerCase())?.[1];
}
