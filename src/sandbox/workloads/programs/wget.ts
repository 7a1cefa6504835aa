import { absolute } from "../container/files.ts";
import { type Answered, headerOf, NotTrusted, secure, send } from "../http-client.ts";
import { Failure, type Process, type Program } from "../process.ts";
import { readOptions } from "./options.ts";

/** What nobody answers is given up after this; `-T` says another time. */
const PATIENCE_MS = 10_000;
const MAX_REDIRECTS = 5;

/** busybox's `wget`. */
export const wget: Program = async (process) => {
  const options = readOptions(process.args, "qSc", "OTPYUt", [
    "header=",
    "post-data=",
    "timeout=",
    "spider",
    "server-response",
    "no-check-certificate",
    "quiet",
    "tries=",
  ]);
  const [url] = options.rest;
  if (url === undefined) throw new Failure("missing URL");
  let target = new URL(/^https?:\/\//.test(url) ? url : `http://${url}`);
  const isQuiet = options.has("q", "quiet");
  const seconds = Number(options.flags.get("T") ?? options.flags.get("timeout") ?? Number.NaN);
  const asked = {
    post: options.flags.get("post-data"),
    headers: (options.all.get("header") ?? []).map(
      (one) => [one.split(":", 1)[0] ?? "", one.slice(one.indexOf(":") + 1).trim()] as const,
    ),
    checks: !options.has("no-check-certificate"),
    patienceMs: seconds > 0 ? seconds * 1000 : PATIENCE_MS,
    isQuiet,
  };
  for (let left = MAX_REDIRECTS; ; left -= 1) {
    const answer = await fetchOnce(process, target, asked);
    const location = headerOf(answer, "location");
    if (location !== undefined && answer.status >= 300 && answer.status < 400 && left > 0) {
      answer.message.destroy();
      target = new URL(location, target);
      continue;
    }
    if (options.has("S", "server-response")) {
      const heads = answer.headers.map(([name, value]) => `  ${name}: ${value}\n`).join("");
      await process.stderr(`  HTTP/1.1 ${answer.status} ${answer.reason}\n${heads}`);
    }
    if (answer.status >= 400) {
      answer.message.destroy();
      throw new Failure(`server returned error: HTTP/1.1 ${answer.status} ${answer.reason}`.trim());
    }
    if (options.has("spider")) {
      answer.message.destroy();
      return 0;
    }
    return save(process, options.flags.get("O"), target, answer, isQuiet);
  }
};

interface Asked {
  readonly post: string | undefined;
  readonly headers: readonly (readonly [string, string])[];
  readonly checks: boolean;
  readonly patienceMs: number;
  readonly isQuiet: boolean;
}

async function fetchOnce(process: Process, target: URL, asked: Asked): Promise<Answered> {
  const { network } = process.machine;
  const isSecure = target.protocol === "https:";
  const port = Number(target.port || (isSecure ? 443 : 80));
  const found = network.lookup(target.hostname);
  const [address] = found.kind === "found" ? found.addresses : [];
  if (address === undefined) throw new Failure(`bad address '${target.host}'`);
  if (!asked.isQuiet) await process.stderr(`Connecting to ${target.hostname}:${port} (${address}:${port})\n`);
  const dialled = await network.dial(address, port);
  const limit = AbortSignal.any([process.signal, AbortSignal.timeout(asked.patienceMs)]);
  if (dialled.kind === "filtered") {
    await new Promise((resolve) => limit.addEventListener("abort", resolve, { once: true }));
    throw new Failure("download timed out");
  }
  if (dialled.kind !== "connected") {
    const why = dialled.kind === "refused" ? "Connection refused" : "Host is unreachable";
    throw new Failure(`can't connect to remote host (${address}): ${why}`);
  }
  const trust = { host: target.hostname, checks: asked.checks, authorities: [] };
  try {
    const socket = isSecure ? await secure(dialled.socket, trust) : dialled.socket;
    return await send(
      socket,
      {
        method: asked.post === undefined ? "GET" : "POST",
        path: target.pathname + target.search,
        headers: [["Host", target.host], ["User-Agent", "Wget"], ["Connection", "close"], ...asked.headers],
        body: Buffer.from(asked.post ?? ""),
      },
      limit,
    );
  } catch (error) {
    dialled.socket.destroy();
    if (limit.aborted) throw new Failure("download timed out");
    if (error instanceof NotTrusted) throw new Failure("note: TLS certificate validation not implemented");
    throw new Failure(isSecure ? "error getting response: Connection reset by peer" : "error getting response");
  }
}

async function save(
  process: Process,
  given: string | undefined,
  url: URL,
  { message }: Answered,
  isQuiet: boolean,
): Promise<number> {
  const name = given ?? (url.pathname.split("/").at(-1) || "index.html");
  const path = absolute(process.cwd, name);
  if (given === undefined && process.machine.files.find(path)) {
    message.destroy();
    throw new Failure(`can't open '${name}': File exists`);
  }
  if (given !== "-") process.machine.files.write(path, Buffer.alloc(0));
  for await (const chunk of message as AsyncIterable<Buffer>) {
    if (given === "-") await process.stdout(chunk);
    else process.machine.files.write(path, chunk, { append: true });
  }
  if (!isQuiet && given !== "-") await process.stderr(`saving to '${name}'\n'${name}' saved\n`);
  return 0;
}
