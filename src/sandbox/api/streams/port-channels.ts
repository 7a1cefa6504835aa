import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";

/** How far the client may lag behind before the pod has to wait. */
const BACKLOG_BYTES = 1024 * 1024;

/**
 * `v4.channel.k8s.io` for ports: the channels 2n and 2n+1 are the bytes and the error of the n-th port of the query. Each
 * begins with a message that holds the port, little-endian, and the connection of each port is made at once.
 */
export function forwardChannels(
  socket: WebSocket,
  ports: readonly number[],
  open: (port: number) => Promise<Duplex | string>,
): void {
  const targets: (Duplex | undefined)[] = [];
  // What comes before a port is connected waits for it.
  const early: Buffer[][] = ports.map(() => []);
  socket.on("error", () => {});
  socket.on("close", () => {
    for (const target of targets) target?.destroy();
  });
  socket.on("message", (data, isBinary) => {
    const message = data as Buffer;
    const channel = message[0];
    if (!isBinary || channel === undefined || channel % 2 === 1) return;
    const index = channel / 2;
    const target = targets[index];
    const payload = message.subarray(1);
    if (target === undefined) return void early[index]?.push(payload);
    if (payload.length === 0 || target.write(payload)) return;
    socket.pause();
    target.once("drain", () => socket.resume());
  });
  for (const [index, port] of ports.entries()) {
    const number = Buffer.from([port & 0xff, port >> 8]);
    for (const channel of [2 * index, 2 * index + 1]) send(socket, channel, number);
    void open(port).then((found) => {
      if (typeof found === "string") return send(socket, 2 * index + 1, Buffer.from(found));
      if (socket.readyState !== socket.OPEN) return void found.destroy();
      targets[index] = found;
      for (const payload of early[index]?.splice(0) ?? []) found.write(payload);
      follow(socket, 2 * index, found, () => {
        // A port's end cannot be said by its channel: when the last is over, so is the whole.
        if (targets.every((one) => one === undefined || one.readableEnded || one.destroyed)) socket.close(1000);
      });
    });
  }
}

function follow(socket: WebSocket, channel: number, source: Duplex, onEnd: () => void): void {
  source.on("error", () => {});
  source.on("data", (chunk: Buffer) => {
    if (socket.readyState !== socket.OPEN) return;
    source.pause();
    socket.send(Buffer.concat([Buffer.from([channel]), chunk]), { binary: true }, () => source.resume());
    if (socket.bufferedAmount < BACKLOG_BYTES) source.resume();
  });
  source.once("end", onEnd);
  source.once("close", onEnd);
}

function send(socket: WebSocket, channel: number, payload: Buffer): void {
  if (socket.readyState === socket.OPEN)
    socket.send(Buffer.concat([Buffer.from([channel]), payload]), { binary: true });
}
