import { BrokenPipe } from "../bytes/index.ts";
import type { Machine } from "./machine.ts";
import { isBusybox } from "./shell/dialect.ts";

/** A program: reads, writes, and ends with a code. */
export type Program = (process: Process) => Promise<number>;

/** What a running program has of the world. */
export interface Process {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: ReadonlyMap<string, string>;
  readonly cwd: string;
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly machine: Machine;
  readonly signal: AbortSignal;
  readonly isTty: boolean;
  /** Its own number. */
  readonly pid: number;
  /** Runs another command with the same surroundings, but for what is given. It ends with this one, or at `signal`. */
  spawn(words: readonly string[], own?: SpawnOptions): Promise<number>;
}

export interface SpawnOptions {
  readonly env?: ReadonlyMap<string, string>;
  readonly stdin?: Input;
  readonly stdout?: Output;
  readonly cwd?: string;
  readonly signal?: AbortSignal;
}

/** Writes text or bytes; rejects with `BrokenPipe` when nobody reads. */
export type Output = (chunk: string | Buffer) => Promise<void>;

/** The process was ended from outside; the code is what a shell says of the signal. */
export class Killed extends Error {
  readonly code: number;
  /** What the kubelet calls it, where the code does not tell. */
  readonly reason: string | undefined;

  constructor(code = 137, reason?: string) {
    super("killed");
    this.name = "Killed";
    this.code = code;
    this.reason = reason;
  }
}

/** A program's way to say what went wrong and end: `cat: x: No such file or directory`. */
export class Failure extends Error {
  readonly code: number;
  /** Whether a script ends with it, when it is the shell that fails. */
  readonly isFatal: boolean;

  constructor(message: string, code = 1, isFatal = code === 2) {
    super(message);
    this.name = "Failure";
    this.code = code;
    this.isFatal = isFatal;
  }
}

/** What a script can bring about in the machine below it, in words; anything else as it is. */
export function inWords(error: unknown): unknown {
  if (!(error instanceof RangeError)) return error;
  return new Failure(/call stack/.test(error.message) ? "nested too deeply" : "out of memory", 2);
}

/** An option that a program does not have, or that lacks its value; each family of programs says so in its own words. */
export class BadOption extends Failure {
  constructor(option: string, lacksValue = false) {
    super("");
    this.name = "BadOption";
    this.#option = option;
    this.#lacksValue = lacksValue;
  }

  readonly #option: string;
  readonly #lacksValue: boolean;

  /** What a program of busybox' or of GNU's says. */
  words(program: string, busybox: boolean): string {
    const option = this.#option;
    if (this.#lacksValue)
      return busybox ? `option requires an argument: ${option}` : `option requires an argument -- '${option}'`;
    const isLong = option.startsWith("--");
    if (busybox) return `unrecognized option: ${isLong ? option.slice(2) : option}`;
    const what = isLong ? `unrecognized option '${option}'` : `invalid option -- '${option}'`;
    return `${what}\nTry '${program} --help' for more information.`;
  }
}

/** How long the programs of all containers may keep the event loop; then they wait as long. */
const SLICE_MS = 8;
let sliceStart = 0;

/** Lets others run. Every loop that a program is in passes here: none can block the cluster, and none ends late. */
export async function breathe(signal: AbortSignal): Promise<void> {
  throwIfKilled(signal);
  const now = performance.now();
  if (now - sliceStart < SLICE_MS) return;
  const isFresh = now - sliceStart > 4 * SLICE_MS;
  await new Promise((resolve) => (isFresh ? setImmediate(resolve) : setTimeout(resolve, SLICE_MS / 2)));
  sliceStart = performance.now();
  throwIfKilled(signal);
}

/** Waits for something, but no longer than the process lives. */
export function whileAlive<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  throwIfKilled(signal);
  return new Promise((resolve, reject) => {
    const killed = (): void => reject(killedBy(signal));
    signal.addEventListener("abort", killed, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", killed));
  });
}

/** Runs a program to its end; everything that it throws becomes a code. */
export async function runProgram(program: Program, process: Process): Promise<number> {
  try {
    return await program(process);
  } catch (thrown) {
    const error = inWords(thrown);
    if (error instanceof BrokenPipe) return 141;
    if (!(error instanceof Error) || error instanceof Killed) throw error;
    const code = error instanceof Failure ? error.code : 1;
    const busybox = isBusybox(process.machine.image);
    const words = error instanceof BadOption ? error.words(process.name, busybox) : error.message;
    if (words !== "") await process.stderr(`${process.name}: ${words}\n`).catch(() => {});
    return code;
  }
}

function throwIfKilled(signal: AbortSignal): void {
  if (signal.aborted) throw killedBy(signal);
}

function killedBy(signal: AbortSignal): Killed {
  return signal.reason instanceof Killed ? signal.reason : new Killed();
}

interface Shared {
  readonly source: AsyncIterator<Buffer> | undefined;
  rest: Buffer;
  /** Asked for and not yet come: whoever reads next gets it, if the one who asked was killed meanwhile. */
  pending: Promise<IteratorResult<Buffer>> | undefined;
}

/** What one program may hold in memory, in bytes, of what it reads; past it the node's kernel kills it. */
const MAX_HELD = 32 * 1024 * 1024;

/** What a program has read and not yet let go of. */
class Held {
  readonly parts: Buffer[] = [];
  #size = 0;

  add(chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > MAX_HELD) throw new Killed(137, "OOMKilled");
    this.parts.push(chunk);
  }
}

/** What a program reads: bytes as they come, or lines. */
export class Input {
  readonly #shared: Shared;
  readonly #signal: AbortSignal;

  constructor(source: AsyncIterator<Buffer> | undefined | Shared, signal: AbortSignal) {
    const isShared = source !== undefined && "rest" in source;
    this.#shared = isShared ? source : { source, rest: Buffer.alloc(0), pending: undefined };
    this.#signal = signal;
  }

  /** The same bytes for a program with a life of its own. */
  on(signal: AbortSignal): Input {
    return new Input(this.#shared, signal);
  }

  /** The next bytes; undefined at the end. */
  async read(): Promise<Buffer | undefined> {
    await breathe(this.#signal);
    const shared = this.#shared;
    if (shared.rest.length > 0) {
      const { rest } = shared;
      shared.rest = Buffer.alloc(0);
      return rest;
    }
    if (shared.source === undefined) return undefined;
    shared.pending ??= shared.source.next();
    const { value, done } = await whileAlive(shared.pending, this.#signal);
    shared.pending = undefined;
    return done ? undefined : value;
  }

  /** The next line without its end; undefined at the end. Leaves the rest for the next reader. */
  async readLine(): Promise<string | undefined> {
    return (await this.readUntil(10))?.text;
  }

  /** The text up to a byte, without that; `isWhole` when the byte was there. Undefined at the end. */
  async readUntil(
    byte: number,
    encoding: BufferEncoding = "utf8",
  ): Promise<{ text: string; isWhole: boolean } | undefined> {
    const held = new Held();
    const { parts } = held;
    for (;;) {
      const chunk = await this.read();
      if (chunk === undefined)
        return parts.length === 0 ? undefined : { text: Buffer.concat(parts).toString(encoding), isWhole: false };
      const end = chunk.indexOf(byte);
      if (end < 0) {
        held.add(chunk);
        continue;
      }
      parts.push(chunk.subarray(0, end));
      this.unread(chunk.subarray(end + 1));
      return { text: Buffer.concat(parts).toString(encoding), isWhole: true };
    }
  }

  /** Gives back what was read too much. */
  unread(bytes: Buffer): void {
    this.#shared.rest = this.#shared.rest.length === 0 ? bytes : Buffer.concat([bytes, this.#shared.rest]);
  }

  async readAll(): Promise<Buffer> {
    const held = new Held();
    for (let chunk = await this.read(); chunk; chunk = await this.read()) held.add(chunk);
    return Buffer.concat(held.parts);
  }
}
