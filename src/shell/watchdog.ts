import { type ChildProcess, spawn } from "node:child_process";
import type net from "node:net";
import type { Writable } from "node:stream";
import { shellFile } from "./files.ts";

export interface WatchdogOptions {
  readonly bash: string;
  readonly nonce: string;
  /** Removed at the end, too; two of them, an empty name is none. */
  readonly folders: readonly string[];
  /**
   * The program's end of the session's channel. The watchdog holds it too: so bash does not notice that the program is gone
   * before the watchdog has looked at what hangs off that bash, and off nothing else.
   */
  readonly control: net.Socket;
}

/** A process that ends a session's processes when this program is killed. */
export class Watchdog {
  readonly #child: ChildProcess;

  constructor({ bash, nonce, folders, control }: WatchdogOptions) {
    this.#child = spawn(bash, ["--noprofile", "--norc", shellFile("watchdog.sh"), nonce, ...folders], {
      cwd: "/",
      env: { PATH: `/usr/bin:/bin:${process.env.PATH ?? ""}` },
      detached: true,
      stdio: ["pipe", "ignore", "ignore", fdOf(control) ?? "ignore"],
    });
    this.#child.on("error", () => undefined);
    this.#child.stdin?.on("error", () => undefined);
    this.#child.unref();
    (this.#child.stdin as (Writable & { unref?(): void }) | null)?.unref?.();
  }

  /** A bash of the session: what hangs off it belongs to the session too. */
  watch(pid: number): void {
    this.#child.stdin?.write(`+${pid}\n`);
  }

  /** That bash is gone, and its number free for others. */
  forget(pid: number): void {
    this.#child.stdin?.write(`-${pid}\n`);
  }

  /** These are the session's too, and nothing will tell it once its bash has ended. */
  remember(pids: readonly number[]): void {
    if (pids.length > 0) this.#child.stdin?.write(`also ${pids.join(" ")}\n`);
  }

  /** The session ended well. */
  dismiss(): void {
    this.#child.stdin?.end("bye\n");
  }
}

/** To hand a socket itself to `spawn` would stop it here; its descriptor has no public name. */
function fdOf(socket: net.Socket): number | undefined {
  const { fd = -1 } = (socket as { _handle?: { fd?: number } | null })._handle ?? {};
  return fd < 0 ? undefined : fd;
}
