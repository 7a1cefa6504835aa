/** SPDY/3.1's frames as bytes. Control frames carry a type, data frames a stream. */
export const TYPE = {
  synStream: 1,
  synReply: 2,
  reset: 3,
  settings: 4,
  ping: 6,
  goAway: 7,
  headers: 8,
  window: 9,
} as const;

export const FLAG_FIN = 1;
export const RESET = { protocolError: 1, refused: 3, cancel: 5 } as const;

const HEADER_BYTES = 8;
const VERSION = 3;
/** Header blocks are small; data frames may have the size that their 24 bits allow. */
const MAX_CONTROL_BYTES = 256 * 1024;

export type Frame =
  | { readonly kind: "data"; readonly stream: number; readonly flags: number; readonly payload: Buffer }
  | { readonly kind: "control"; readonly type: number; readonly flags: number; readonly payload: Buffer };

/** Frames out of bytes that come in any portions. Throws when they are no SPDY/3.1. */
export class FrameReader {
  #rest: Buffer[] = [];
  #size = 0;

  *read(chunk: Buffer): Generator<Frame> {
    this.#rest.push(chunk);
    this.#size += chunk.length;
    for (;;) {
      if (this.#size < HEADER_BYTES) return;
      const head = this.#peek(HEADER_BYTES);
      const first = head.readUInt32BE(0);
      const length = head.readUIntBE(5, 3);
      const isControl = first >= 0x8000_0000;
      if (isControl && ((first >>> 16) & 0x7fff) !== VERSION) throw new Error("not SPDY/3");
      if (isControl && length > MAX_CONTROL_BYTES) throw new Error("the control frame is too long");
      if (this.#size < HEADER_BYTES + length) return;
      const whole = this.#peek(HEADER_BYTES + length);
      this.#drop(whole.length);
      const flags = head[4] ?? 0;
      const payload = whole.subarray(HEADER_BYTES);
      if (isControl) yield { kind: "control", type: first & 0xffff, flags, payload };
      else yield { kind: "data", stream: first, flags, payload };
    }
  }

  #peek(length: number): Buffer {
    if ((this.#rest[0]?.length ?? 0) < length) this.#rest = [Buffer.concat(this.#rest)];
    return (this.#rest[0] ?? Buffer.alloc(0)).subarray(0, length);
  }

  #drop(length: number): void {
    const rest = (this.#rest[0] ?? Buffer.alloc(0)).subarray(length);
    this.#size -= length;
    if (rest.length > 0) this.#rest[0] = rest;
    else this.#rest.shift();
  }
}

export function dataFrame(stream: number, payload: Buffer, flags = 0): Buffer {
  const head = Buffer.alloc(HEADER_BYTES);
  head.writeUInt32BE(stream, 0);
  head[4] = flags;
  head.writeUIntBE(payload.length, 5, 3);
  return Buffer.concat([head, payload]);
}

export function controlFrame(type: number, payload: Buffer, flags = 0): Buffer {
  const head = Buffer.alloc(HEADER_BYTES);
  head.writeUInt32BE((0x8000_0000 + VERSION * 0x1_0000 + type) >>> 0, 0);
  head[4] = flags;
  head.writeUIntBE(payload.length, 5, 3);
  return Buffer.concat([head, payload]);
}

export function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value >>> 0, index * 4);
  return bytes;
}
