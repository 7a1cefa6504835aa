import type { Io } from "../io.ts";
import type { View } from "./view.ts";

/**
 * Ctrl-C ends the step that runs; a second before it has ended, or a second where nothing runs, leaves. Being told to end
 * (TERM), or a terminal that is gone (HUP), leaves at once.
 */
export class Interrupts {
  readonly #all = new AbortController();
  readonly #view: View;
  readonly #giveBack: () => void;
  readonly #atEnd: (() => void)[] = [];
  #step: AbortController | undefined;
  #warned = false;

  constructor(io: Io, view: View) {
    this.#view = view;
    this.#giveBack = io.onInterrupt((signal) => (signal === "SIGINT" ? this.interrupt() : this.#leave()));
    io.signal.addEventListener("abort", () => this.#leave(), { once: true });
  }

  get all(): AbortSignal {
    return this.#all.signal;
  }

  nextStep(): AbortSignal {
    this.#step = new AbortController();
    this.#warned = false;
    return this.#step.signal;
  }

  /** Nothing runs from here on, until the next step. */
  idle(): void {
    this.#step = undefined;
  }

  interrupt(): void {
    if (this.#step !== undefined && !this.#step.signal.aborted) this.#step.abort();
    else if (this.#step !== undefined || this.#warned) this.#leave();
    else {
      this.#warned = true;
      this.#view.sentence("Nothing runs. Ctrl-C once more leaves; `q` does too.");
      this.#view.ask("> ");
    }
  }

  onEnd(end: () => void): void {
    this.#atEnd.push(end);
  }

  release(): void {
    this.#giveBack();
  }

  #leave(): void {
    this.#all.abort();
    for (const end of this.#atEnd) end();
  }
}
