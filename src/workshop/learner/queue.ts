import {
  closeSync,
  existsSync,
  fstatSync,
  fsync,
  fsyncSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { makeFolder } from "../../files/index.ts";
import { type ClassEvent, classEvent } from "../wire.ts";
import { classFiles } from "./membership.ts";

/** Some events of the queue, in order: the first has the number `from`, and the next one begins at byte `end`. */
export interface Batch {
  readonly from: number;
  readonly events: readonly ClassEvent[];
  readonly end: number;
}

/** How far the host has confirmed: the last event's number, and the byte after its line. */
export interface Sent {
  readonly seq: number;
  readonly offset: number;
}

const NOTHING_SENT: Sent = { seq: 0, offset: 0 };
const NEWLINE = 10;
/** As many bytes as a message may have are read at once. */
const READ = 48 * 1024;

/**
 * A learner's events on the disk, a line each. An event's number is its line's: several programs may append (the system
 * keeps single writes to such a file whole), and none has to know what the others did.
 */
export class Queue {
  readonly #files: ReturnType<typeof classFiles>;
  readonly #fd: number;
  #syncs = false;
  #again = false;

  /** Open the queue of the class in this folder. Throws the system's error. */
  constructor(folder: string) {
    makeFolder(folder);
    this.#files = classFiles(folder);
    this.#fd = openSync(this.#files.queue, "a+", 0o600);
    if (this.#lacksNewline()) writeSync(this.#fd, "\n");
  }

  /** In the system's hands when this returns; on the disk soon after, without anybody waiting for it. */
  append(event: ClassEvent): void {
    writeSync(this.#fd, `${JSON.stringify(event)}\n`);
    this.#sync();
  }

  /** The events after `sent`, at most so many; undefined where there are none. `now` stands in for the time of lost ones. */
  read({ seq, offset }: Sent, most: number, now: number): Batch | undefined {
    const bytes = this.#linesFrom(offset);
    const events: ClassEvent[] = [];
    let at = 0;
    for (let end = bytes.indexOf(NEWLINE); end !== -1 && events.length < most; end = bytes.indexOf(NEWLINE, at)) {
      events.push(readLine(bytes.toString("utf8", at, end), now));
      at = end + 1;
    }
    return events.length === 0 ? undefined : { from: seq + 1, events, end: offset + at };
  }

  /** Where the event of this number ends, or the last one where there are fewer: for a host that has more or less than was known. */
  find(seq: number): Sent {
    const bytes = readFileSync(this.#files.queue);
    let found = NOTHING_SENT;
    for (let end = bytes.indexOf(NEWLINE); end !== -1 && found.seq < seq; end = bytes.indexOf(NEWLINE, end + 1))
      found = { seq: found.seq + 1, offset: end + 1 };
    return found;
  }

  /** Whether there is anything that the host has not confirmed. */
  hasMore({ offset }: Sent): boolean {
    return fstatSync(this.#fd).size > offset;
  }

  /** How far the host has confirmed, as far as this machine knows: it may be further. */
  get sent(): Sent {
    return readSent(this.#files.sent);
  }

  /** Kept only as a shortcut: the host itself knows what it has. */
  confirm(sent: Sent): void {
    const draft = `${this.#files.sent}.${process.pid}`;
    writeFileSync(draft, `${JSON.stringify(sent)}\n`, { mode: 0o600 });
    renameSync(draft, this.#files.sent);
  }

  /** All of it is on the disk when this returns. */
  close(): void {
    try {
      fsyncSync(this.#fd);
    } finally {
      closeSync(this.#fd);
    }
  }

  /** Some bytes from here on: one line at least, where there is one. */
  #linesFrom(offset: number): Buffer {
    for (let length = READ; ; length *= 2) {
      const bytes = Buffer.alloc(length);
      const found = bytes.subarray(0, readSync(this.#fd, bytes, 0, length, offset));
      if (found.length < length || found.includes(NEWLINE)) return found;
    }
  }

  /** One at a time, and once more when something came meanwhile. */
  #sync(): void {
    this.#again = true;
    if (this.#syncs) return;
    this.#syncs = true;
    this.#again = false;
    fsync(this.#fd, () => {
      this.#syncs = false;
      // A disk that refuses shows at the next write; a descriptor that was closed meanwhile has nothing left to sync.
      if (this.#again) this.#sync();
    });
  }

  #lacksNewline(): boolean {
    const { size } = fstatSync(this.#fd);
    const last = Buffer.alloc(1);
    return size > 0 && readSync(this.#fd, last, 0, 1, size - 1) === 1 && last[0] !== NEWLINE;
  }
}

/** Every event of the queue in this folder, and whether the host has confirmed it. For reading along: it opens nothing for writing. */
export function readQueue(folder: string): readonly { readonly event: ClassEvent; readonly sent: boolean }[] {
  const files = classFiles(folder);
  if (!existsSync(files.queue)) return [];
  const { seq } = readSent(files.sent);
  const lines = readFileSync(files.queue, "utf8").split("\n").slice(0, -1);
  return lines.map((line, index) => ({ event: readLine(line, 0), sent: index < seq }));
}

function readLine(line: string, now: number): ClassEvent {
  try {
    return classEvent(JSON.parse(line), "event");
  } catch {
    return { type: "gap", at: now };
  }
}

function readSent(file: string): Sent {
  try {
    const { seq, offset } = JSON.parse(readFileSync(file, "utf8")) as Partial<Sent>;
    if (Number.isSafeInteger(seq) && Number.isSafeInteger(offset)) return { seq: seq ?? 0, offset: offset ?? 0 };
  } catch {
    // Torn or gone: everything is offered again, and the host says what it has.
  }
  return NOTHING_SENT;
}
