import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

/** Takes a WebSocket and sends back whatever comes. The library is loaded when it is first needed. */
export function echoWebSocket(request: IncomingMessage, socket: Duplex, head: Buffer, greeting?: string): void {
  void import("ws").then(({ WebSocketServer }) => {
    const server = new WebSocketServer({ noServer: true, perMessageDeflate: false });
    server.handleUpgrade(request, socket, head, (client) => {
      client.on("error", () => {});
      if (greeting !== undefined) client.send(greeting);
      client.on("message", (data, isBinary) => client.send(data, { binary: isBinary }));
    });
  });
}
