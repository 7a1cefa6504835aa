import type { Duplex } from "node:stream";

/** What the first bytes of a connection are. */
export type Protocol = { readonly kind: "http" | "bytes" | "nothing" } | { readonly kind: "tls"; readonly sni: string };

/** Who says nothing for so long waits for the server to begin: a database's client. */
const SILENCE_MS = 100;
const MAX_HEAD_BYTES = 16 * 1024;

/** Looks at the first bytes of a connection and leaves them where they are, as Envoy's listener filters do. */
export function sniff(socket: Duplex, silenceMs = SILENCE_MS): Promise<Protocol> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => done({ kind: "bytes" }), silenceMs);
    const done = (protocol: Protocol): void => {
      clearTimeout(timer);
      socket.off("readable", look).off("close", gone);
      resolve(protocol);
    };
    const gone = (): void => done({ kind: "nothing" });
    const look = (): void => {
      const held: Buffer | null = socket.read();
      if (held === null) {
        if (socket.readableEnded) gone();
        return;
      }
      socket.unshift(held);
      const protocol = protocolOf(held);
      if (protocol !== undefined) done(protocol);
    };
    socket.on("readable", look).on("close", gone);
  });
}

/** Whether a connection's first bytes are these; they are left where they are. One that ends before it says so does not. */
export function beginsWith(socket: Duplex, wanted: Buffer): Promise<boolean> {
  return new Promise((resolve) => {
    const done = (isSo: boolean): void => {
      socket.off("readable", look).off("close", gone);
      resolve(isSo);
    };
    const gone = (): void => done(false);
    const look = (): void => {
      const held: Buffer | null = socket.read();
      if (held === null) {
        if (socket.readableEnded) gone();
        return;
      }
      socket.unshift(held);
      const isSame = held.subarray(0, wanted.length).equals(wanted.subarray(0, held.length));
      if (!isSame || held.length >= wanted.length) done(isSame);
    };
    socket.on("readable", look).on("close", gone);
  });
}

const METHOD = /^[A-Z][A-Z-]{0,31} [^ ]/;
const PART_OF_METHOD = /^[A-Z][A-Z-]{0,31}(?: |$)/;

/** Undefined: there is too little to tell. */
export function protocolOf(head: Buffer): Protocol | undefined {
  if (head[0] === HANDSHAKE) return head.length > MAX_HEAD_BYTES ? { kind: "tls", sni: "" } : helloOf(head);
  const text = head.toString("latin1", 0, 64);
  if (METHOD.test(text)) return { kind: "http" };
  return PART_OF_METHOD.test(text) && head.length < 34 ? undefined : { kind: "bytes" };
}

const HANDSHAKE = 22;
const RECORD_HEAD = 5;
const SERVER_NAME = 0;

/** The name in a TLS client's greeting (RFC 8446 4.1.2, RFC 6066 3); undefined while it is not all there. */
function helloOf(head: Buffer): Protocol | undefined {
  if (head.length < RECORD_HEAD || head.length < RECORD_HEAD + head.readUInt16BE(3)) return undefined;
  try {
    return { kind: "tls", sni: serverName(head) ?? "" };
  } catch {
    // A greeting that ends before its lengths say so is none.
    return { kind: "bytes" };
  }
}

function serverName(head: Buffer): string | undefined {
  // Past the record's and the handshake's heads, the version and the random bytes.
  let at = RECORD_HEAD + 4 + 2 + 32;
  at += 1 + head.readUInt8(at);
  at += 2 + head.readUInt16BE(at);
  at += 1 + head.readUInt8(at);
  const end = at + 2 + head.readUInt16BE(at);
  for (at += 2; at + 4 <= end; at += 4 + head.readUInt16BE(at + 2)) {
    if (head.readUInt16BE(at) !== SERVER_NAME) continue;
    const length = head.readUInt16BE(at + 7);
    return head.toString("latin1", at + 9, at + 9 + length).toLowerCase();
  }
  return undefined;
}
