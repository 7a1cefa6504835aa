import type { Duplex } from "node:stream";
import { type Bytes, type Mesh, recordStream, type StreamPart, unconnected } from "../mesh/index.ts";
import { type Dialled, join, reset } from "../network/index.ts";

/** Carries bytes on and has told, when it is over, what was carried; a way that leads nowhere ends what was begun. */
export function carry(socket: Duplex, dialled: Dialled, mesh: Mesh, parts: readonly StreamPart[]): void {
  if (dialled.kind !== "connected") {
    recordStream(mesh, unconnected(parts), { received: 0, sent: 0 });
    reset(socket);
    return;
  }
  const over = join(socket, dialled.socket);
  const [received, sent] = [counted(socket), counted(dialled.socket)];
  void over.then(() => recordStream(mesh, parts, { received: received(), sent: sent() }));
}

/** Cuts what goes nowhere, and has it told. */
export function cutOff(socket: Duplex, mesh: Mesh, parts: readonly StreamPart[]): void {
  const unread: Bytes = { received: socket.readableLength, sent: 0 };
  recordStream(mesh, parts, unread);
  reset(socket);
}

/** Counts what flows out of a connection's end, which somebody else reads. */
function counted(socket: Duplex): () => number {
  let bytes = 0;
  socket.on("data", (chunk: Buffer) => {
    bytes += chunk.length;
  });
  return () => bytes;
}
