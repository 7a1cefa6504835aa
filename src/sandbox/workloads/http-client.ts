import { type IncomingMessage, request as open } from "node:http";
import type { Duplex } from "node:stream";
import type { TLSSocket } from "node:tls";
import type { HttpRequest } from "../api/index.ts";

/** The head of an answer, and its body as it comes. */
export interface Answered {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly message: IncomingMessage;
}

/** Sends one request over a connection, its headers as they are given. Rejects when no answer comes. */
export function send(socket: Duplex, asked: HttpRequest, signal: AbortSignal): Promise<Answered> {
  const { method, path, headers, body } = asked;
  return new Promise((resolve, reject) => {
    const request = open({ createConnection: () => socket as never, method, path, setHost: false, signal });
    const given = new Map<string, [name: string, values: string[]]>();
    for (const [name, value] of headers) {
      const known = given.get(name.toLowerCase());
      if (known) known[1].push(value);
      else given.set(name.toLowerCase(), [name, [value]]);
    }
    if (!given.has("connection")) request.removeHeader("connection");
    if (body.length === 0 && !given.has("transfer-encoding")) request.removeHeader("transfer-encoding");
    for (const [name, values] of given.values())
      request.setHeader(name, values.length > 1 ? values : (values[0] ?? ""));
    request.on("error", reject);
    request.on("response", (message) => resolve(answered(message)));
    // A server that goes over to another protocol has answered, too.
    request.on("upgrade", (message, upgraded: Duplex) => {
      upgraded.destroy();
      resolve(answered(message));
    });
    request.end(body);
  });
}

function answered(message: IncomingMessage): Answered {
  const { statusCode = 0, statusMessage = "", rawHeaders } = message;
  const headers: [string, string][] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) headers.push([rawHeaders[at] ?? "", rawHeaders[at + 1] ?? ""]);
  return { status: statusCode, reason: statusMessage, headers, message };
}

/** The value of a header of an answer; undefined when it has none. */
export function headerOf(answer: Pick<Answered, "headers">, name: string): string | undefined {
  return answer.headers.find(([one]) => one.toLowerCase() === name.toLowerCase())?.[1];
}

export interface Trust {
  /** A name or an address, as the certificate has to have it. */
  readonly host: string;
  readonly checks: boolean;
  /** PEM: who is trusted. */
  readonly authorities: readonly Buffer[];
  readonly certificate?: Buffer | undefined;
  readonly key?: Buffer | undefined;
}

/** Why a server's certificate is not taken, in OpenSSL's words. */
export class NotTrusted extends Error {}

/**
 * Speaks TLS over a connection, and checks the other side as OpenSSL does. Rejects with `NotTrusted`, or with what ended
 * the handshake.
 */
export async function secure(socket: Duplex, trust: Trust): Promise<TLSSocket> {
  const { checkServerIdentity, connect } = await import("node:tls");
  const { host, checks, authorities, certificate, key } = trust;
  const isAddress = /^[\d.]+$|:/.test(host);
  return new Promise((resolve, reject) => {
    const carried = connect({
      socket,
      ca: [...authorities],
      ...(certificate && { cert: certificate }),
      ...((key ?? certificate) && { key: key ?? certificate }),
      ...(isAddress ? {} : { servername: host }),
      rejectUnauthorized: false,
    });
    // Later faults are told to whoever uses it; without a listener they would end the process.
    carried.on("error", reject);
    carried.once("close", () => setImmediate(reject, new Error("unexpected eof while reading")));
    carried.once("secureConnect", () => {
      const code = carried.authorized ? undefined : String(carried.authorizationError);
      const mismatch = code === undefined ? checkServerIdentity(host, carried.getPeerCertificate()) : undefined;
      const why =
        code === undefined ? mismatch && mismatchText(host, isAddress) : (PROBLEMS[code] ?? problemText(code));
      if (!checks || why === undefined) return resolve(carried);
      carried.destroy();
      reject(new NotTrusted(why));
    });
  });
}

function mismatchText(host: string, isAddress: boolean): string {
  return `SSL: no alternative certificate subject name matches target ${isAddress ? "ipv4 address" : "hostname"} '${host}'`;
}

function problemText(code: string): string {
  return `SSL certificate problem: ${code.toLowerCase().replaceAll("_", " ")}`;
}

const PROBLEMS: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "SSL certificate problem: certificate has expired",
  CERT_NOT_YET_VALID: "SSL certificate problem: certificate is not yet valid",
  DEPTH_ZERO_SELF_SIGNED_CERT: "SSL certificate problem: self-signed certificate",
  SELF_SIGNED_CERT_IN_CHAIN: "SSL certificate problem: self-signed certificate in certificate chain",
  UNABLE_TO_GET_ISSUER_CERT: "SSL certificate problem: unable to get issuer certificate",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "SSL certificate problem: unable to get local issuer certificate",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "SSL certificate problem: unable to get local issuer certificate",
};
