import { type ChildProcess, spawn } from "node:child_process";
import type { Writable } from "node:stream";
import { shellFile } from "./files.ts";

/** A process that ends a session's processes when this program is killed. */
export class Watchdog {
  readonly #child: ChildProcess;

  /** `folder` is removed at the end, too. */
  constructor(bash: string, nonce: string, folder = "") {
    this.#child = spawn(bash, ["--noprofile", "--norc", shellFile("watchdog.sh"), nonce, folder], {
      cwd: "/",
      env: { PATH: `/usr/bin:/bin:${process.env.PATH ?? ""}` },
      detached: true,
      stdio: ["pipe", "ignore", "ignore"],
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

  /** The session ended well. */
  dismiss(): void {
    this.#child.stdin?.end("bye\n");
  }
}
