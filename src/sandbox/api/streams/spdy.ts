import type { Duplex } from "node:stream";
import { BrokenPipe, ByteQueue } from "../../bytes/index.ts";
import { controlFrame, dataFrame, FLAG_FIN, type Frame, FrameReader, RESET, TYPE, words } from "./spdy-frames.ts";
import { HeaderReader, type Headers, HeaderWriter } from "./spdy-headers.ts";

/** No client opens more: port-forward has two for each connection. */
const MAX_STREAMS = 2000;
const FRAME_BYTES = 32 * 1024;
const MAX_STREAM_ID = 0x7fff_ffff;

/** One stream of a connection: bytes both ways, each way ended by itself. */
export class SpdyStream {
  readonly id: number;
  readonly headers: Headers;
  /** What the client sends. */
  readonly incoming = new ByteQueue();
  readonly #connection: SpdyConnection;
  #isEnded = false;

  constructor(connection: SpdyConnection, id: number, headers: Headers) {
    this.#connection = connection;
    this.id = id;
    this.headers = headers;
  }

  /** Resolves when the client takes more. Rejects with `BrokenPipe` when the stream or the client is gone. */
  async write(chunk: Buffer): Promise<void> {
    for (let at = 0; at < chunk.length; at += FRAME_BYTES) {
      if (this.#isEnded) throw new BrokenPipe();
      await this.#connection.send(dataFrame(this.id, chunk.subarray(at, at + FRAME_BYTES)));
    }
  }

  /** Nothing more will be sent. */
  async end(): Promise<void> {
    if (this.#isEnded) return;
    this.#isEnded = true;
    await this.#connection.send(dataFrame(this.id, Buffer.alloc(0), FLAG_FIN));
  }

  /** The client has reset it, or the connection is gone. */
  abandon(): void {
    this.#isEnded = true;
    this.incoming.end();
  }

  /** Ends it for the client at once. */
  async reset(): Promise<void> {
    this.abandon();
    await this.#connection.send(controlFrame(TYPE.reset, words(this.id, RESET.cancel)));
  }
}

/** The server's side of SPDY/3.1 as exec, attach and port-forward use it: the client opens all streams. */
export class SpdyConnection {
  readonly #transport: Duplex;
  readonly #onStream: (stream: SpdyStream) => void;
  readonly #streams = new Map<number, SpdyStream>();
  readonly #frames = new FrameReader();
  readonly #reader = new HeaderReader();
  readonly #writer = new HeaderWriter();

  constructor(transport: Duplex, onStream: (stream: SpdyStream) => void) {
    this.#transport = transport;
    this.#onStream = onStream;
  }

  /** Serves until either side ends it. Never rejects: what is no SPDY ends the connection. */
  async serve(): Promise<void> {
    this.#transport.on("error", () => {});
    this.#transport.on("close", () => this.close());
    try {
      for await (const chunk of this.#transport) {
        for (const frame of this.#frames.read(chunk as Buffer)) await this.#take(frame);
      }
    } catch {
      // Cut off, or no SPDY: both end here.
    }
    this.close();
  }

  /** Forgets a stream that is over, so that a long port-forward does not grow. */
  forget(stream: SpdyStream): void {
    this.#streams.delete(stream.id);
  }

  async send(frame: Buffer): Promise<void> {
    const transport = this.#transport;
    if (transport.destroyed || transport.writableEnded) throw new BrokenPipe();
    if (transport.write(frame)) return;
    await new Promise<void>((resolve, reject) => {
      const done = (): void => {
        transport.off("drain", done).off("close", done);
        if (transport.destroyed) reject(new BrokenPipe());
        else resolve();
      };
      transport.on("drain", done).on("close", done);
    });
  }

  close(): void {
    for (const stream of this.#streams.values()) stream.abandon();
    this.#streams.clear();
    this.#reader.close();
    this.#writer.close();
    if (!this.#transport.writableEnded) this.#transport.end();
  }

  async #take(frame: Frame): Promise<void> {
    if (frame.kind === "data") return this.#data(frame.stream, frame.payload, frame.flags);
    const { type, payload, flags } = frame;
    if (type === TYPE.synStream) return this.#open(payload, flags);
    // The other side counts our pings by even numbers; what it sends, it wants back.
    if (type === TYPE.ping) return this.send(controlFrame(TYPE.ping, payload));
    if (type === TYPE.reset) {
      const id = payload.readUInt32BE(0);
      this.#streams.get(id)?.abandon();
      this.#streams.delete(id);
      return;
    }
    if (type === TYPE.headers) await this.#reader.read(payload.subarray(4));
    // Settings and windows: the clients of Kubernetes neither keep nor need them. GOAWAY is followed by the end.
  }

  async #open(payload: Buffer, flags: number): Promise<void> {
    const id = payload.readUInt32BE(0) & MAX_STREAM_ID;
    const headers = await this.#reader.read(payload.subarray(10));
    if (id === 0 || this.#streams.has(id) || this.#streams.size >= MAX_STREAMS) {
      return this.send(controlFrame(TYPE.reset, words(id, RESET.refused)));
    }
    const stream = new SpdyStream(this, id, headers);
    this.#streams.set(id, stream);
    await this.send(controlFrame(TYPE.synReply, Buffer.concat([words(id), await this.#writer.write(new Map())])));
    this.#onStream(stream);
    if (flags & FLAG_FIN) stream.incoming.end();
  }

  async #data(id: number, payload: Buffer, flags: number): Promise<void> {
    const incoming = this.#streams.get(id)?.incoming;
    if (!incoming) return;
    // Waiting here holds up the whole connection: the client waits, too. A stream that nobody reads takes no room.
    await incoming.write(payload).catch(() => {});
    if (flags & FLAG_FIN) incoming.end();
  }
}
