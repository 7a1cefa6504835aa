import type { WebSocket } from "ws";
import { BrokenPipe, ByteQueue } from "../../bytes/index.ts";
import type { ByteSink } from "../containers.ts";
import type { Status } from "../status.ts";
import { type Channels, Resizes, type Wanted } from "./session.ts";

const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 } as const;
/** How far the client may lag behind before the program has to wait. */
const BACKLOG_BYTES = 1024 * 1024;
const POLL_MS = 5;
/**
 * kubectl (1.31 to 1.33 at least) reads from the moment it is connected, and drops what comes for streams that it makes
 * only then: "Unknown stream id 3, discarding message". A real container takes longer than this to say its first word.
 */
const FIRST_WORD_MS = 25;

/** `v4.channel.k8s.io` and `v5.channel.k8s.io`: each message begins with the number of its channel. */
export function webSocketChannels(socket: WebSocket, wanted: Wanted): Channels {
  const stdin = new ByteQueue();
  const resizes = new Resizes();
  const gone = new AbortController();
  // What does not speak the protocol is cut off by the library; the close that follows is all there is to know.
  socket.on("error", () => {});
  socket.on("close", () => {
    gone.abort();
    void stdin.return();
  });
  socket.on("message", (data, isBinary) => {
    const message = data as Buffer;
    if (!isBinary || message.length === 0) return;
    const payload = message.subarray(1);
    if (message[0] === CHANNEL.close && payload[0] === CHANNEL.stdin) stdin.end();
    if (message[0] === CHANNEL.resize) resizes.take(payload.toString());
    if (message[0] !== CHANNEL.stdin || !wanted.stdin) return;
    const written = stdin.write(payload).catch(() => {});
    if (!stdin.isFull) return;
    socket.pause();
    void written.then(() => socket.resume());
  });
  const isHeard = new Promise<void>((resolve) => setTimeout(resolve, FIRST_WORD_MS));
  const sink = (channel: number): ByteSink => {
    const head = Buffer.from([channel]);
    return async (chunk) => {
      await isHeard;
      return send(socket, Buffer.concat([head, chunk]));
    };
  };
  return {
    stdin: wanted.stdin ? stdin : undefined,
    stdout: wanted.stdout ? sink(CHANNEL.stdout) : undefined,
    stderr: wanted.stderr && !wanted.tty ? sink(CHANNEL.stderr) : undefined,
    onResize: (listener) => resizes.listen(listener),
    signal: gone.signal,
    finish: async (status) => {
      await stdin.return();
      await isHeard;
      socket.resume();
      await send(socket, statusMessage(status)).catch(() => {});
      socket.close(1000);
    },
  };
}

function statusMessage(status: Status): Buffer {
  return Buffer.concat([Buffer.from([CHANNEL.error]), Buffer.from(JSON.stringify(status))]);
}

/** Sends, and waits while too much is on its way. */
async function send(socket: WebSocket, message: Buffer): Promise<void> {
  if (socket.readyState !== socket.OPEN) throw new BrokenPipe();
  socket.send(message, { binary: true }, () => {});
  while (socket.bufferedAmount > BACKLOG_BYTES) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    if (socket.readyState !== socket.OPEN) throw new BrokenPipe();
  }
}
