import { type FSWatcher, statSync, watch } from "node:fs";
import path from "node:path";

/** How often files are looked at, because not every file system tells of changes. */
const LOOK_MS = 500;
/** How long a file has to be as it is: editors write in parts. */
const SETTLE_MS = 50;

/** Watches files, and the folders that they stand in for new Markdown, until it is closed. */
export class FileChanges {
  readonly #files: readonly string[];
  readonly #watchers: FSWatcher[] = [];
  readonly #timer: NodeJS.Timeout;
  #state: string;
  #isNew = false;
  #notify: (() => void) | undefined;

  constructor(files: readonly string[]) {
    this.#files = files;
    this.#state = this.#look();
    for (const folder of new Set(files.map((file) => path.dirname(file)))) this.#watch(folder);
    this.#timer = setInterval(() => this.#notify?.(), LOOK_MS);
  }

  /** Resolves when something has changed and come to rest; false when the signal fires first. */
  async next(signal: AbortSignal): Promise<boolean> {
    while (!signal.aborted) {
      const now = this.#look();
      if (now !== this.#state || this.#isNew) {
        await this.#wait(signal, SETTLE_MS);
        if (this.#look() !== now) continue;
        this.#state = now;
        this.#isNew = false;
        return !signal.aborted;
      }
      await this.#wait(signal);
    }
    return false;
  }

  close(): void {
    clearInterval(this.#timer);
    for (const watcher of this.#watchers) watcher.close();
  }

  #wait(signal: AbortSignal, ms?: number): Promise<void> {
    return new Promise((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        this.#notify = undefined;
        resolve();
      };
      const timer = ms === undefined ? undefined : setTimeout(end, ms);
      signal.addEventListener("abort", end, { once: true });
      if (ms === undefined) this.#notify = end;
    });
  }

  #watch(folder: string): void {
    const known = new Set(this.#files.map((file) => path.basename(file)));
    try {
      const watcher = watch(folder, (_event, name) => {
        if (name !== null && !known.has(name) && /\.(?:md|markdown)$/.test(name)) this.#isNew = true;
        this.#notify?.();
      });
      // A folder that goes away, or a machine with too many watches: looking now and then is enough.
      watcher.on("error", () => watcher.close());
      this.#watchers.push(watcher);
    } catch {
      // The same.
    }
  }

  #look(): string {
    return this.#files
      .map((file) => {
        const stat = statSync(file, { throwIfNoEntry: false });
        return stat === undefined ? "-" : `${stat.mtimeMs} ${stat.size} ${stat.ino}`;
      })
      .join("\n");
  }
}
