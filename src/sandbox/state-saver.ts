import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from "node:fs";
import { open } from "node:fs/promises";

/** How long a change may wait before it is on the disk; milliseconds. */
const SAVE_DELAY_MS = 1000;
/** At most this part of the time goes into saving: a big state is saved less often. */
const MOST_OF_TIME = 1 / 20;
/** The event loop is never held longer than about this. */
const SLICE_MS = 5;
const SLICE_LENGTH = 1 << 18;

export interface SaverOptions {
  readonly file: string;
  /** The state as text, as it is at this moment; read in slices later. `isFinal`: nothing comes after it. */
  readonly parts: (isFinal: boolean) => Iterable<string>;
  readonly log: (message: string, error?: unknown) => void;
  /** The folder is gone: somebody removed it. */
  readonly onGone: () => void;
}

/** What of a sandbox is on the disk. */
export interface SavedSoFar {
  /** When; undefined before the first time. */
  readonly at: number | undefined;
  /** Why the last try failed; undefined when it did not. */
  readonly error: string | undefined;
}

/** Keeps a file up to date with a state: soon after a change, in slices, and never half. */
export class StateSaver {
  readonly #options: SaverOptions;
  #timer: NodeJS.Timeout | undefined;
  /** Counts the saves: one that was overtaken puts nothing in place. */
  #newest = 0;
  #busy: Promise<void> | undefined;
  #isChanged = false;
  #restMs = SAVE_DELAY_MS;
  #saved: SavedSoFar = { at: undefined, error: undefined };

  constructor(options: SaverOptions) {
    this.#options = options;
  }

  get saved(): SavedSoFar {
    return this.#saved;
  }

  /** Something has changed. The first change starts the clock: a busy cluster is saved again and again, not never. */
  soon(): void {
    this.#isChanged = true;
    if (this.#timer === undefined && this.#busy === undefined)
      this.#timer = setTimeout(() => void this.#save(), this.#restMs);
  }

  /** Save before anything else happens. Whatever was being written is overtaken. */
  now(isFinal = false): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isChanged = false;
    this.#newest += 1;
    const next = `${this.#options.file}.${process.pid}.now.tmp`;
    this.#try(next, () => {
      const handle = openSync(next, "w", 0o600);
      try {
        for (const slice of slices(this.#options.parts(isFinal))) writeAll(handle, slice);
        fsyncSync(handle);
      } finally {
        closeSync(handle);
      }
      renameSync(next, this.#options.file);
    });
  }

  /** Nothing more is written. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#newest += 1;
  }

  async #save(): Promise<void> {
    this.#timer = undefined;
    this.#isChanged = false;
    this.#busy = this.#write(this.#options.file);
    await this.#busy;
    this.#busy = undefined;
    if (this.#isChanged) this.soon();
  }

  async #write(file: string): Promise<void> {
    this.#newest += 1;
    const mine = this.#newest;
    const next = `${file}.${process.pid}.tmp`;
    try {
      const worked = await writeSlices(next, this.#options.parts(false), () => mine === this.#newest);
      this.#restMs = Math.max(SAVE_DELAY_MS, worked / MOST_OF_TIME);
      if (mine !== this.#newest) {
        rmSync(next, { force: true });
        return;
      }
      renameSync(next, file);
      this.#saved = { at: Date.now(), error: undefined };
    } catch (error) {
      if (mine === this.#newest) this.#failed(next, error);
    }
  }

  #try(next: string, write: () => void): void {
    try {
      write();
      this.#saved = { at: Date.now(), error: undefined };
    } catch (error) {
      this.#failed(next, error);
    }
  }

  /** What was saved before stays; the next change tries again. Said once, not each second. */
  #failed(next: string, error: unknown): void {
    rmSync(next, { force: true });
    const why = error instanceof Error ? error.message : String(error);
    if (this.#saved.error !== why) this.#options.log("the state could not be saved", error);
    this.#saved = { ...this.#saved, error: why };
    this.#isChanged = true;
    if ((error as NodeJS.ErrnoException).code === "ENOENT") this.#options.onGone();
  }
}

/** Milliseconds of work; ends early when nobody needs it any more. */
async function writeSlices(file: string, parts: Iterable<string>, isNeeded: () => boolean): Promise<number> {
  const handle = await open(file, "w", 0o600);
  let worked = 0;
  try {
    let began = performance.now();
    for (const slice of slices(parts)) {
      worked += performance.now() - began;
      if (!isNeeded()) return worked;
      await handle.writeFile(slice);
      began = performance.now();
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return worked;
}

function* slices(parts: Iterable<string>): Generator<string> {
  let slice: string[] = [];
  let length = 0;
  let began = performance.now();
  for (const part of parts) {
    slice.push(part);
    length += part.length;
    if (length < SLICE_LENGTH && performance.now() - began < SLICE_MS) continue;
    yield slice.join("");
    slice = [];
    length = 0;
    began = performance.now();
  }
  yield slice.join("");
}

/** A disk that is nearly full takes a part and says so. */
function writeAll(handle: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) at += writeSync(handle, bytes, at);
}
