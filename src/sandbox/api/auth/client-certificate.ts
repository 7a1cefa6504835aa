import { X509Certificate } from "node:crypto";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { AUTHENTICATED, type User } from "./user.ts";

const CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";

/**
 * Whom a client's certificate is for: its common name is the user, its organizations are the groups. Undefined without one, and for
 * one that the authority (PEM) has not made for clients or that is out of its time (`now` in epoch ms). Checked here: to OpenSSL
 * the server's certificate, which is the authority, is not one for clients.
 */
export function userOfCertificate(socket: Socket, authority: string, now: number): User | undefined {
  const shown = socket instanceof TLSSocket ? socket.getPeerCertificate() : undefined;
  if (!shown?.raw) return undefined;
  const certificate = new X509Certificate(shown.raw);
  const issuer = new X509Certificate(authority);
  if (!certificate.checkIssued(issuer) || !certificate.verify(issuer.publicKey)) return undefined;
  if (now < Date.parse(certificate.validFrom) || now >= Date.parse(certificate.validTo)) return undefined;
  const { CN = [], O = [] } = shown.subject as { readonly CN?: string | string[]; readonly O?: string | string[] };
  const [username] = [CN].flat();
  if (!username || !shown.ext_key_usage?.includes(CLIENT_AUTH)) return undefined;
  return { username, groups: [...[O].flat(), AUTHENTICATED] };
}
