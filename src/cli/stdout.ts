import { fstatSync, statSync, writeSync } from "node:fs";

/** Standard output. Node's own stream takes a tenth of a short command's time to open: only terminals and sockets get it. */
export interface Stdout {
  readonly isTerminal: boolean;
  /** Undefined where there is no terminal. */
  readonly columns: number | undefined;
  write(text: string | Uint8Array): void;
  /** Resolves when all that was written has left this process. */
  flush(): Promise<void>;
}

const FD = 1;

/** Open it once. `onError` is told why it takes no more; what is written after that is lost. */
export function openStdout(proc: NodeJS.Process, onError: (error: NodeJS.ErrnoException) => void): Stdout {
  return isPlain() ? plainStdout(proc, onError) : streamStdout(proc, onError);
}

/** Files, pipes and `/dev/null` take text without waiting for the event loop, as Node's own stream writes to them too. */
function isPlain(): boolean {
  const about = fstatSync(FD);
  if (about.isFile() || about.isFIFO()) return true;
  return about.isCharacterDevice() && about.rdev === statSync("/dev/null", { throwIfNoEntry: false })?.rdev;
}

function streamStdout(proc: NodeJS.Process, onError: (error: NodeJS.ErrnoException) => void): Stdout {
  const { stdout } = proc;
  stdout.on("error", onError);
  return {
    isTerminal: stdout.isTTY === true,
    columns: stdout.columns,
    write: (text) => void stdout.write(text),
    flush: () => new Promise((resolve) => void stdout.write("", () => resolve())),
  };
}

function plainStdout(proc: NodeJS.Process, onError: (error: NodeJS.ErrnoException) => void): Stdout {
  /** Takes over from a pipe that somebody set not to block, and that is full: the stream waits until it is not. */
  let stream: Stdout | undefined;
  const write = (text: string | Uint8Array): void => {
    if (stream !== undefined) {
      stream.write(text);
      return;
    }
    const bytes = typeof text === "string" ? Buffer.from(text) : text;
    let at = 0;
    try {
      while (at < bytes.length) at += writeSync(FD, bytes, at);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") {
        onError(error as NodeJS.ErrnoException);
        return;
      }
      stream = streamStdout(proc, onError);
      stream.write(bytes.subarray(at));
    }
  };
  return { isTerminal: false, columns: undefined, write, flush: () => stream?.flush() ?? Promise.resolve() };
}
