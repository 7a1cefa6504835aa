import type { Duplex } from "node:stream";
import { createSecureContext, type SecureContext, TLSSocket } from "node:tls";
import { type Arrival, certificateFor, type Mesh } from "../mesh/index.ts";
import { reset } from "../network/index.ts";

type Listener = NonNullable<ReturnType<Mesh["config"]["gateway"]>>;
type Certificate = NonNullable<Listener["tls"]>[number];

const contexts = new WeakMap<Certificate, SecureContext | undefined>();

/**
 * Ends TLS as a gateway's server of this name does, and tells who came. Undefined: nobody there has the name or a
 * certificate, or the handshake failed; the connection is cut.
 */
export async function endTls(
  socket: Duplex,
  listener: Listener,
  sni: string,
): Promise<{ readonly socket: TLSSocket; readonly transport: Arrival["transport"] } | undefined> {
  const server = certificateFor(listener, sni);
  const secureContext = server && contextOf(server);
  if (server === undefined || secureContext === undefined) {
    reset(socket);
    return undefined;
  }
  const requestCert = server.mode !== "SIMPLE";
  const carried = new TLSSocket(socket as never, {
    isServer: true,
    secureContext,
    requestCert,
    rejectUnauthorized: server.mode === "MUTUAL",
    ALPNProtocols: ["http/1.1"],
  });
  const isSecure = await new Promise<boolean>((resolve) => {
    carried.on("error", () => resolve(false));
    carried.once("close", () => resolve(false));
    carried.once("secure", () => resolve(true));
  });
  const certificate = requestCert && isSecure ? carried.getPeerCertificate() : undefined;
  const hasCertificate = certificate !== undefined && Object.keys(certificate).length > 0;
  if (!isSecure || (requestCert && !isTrusted(carried, hasCertificate, server.mode))) {
    // By TLS 1.3 a client is told after it has begun to ask.
    if (isSecure) await new Promise<unknown>((resolve) => carried.once("data", resolve).once("close", resolve));
    reset(socket);
    return undefined;
  }
  const identity = /URI:([^,]+)/.exec(certificate?.subjectaltname ?? "")?.[1];
  const transport: Arrival["transport"] =
    identity === undefined ? { kind: "tls", sni } : { kind: "mutual", identity, sni };
  return { socket: carried, transport };
}

/** Node takes every certificate while it shakes hands, and tells afterwards what it thinks of it. */
function isTrusted(carried: TLSSocket, hasCertificate: boolean, mode: Certificate["mode"]): boolean {
  if (!hasCertificate) return mode === "OPTIONAL_MUTUAL";
  const verify = (carried as unknown as { ssl: { verifyError(): Error | null | undefined } }).ssl;
  return !verify.verifyError();
}

/** Undefined: there is no certificate, or none that can be read. */
function contextOf(server: Certificate): SecureContext | undefined {
  if (!contexts.has(server)) contexts.set(server, made(server));
  return contexts.get(server);
}

function made({ credential, mode }: Certificate): SecureContext | undefined {
  // Who asks for clients' certificates and knows nobody who signs them trusts none.
  if (credential === undefined || (mode === "MUTUAL" && credential.authority === undefined)) return undefined;
  const { certificate: cert, key, authority } = credential;
  try {
    return createSecureContext({ cert, key, ...(authority !== undefined && { ca: authority }) });
  } catch {
    return undefined;
  }
}
