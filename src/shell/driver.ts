import { type ChildProcess, spawn } from "node:child_process";
import { constants, existsSync, openSync, readSync, rmdirSync, rmSync, unlinkSync } from "node:fs";
import net from "node:net";
import path from "node:path";
import { EnvironmentError } from "../diagnostics/index.ts";
import { random } from "../files/index.ts";
import { shellFile } from "./files.ts";
import { type ControlRecord, RecordReader } from "./protocol.ts";

/** Take a request: a plain block in a few commands, because all of it is time between two steps; all else by a function. */
const TAKE =
  "if [[ $__li_phase$__li_rest != idle ]]; then __li_resume; fi; " +
  "if [[ $__li_old$__li_rest == 0 ]]; then \\builtin read -rN 24 -u 231 __li_head || \\builtin exit 75; fi; " +
  `if [[ $__li_old$__li_head == 0B0------* && $-\${POSIXLY_CORRECT+v} != *v* ]]; then ` +
  `\\builtin read -rN "$((10#\${__li_head:8:8}))" -u 231 __li_block || \\builtin exit 75; ` +
  `if \\builtin eval "$__li_open$__li_block"$'\\n'"$__li_shut"; then ` +
  `__li_code="{ $__li_block"$'\\n}' __li_phase=run; if [[ $__li_status != 0 ]]; then __li_last; fi; ` +
  'else __li_refuse_plain; fi; else __li_take "$#"; fi; ';

/** Report the end of a plain block, in the same way. */
const DONE =
  "__li_status=$?; " +
  "if [[ $__li_status$__li_phase$__li_head == [0-9]runB0------* && -z $__li_rest$__li_ended$__li_echo && $- != *[ev]* ]]; " +
  "then __li_phase=idle; \\builtin printf '\\001D\\0%s\\0%s\\0%s\\0' " +
  `"\${__li_head:16:8}" "$__li_status" "\${PWD-}" >&231; else __li_done "$__li_status"; fi; `;

/**
 * The loop, on one line so that a block's lines count from 1. ERR leaves a block by `continue 999`, which reaches the
 * outermost loop; a stray `break` in a block ends one of the inner ones, and past all of them the loop begins anew.
 */
const LOOP =
  `while [[ a ]]; do while [[ a ]]; do while [[ a ]]; do \\builtin trap "$__li_on_err" ERR; ${TAKE}` +
  `\\builtin eval "$__li_code" <&"$__li_in" 1>&"$__li_out" 2>&"$__li_err"; ${DONE}` +
  'done; done; done; \\builtin eval "$__li_loop"';

/** What a driver tells its session. */
export interface DriverEvents {
  record(record: ControlRecord): void;
  /** `asked` is false for the stream that a block did not ask for. The bytes are valid during the call only. */
  output(bytes: Buffer, asked: boolean): void;
  exit(status: number | undefined, signal: string | undefined): void;
}

export interface DriverOptions {
  readonly bash: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Blocks own the terminal; nothing of their output is seen. */
  readonly terminal: boolean;
  /** Where the FIFOs for the output are made; it goes away with them. Undefined for a terminal's bash, which needs none. */
  readonly folder: string | undefined;
  /** Bash was spawned; `control` is the program's end of its channel. */
  readonly spawned?: (control: net.Socket) => void;
}

/** A bash with the driver in it: its process, its control channel and its two output channels. */
export class Driver {
  readonly pid: number;
  version = "";
  /** What `ulimit` said before the first block. */
  limits = "";
  alive = true;
  /** Resolves when bash has ended. */
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;
  readonly #control: net.Socket;
  readonly #folder: string | undefined;
  readonly #events: DriverEvents;
  readonly #outputs: Output[] = [];

  private constructor(child: ChildProcess, pid: number, folder: string | undefined, events: DriverEvents) {
    this.#child = child;
    this.pid = pid;
    this.#folder = folder;
    this.#events = events;
    this.#control = child.stdio[3] as net.Socket;
    this.ended = new Promise((resolve) => void child.once("exit", () => resolve()));
  }

  /** Start bash and wait until it can take a block. Throws EnvironmentError when it cannot be started. */
  static async start(options: DriverOptions, events: DriverEvents): Promise<Driver> {
    const { folder } = options;
    try {
      return await Driver.#start(options, folder, events);
    } catch (cause) {
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
      throw cause;
    }
  }

  static async #start(options: DriverOptions, folder: string | undefined, events: DriverEvents): Promise<Driver> {
    const stdio = options.terminal ? ("inherit" as const) : ("ignore" as const);
    const child = spawn(
      options.bash,
      [
        "--noprofile",
        "--norc",
        "-c",
        `\\. "$1" || \\builtin exit 75; \\builtin set --; ${LOOP}`,
        "bash",
        ...driverArguments(folder),
      ],
      {
        argv0: "bash",
        cwd: options.cwd,
        env: options.env,
        detached: !options.terminal,
        stdio: [stdio, stdio, stdio, "pipe"],
      },
    );
    const { pid } = child;
    if (pid === undefined) throw await spawnFailure(child, options);
    options.spawned?.(child.stdio[3] as net.Socket);
    const driver = new Driver(child, pid, folder, events);
    await driver.#ready();
    return driver;
  }

  send(request: Buffer): void {
    this.#control.write(request);
  }

  signal(signal: NodeJS.Signals): void {
    if (this.alive) this.#child.kill(signal);
  }

  /** Take what the pipes hold now, without waiting for the event loop; only that of the asked one, if so. */
  drain(asked = false): void {
    for (const output of asked ? this.#outputs.slice(0, 1) : this.#outputs) output.drain();
  }

  /** Whether the pipes are read as they fill; else by `drain` alone. */
  watch(isWatched: boolean): void {
    for (const output of this.#outputs) output.watch(isWatched);
  }

  dispose(): void {
    this.#control.destroy();
    for (const output of this.#outputs.splice(0)) output.close();
  }

  async #ready(): Promise<void> {
    const reader = new RecordReader();
    const { promise, resolve, reject } = deferred<ControlRecord>();
    this.#child.once("exit", (status, signal) => {
      this.alive = false;
      reject(
        new EnvironmentError(`bash ended with ${signal ?? `status \`${status}\``} before it could take a command`, {
          hint: "check that `mkfifo` is installed and that the folder for temporary files can be written",
        }),
      );
      this.#events.exit(status ?? undefined, signal ?? undefined);
    });
    this.#control.on("error", () => undefined);
    this.#control.on("data", (bytes: Buffer) => {
      for (const record of reader.push(bytes)) {
        if (record.type === "R") resolve(record);
        else this.#events.record(record);
      }
    });
    const ready = await promise;
    this.version = ready.fields[0] ?? "";
    this.limits = ready.before.join("");
    if (this.#folder !== undefined) {
      this.#outputs.push(new Output(path.join(this.#folder, "out"), (bytes) => this.#events.output(bytes, true)));
      this.#outputs.push(new Output(path.join(this.#folder, "other"), (bytes) => this.#events.output(bytes, false)));
      removePipes(this.#folder);
    }
    this.#control.write("go\n");
  }
}

const NEST = [
  ["( ", ") "],
  ["{ ", "} "],
  ["if [[ a ]]; then ", "fi "],
  ["while [[ a ]]; do ", "done "],
  ["case a in (a) ", ";; esac "],
] as const;

/**
 * Positional parameters of `bootstrap.sh`. The parse nest is drawn anew, so that no text of a block can close it. Inmost
 * stands a `case`: its end is the least likely slip, and it differs from the `{` that the block runs in.
 */
function driverArguments(folder: string | undefined): string[] {
  const drawn = [...random(5)].map((byte) => NEST[byte % NEST.length] ?? NEST[0]);
  drawn.push(NEST[4]);
  const open = drawn.map(([first]) => first).join("");
  const shut = drawn
    .map(([, last]) => last)
    .reverse()
    .join("");
  return [shellFile("bootstrap.sh"), folder ?? "", `[[ a ]] || ( ${open}`, `${shut})`, LOOP];
}

/** The pipes are open on both sides: nobody needs their names any more. */
function removePipes(folder: string): void {
  for (const name of ["out", "other"]) unlinkSync(path.join(folder, name));
  rmdirSync(folder);
}

function spawnFailure(child: ChildProcess, options: DriverOptions): Promise<EnvironmentError> {
  return new Promise((resolve) => {
    child.once("error", (cause) => {
      const hint = existsSync(options.cwd) ? "install bash, or check `PATH`" : "create the folder first";
      resolve(new EnvironmentError(`could not start \`${options.bash}\` in \`${options.cwd}\``, { hint, cause }));
    });
  });
}

/** Where every pipe is read to, one after another: what is read is taken at once. A pipe holds no more. */
const READ = Buffer.allocUnsafe(1 << 16);

/** A pipe holds one such read, unless somebody enlarged it: to 1 MiB at most. */
const MOST_READS = 17;

/** An empty pipe (EAGAIN) costs an exception, whose stack takes longer than the read: nobody looks at that. */
function readNow(fd: number): number {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return readSync(fd, READ);
  } catch {
    return 0;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** One output pipe. A real pipe, because a socket cannot be opened as `/dev/stderr`. */
class Output {
  readonly #fd: number;
  readonly #socket: net.Socket;
  readonly #take: (bytes: Buffer) => void;
  #isWatched = true;

  constructor(fifo: string, take: (bytes: Buffer) => void) {
    this.#take = take;
    this.#fd = openSync(fifo, constants.O_RDONLY | constants.O_NONBLOCK);
    const callback = (size: number, buffer: Uint8Array): boolean => {
      take(Buffer.from(buffer.buffer, buffer.byteOffset, size));
      return true;
    };
    // `onread` is honoured by the constructor too; only `connect` has it in the types.
    const options = {
      fd: this.#fd,
      readable: true,
      writable: false,
      onread: { buffer: READ, callback },
    };
    this.#socket = new net.Socket(options as net.SocketConstructorOpts);
    this.#socket.on("error", () => undefined);
    this.#socket.resume();
  }

  watch(isWatched: boolean): void {
    if (isWatched === this.#isWatched) return;
    this.#isWatched = isWatched;
    if (isWatched) this.#socket.resume();
    else this.#socket.pause();
  }

  /** Not for ever: who is left behind by a block may fill the pipe as fast as it is read. */
  drain(): void {
    if (this.#socket.destroyed) return;
    for (let reads = 0; reads < MOST_READS; reads++) {
      const size = readNow(this.#fd);
      if (size > 0) this.#take(READ.subarray(0, size));
      if (size < READ.length) return;
    }
  }

  close(): void {
    this.#socket.destroy();
  }
}

function deferred<T>(): { promise: Promise<T>; resolve: (value: T) => void; reject: (cause: Error) => void } {
  let resolve: (value: T) => void = () => undefined;
  let reject: (cause: Error) => void = () => undefined;
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
