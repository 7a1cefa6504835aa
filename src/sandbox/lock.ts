import { createHash } from "node:crypto";
import { closeSync, openSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";

/** Gives the lock back. Ending the process, in any way, does too. */
export type Unlock = () => void | Promise<void>;

/** macOS: open and lock in one call; `fs.constants` does not name these. */
const O_RDWR = 0x2;
const O_NONBLOCK = 0x4;
const O_EXLOCK = 0x20;
const O_CREAT = 0x200;

/**
 * Be the only process of a state folder; undefined when another is. The kernel holds the lock, so a killed process
 * leaves none behind: on Linux a socket name in the abstract namespace, on macOS a locked file.
 */
export async function lockStateDir(dir: string): Promise<Unlock | undefined> {
  return process.platform === "darwin" ? lockFile(path.join(dir, "lock")) : await lockName(dir);
}

function lockFile(file: string): Unlock | undefined {
  try {
    const handle = openSync(file, O_RDWR | O_NONBLOCK | O_EXLOCK | O_CREAT, 0o600);
    return () => closeSync(handle);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EAGAIN") return undefined;
    throw error;
  }
}

function lockName(dir: string): Promise<Unlock | undefined> {
  const name = createHash("sha256").update(`${process.getuid?.()}:${dir}`).digest("hex").slice(0, 32);
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(undefined);
      else reject(error);
    });
    server.listen({ path: `\0learn-istio-sandbox-${name}` }, () => {
      resolve(() => new Promise((closed) => server.close(() => closed())));
    });
  });
}
