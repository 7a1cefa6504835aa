import type { Duplex } from "node:stream";
import type { ByteSink } from "../containers.ts";
import type { Status } from "../status.ts";
import { type Channels, Resizes, type Wanted } from "./session.ts";
import { SpdyConnection, type SpdyStream } from "./spdy.ts";

/** A client that opens a connection and not its streams is not waited for longer. */
const OPEN_MS = 30_000;

/** Waits until the client has opened the streams that it asked for. Undefined when it never does. */
export async function spdyChannels(transport: Duplex, wanted: Wanted): Promise<Channels | undefined> {
  const streams = new Map<string, SpdyStream>();
  const resizes = new Resizes();
  const gone = new AbortController();
  const needed = neededTypes(wanted);
  let isComplete = (): void => {};
  const complete = new Promise<void>((resolve) => {
    isComplete = resolve;
  });
  const connection = new SpdyConnection(transport, (stream) => {
    const type = stream.headers.get("streamtype") ?? "";
    if (!needed.includes(type) || streams.has(type)) return void stream.reset().catch(() => {});
    streams.set(type, stream);
    if (type === "resize") void readSizes(stream, resizes);
    if (needed.every((one) => streams.has(one))) isComplete();
  });
  const ended = connection.serve().then(() => gone.abort());
  const patience = setTimeout(() => connection.close(), OPEN_MS);
  await Promise.race([complete, ended]);
  clearTimeout(patience);
  if (gone.signal.aborted) return undefined;
  const sink = (type: string): ByteSink | undefined => {
    const stream = streams.get(type);
    return stream && ((chunk) => stream.write(chunk));
  };
  return {
    stdin: streams.get("stdin")?.incoming,
    stdout: sink("stdout"),
    stderr: sink("stderr"),
    onResize: (listener) => resizes.listen(listener),
    signal: gone.signal,
    finish: async (status) => {
      await finish(streams, status).catch(() => {});
      connection.close();
    },
  };
}

function neededTypes({ stdin, stdout, stderr, tty }: Wanted): readonly string[] {
  const asked = { error: true, stdin, stdout, stderr: stderr && !tty, resize: tty };
  return Object.entries(asked).flatMap(([type, isAsked]) => (isAsked ? [type] : []));
}

async function finish(streams: ReadonlyMap<string, SpdyStream>, status: Status): Promise<void> {
  const error = streams.get("error");
  for (const stream of streams.values()) if (stream !== error) await stream.end();
  // A success is no words at all to every version of the protocol.
  await error?.write(Buffer.from(JSON.stringify(status)));
  await error?.end();
  for (const stream of streams.values()) await stream.incoming.return();
}

/** Sizes come as JSON values one after another. */
async function readSizes(stream: SpdyStream, resizes: Resizes): Promise<void> {
  for await (const chunk of stream.incoming)
    for (const text of chunk.toString().match(/\{[^{}]*\}/g) ?? []) resizes.take(text);
}
