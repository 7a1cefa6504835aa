import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import type { BlockOutput } from "./session.ts";

/** Bytes kept of the start and of the end of a block's output. */
const OUTPUT_BOUND = 1 << 20;

/** Keeps a block's output within a bound; past it all of it goes to a file as well. */
export class OutputCollector {
  readonly #newSpill: () => string | undefined;
  #head: Buffer[] = [];
  #headBytes = 0;
  /** A ring: the newest bytes after the head. */
  #tail: Buffer | undefined;
  #total = 0;
  #spill: number | undefined;
  #spillPath: string | undefined;

  /** `newSpill` gives the path for the whole output, when it is needed; undefined: what is between the ends is let go. */
  constructor(newSpill: () => string | undefined) {
    this.#newSpill = newSpill;
  }

  /** Take a chunk. The memory behind `bytes` may be used again after the call. */
  push(bytes: Buffer): void {
    const forHead = Math.min(bytes.length, OUTPUT_BOUND - this.#headBytes);
    if (forHead > 0) {
      this.#head.push(Buffer.from(bytes.subarray(0, forHead)));
      this.#headBytes += forHead;
    }
    this.#total += bytes.length;
    if (forHead === bytes.length) return;
    this.#keepTail(bytes.subarray(forHead));
    this.#write(bytes.subarray(forHead));
  }

  end(): BlockOutput {
    if (this.#spill !== undefined) closeSync(this.#spill);
    this.#spill = undefined;
    const elidedBytes = Math.max(0, this.#total - 2 * OUTPUT_BOUND);
    const kept = [...this.#head, ...this.#tailParts()];
    const all = kept.length === 1 && kept[0] !== undefined ? kept[0] : Buffer.concat(kept);
    if (elidedBytes === 0) {
      if (this.#spillPath !== undefined) rmSync(this.#spillPath, { force: true });
      return { head: decode(all), tail: "", elidedBytes, totalBytes: this.#total, spillPath: undefined };
    }
    return {
      head: decode(all.subarray(0, OUTPUT_BOUND)),
      tail: decode(all.subarray(OUTPUT_BOUND)),
      elidedBytes,
      totalBytes: this.#total,
      spillPath: this.#spillPath,
    };
  }

  #keepTail(bytes: Buffer): void {
    this.#tail ??= Buffer.allocUnsafe(OUTPUT_BOUND);
    const newest = bytes.subarray(Math.max(0, bytes.length - OUTPUT_BOUND));
    const at = (this.#total - OUTPUT_BOUND - newest.length) % OUTPUT_BOUND;
    const first = Math.min(newest.length, OUTPUT_BOUND - at);
    newest.copy(this.#tail, at, 0, first);
    newest.copy(this.#tail, 0, first);
  }

  #tailParts(): Buffer[] {
    if (this.#tail === undefined) return [];
    const past = this.#total - OUTPUT_BOUND;
    if (past <= OUTPUT_BOUND) return [this.#tail.subarray(0, past)];
    const at = past % OUTPUT_BOUND;
    return [this.#tail.subarray(at), this.#tail.subarray(0, at)];
  }

  #write(bytes: Buffer): void {
    if (this.#spill === undefined) {
      this.#spillPath = this.#newSpill();
      if (this.#spillPath === undefined) return;
      this.#spill = openSync(this.#spillPath, "w", 0o600);
      for (const part of this.#head) writeAll(this.#spill, part);
    }
    writeAll(this.#spill, bytes);
  }
}

function writeAll(fd: number, bytes: Buffer): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
}

/** UTF-8, each invalid byte as U+FFFD, a byte order mark kept. */
function decode(bytes: Buffer): string {
  return bytes.toString("utf8");
}
