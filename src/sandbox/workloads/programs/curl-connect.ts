import type { Duplex } from "node:stream";
import type { PeerCertificate, TLSSocket } from "node:tls";
import { absolute } from "../container/files.ts";
import { NotTrusted, secure } from "../http-client.ts";
import type { Process } from "../process.ts";
import type { CurlCall, Target } from "./curl-options.ts";

/** How a transfer ended when there is no answer: curl's code and words. */
export interface Fault {
  readonly code: number;
  readonly text: string;
  /** In the kernel's words, where no connection came about. */
  readonly why?: string;
}

/** What a transfer may take until something gives up. */
export interface Clock {
  /** Milliseconds since the transfer began. */
  readonly elapsed: () => number;
  /** Ends with the transfer: the user's limits, or the process. */
  readonly signal: AbortSignal;
}

/** A connection nobody answers is given up after this when no option says otherwise: a real kernel takes two minutes. */
const PATIENCE_MS = 10_000;

/** Connects as far as the first byte of HTTP, telling each step where curl was asked to. */
export async function connect(process: Process, call: CurlCall, target: Target, clock: Clock): Promise<Duplex | Fault> {
  const tell = (text: string): Promise<void> => (call.isVerbose ? process.stderr(`* ${text}\n`) : Promise.resolve());
  const { host, port } = destination(call, target);
  const known = resolved(call, host, port);
  const found = known === undefined ? process.machine.network.lookup(host) : undefined;
  if (found?.kind === "timeout") {
    await patience(call, clock);
    if (isLate(call, clock)) return { code: 28, text: `Resolving timed out after ${ms(clock)} milliseconds` };
  }
  const addresses = known ?? (found?.kind === "found" ? found.addresses : []);
  if (known !== undefined) await tell(`Added ${host}:${port}:${known.join(",")} to DNS cache`);
  const [address] = addresses;
  if (address === undefined) {
    await tell(`Could not resolve host: ${host}`);
    return { code: 6, text: `Could not resolve host: ${host}` };
  }
  if (host !== address) {
    await tell(`Host ${host}:${port} was resolved.`);
    await tell("IPv6: (none)");
    await tell(`IPv4: ${addresses.join(", ")}`);
  }
  await tell(`  Trying ${address}:${port}...`);
  const socket = await reach(process, call, { host, port, addresses }, clock);
  if ("code" in socket) {
    if (socket.code === 7)
      await tell(
        `connect to ${address} port ${port} from ${process.machine.network.address} port 0 failed: ${socket.why}`,
      );
    await tell(socket.text);
    return socket;
  }
  if (target.scheme === "http") {
    await tell(`Connected to ${host} (${address}) port ${port}`);
    return socket;
  }
  return encrypt(process, call, target, socket, tell);
}

/** `--connect-to HOST:PORT:HOST:PORT`: an empty part stands for any, or for the same. */
function destination(call: CurlCall, { host, port }: Target): { readonly host: string; readonly port: number } {
  for (const [fromHost, fromPort, toHost, toPort] of call.connectTo) {
    if (fromHost !== "" && fromHost !== host) continue;
    if (fromPort !== "" && Number(fromPort) !== port) continue;
    return { host: toHost || host, port: Number(toPort || port) };
  }
  return { host, port };
}

function resolved(call: CurlCall, host: string, port: number): readonly string[] | undefined {
  const found = call.resolve.get(`${host}:${port}`) ?? call.resolve.get(`*:${port}`);
  return found?.split(",").map((one) => one.replace(/^\[|\]$/g, ""));
}

/** Tries each address, as curl does while one refuses. */
async function reach(
  { machine: { network } }: Process,
  call: CurlCall,
  { host, port, addresses }: { readonly host: string; readonly port: number; readonly addresses: readonly string[] },
  clock: Clock,
): Promise<Duplex | Fault> {
  const failed = (why: string): string => `Failed to connect to ${host} port ${port} after ${ms(clock)} ms: ${why}`;
  let last: "refused" | "unreachable" = "refused";
  for (const address of addresses) {
    const dialled = await network.dial(address, port);
    if (dialled.kind === "connected") return dialled.socket;
    if (dialled.kind !== "filtered") last = dialled.kind;
    if (dialled.kind !== "filtered") continue;
    await patience(call, clock);
    if (isLate(call, clock)) return { code: 28, text: `Connection timed out after ${ms(clock)} milliseconds` };
    return { code: 28, text: failed("Timeout was reached") };
  }
  const why = last === "refused" ? "Connection refused" : "No route to host";
  return { code: 7, text: failed("Could not connect to server"), why };
}

/** Waits for what never comes: until a limit of the user's, or ours. */
function patience(call: CurlCall, { elapsed, signal }: Clock): Promise<void> {
  const left = Math.min(call.connectTimeout * 1000, call.maxTime * 1000, PATIENCE_MS) - elapsed();
  return new Promise((resolve) => {
    const late = setTimeout(resolve, Math.max(0, Math.ceil(left)));
    signal.addEventListener("abort", () => {
      clearTimeout(late);
      resolve();
    });
    if (signal.aborted) resolve();
  });
}

function isLate(call: CurlCall, { elapsed, signal }: Clock): boolean {
  return signal.aborted || elapsed() >= Math.min(call.connectTimeout, call.maxTime) * 1000;
}

function ms({ elapsed }: Clock): number {
  return Math.round(elapsed());
}

async function encrypt(
  process: Process,
  call: CurlCall,
  target: Target,
  socket: Duplex,
  tell: (text: string) => Promise<void>,
): Promise<Duplex | Fault> {
  const { authority, certificate, key } = call;
  const files = [authority ?? process.env.get("CURL_CA_BUNDLE") ?? process.env.get("SSL_CERT_FILE"), certificate, key];
  const [trusted, own, secret] = files.map((name) => contents(process, name));
  if (authority !== undefined && trusted === undefined) {
    return { code: 77, text: `error adding trust anchors from file: ${authority}` };
  }
  if (certificate !== undefined && own === undefined) {
    return {
      code: 58,
      text: `could not load PEM client certificate from ${certificate}, (no such file), OpenSSL error error:80000002:system library::No such file or directory`,
    };
  }
  await tell("ALPN: curl offers h2,http/1.1");
  try {
    const carried = await secure(socket, {
      host: target.host,
      checks: !call.isInsecure,
      authorities: trustedBy(process, trusted),
      certificate: own,
      key: secret,
    });
    for (const line of sessionLines(carried, call)) await tell(line);
    await tell(`Established connection to ${target.host} port ${target.port}`);
    return carried;
  } catch (error) {
    socket.destroy();
    const fault = tlsFault(error);
    await tell(fault.text.split("\n")[0] ?? "");
    return fault;
  }
}

/** Whom a user names, or else those that the image comes with. */
function trustedBy({ machine }: Process, named: Buffer | undefined): readonly Buffer[] {
  const web = machine.network.webAuthority;
  if (named !== undefined) return [named];
  return web === undefined ? [] : [Buffer.from(web)];
}

function contents({ machine, cwd }: Process, name: string | undefined): Buffer | undefined {
  const node = name === undefined ? undefined : machine.files.find(absolute(cwd, name));
  return node?.kind === "file" ? node.data : undefined;
}

const MORE = `More details here: https://curl.se/docs/sslcerts.html

curl failed to verify the legitimacy of the server and therefore could not
establish a secure connection to it. To learn more about this situation and
how to fix it, please visit the webpage mentioned above.`;

function tlsFault(error: unknown): Fault {
  if (error instanceof NotTrusted) return { code: 60, text: `${error.message}\n${MORE}` };
  const { code = "", message } = error as NodeJS.ErrnoException;
  if (code === "ERR_SSL_WRONG_VERSION_NUMBER" || /wrong version number/.test(message)) {
    return { code: 35, text: "TLS connect error: error:0A00010B:SSL routines::wrong version number" };
  }
  const reason = /SSL routines:[^:]*:([^:\n]+)/.exec(message)?.[1];
  if (reason !== undefined) return { code: 35, text: `TLS connect error: SSL routines::${reason}` };
  return { code: 35, text: "Recv failure: Connection reset by peer" };
}

function sessionLines(carried: TLSSocket, call: CurlCall): readonly string[] {
  const certificate = carried.getPeerCertificate();
  return [
    `SSL connection using ${carried.getProtocol()} / ${carried.getCipher().standardName}`,
    "ALPN: server did not agree on a protocol. Uses default.",
    "Server certificate:",
    `  subject: ${named(certificate.subject)}`,
    `  start date: ${certificate.valid_from}`,
    `  expire date: ${certificate.valid_to}`,
    `  issuer: ${named(certificate.issuer)}`,
    ...(call.isInsecure && !carried.authorized
      ? [`SSL certificate verify result: ${carried.authorizationError}, continuing anyway.`]
      : ["SSL certificate verified via OpenSSL."]),
  ];
}

function named(name: PeerCertificate["subject"] | undefined): string {
  return Object.entries(name ?? {})
    .map(([key, value]) => `${key}=${value}`)
    .join("; ");
}
