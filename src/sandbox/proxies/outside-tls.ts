import type { Duplex } from "node:stream";
import { connect, type TLSSocket } from "node:tls";

/**
 * Begins TLS with a server outside, as a proxy does that a DestinationRule tells to: it trusts the authorities of the web
 * (`authority`, PEM), and asks by the server name. Undefined: the server is not trusted, or speaks no TLS.
 */
export function beginTls(socket: Duplex, sni: string, authority: string | undefined): Promise<TLSSocket | undefined> {
  return new Promise((resolve) => {
    const carried = connect({ socket, servername: sni, ca: authority ?? [], ALPNProtocols: ["http/1.1"] });
    carried.on("error", () => {
      socket.destroy();
      resolve(undefined);
    });
    carried.once("secureConnect", () => resolve(carried));
  });
}
