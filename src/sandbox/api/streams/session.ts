import type { ByteSink, ProcessIo, TerminalSize } from "../containers.ts";
import type { Status } from "../status.ts";

/** Which streams a client of exec or attach has asked for. */
export interface Wanted {
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

/** A client of exec or attach that is connected, whatever it speaks. */
export interface Channels extends Pick<ProcessIo, "stdin" | "onResize" | "signal"> {
  readonly stdout: ByteSink | undefined;
  readonly stderr: ByteSink | undefined;
  /** Says how it ended, and hangs up. Never rejects. */
  finish(status: Status): Promise<void>;
}

/** Keeps the last size for whoever asks late. */
export class Resizes {
  #last: TerminalSize | undefined;
  #listener: ((size: TerminalSize) => void) | undefined;

  /** Takes `{"Width":80,"Height":24}`; anything else is left out. */
  take(text: string): void {
    const size = parsed(text);
    if (!size) return;
    this.#last = size;
    this.#listener?.(size);
  }

  listen(listener: (size: TerminalSize) => void): void {
    this.#listener = listener;
    if (this.#last) listener(this.#last);
  }
}

function parsed(text: string): TerminalSize | undefined {
  try {
    const { Width: width, Height: height } = JSON.parse(text) ?? {};
    return Number.isInteger(width) && Number.isInteger(height) ? { width, height } : undefined;
  } catch {
    return undefined;
  }
}
