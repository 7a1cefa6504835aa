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
  void carried(socket, dialled.socket).then((bytes) => recordStream(mesh, parts, bytes));
}

/** Carries bytes between a client and an upstream until both have ended, and tells how many. */
export async function carried(client: Duplex, upstream: Duplex): Promise<Bytes> {
  const over = join(client, upstream);
  const [received, sent] = [counted(client), counted(upstream)];
  await over;
  return { received: received(), sent: sent() };
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
