import { existsSync, type FSWatcher, watch } from "node:fs";
import path from "node:path";
import type { StateFiles } from "./files.ts";
import { type Running, readRunning } from "./tools/index.ts";

export interface FolderWatchOptions {
  /** The folder is no longer there. Said once. */
  readonly onGone: () => void;
  /** The handshake file was removed, or says something else. */
  readonly onStranger: () => void;
  readonly log: (message: string, error?: unknown) => void;
}

/** Looks after the state folder of a process that lives: others remove it, or copy another one over it. */
export class FolderWatch {
  readonly #files: StateFiles;
  readonly #options: FolderWatchOptions;
  #watcher: FSWatcher | undefined;
  #running: Running | undefined;
  #isGone = false;

  constructor(files: StateFiles, options: FolderWatchOptions) {
    this.#files = files;
    this.#options = options;
  }

  /** There is nowhere to save to. */
  get isGone(): boolean {
    return this.#isGone;
  }

  /** `running`: what the handshake file must say. */
  start(running: Running): void {
    this.#running = running;
    const handshake = path.basename(this.#files.running);
    try {
      this.#watcher = watch(this.#files.dir, { persistent: false }, (_type, name) => {
        // Its own state is written all the time.
        if (name === null || name === handshake || name === path.basename(this.#files.dir)) this.look();
      });
      this.#watcher.on("error", () => this.look());
    } catch {
      // No watches are left on this machine: the next save notices.
    }
  }

  stop(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
  }

  /** Look now. */
  look(): void {
    if (this.#isGone) return;
    if (!existsSync(this.#files.dir) || !existsSync(this.#files.identity)) {
      this.#isGone = true;
      this.stop();
      this.#options.onGone();
      return;
    }
    const found = readRunning(this.#files.dir);
    const { pid, port, token } = this.#running ?? {};
    if (found?.pid !== pid || found?.port !== port || found?.token !== token) this.#mend();
  }

  /** The folder may go at this very moment. */
  #mend(): void {
    try {
      this.#options.onStranger();
    } catch (error) {
      this.#options.log("the handshake file could not be mended", error);
    }
  }
}
