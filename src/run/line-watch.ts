import { patternWithin } from "../expect/index.ts";
import { stripAnsi } from "../text/index.ts";

/** A line longer than this is looked at by its beginning; nobody waits for the millionth character of one. */
const LONGEST = 1 << 16;

/** Looks for a line of an output that comes bit by bit. Throws a PatternError for a pattern that cannot be read. */
export class LineWatch {
  readonly #matches: (line: string) => boolean;
  #open = "";
  #found = false;

  constructor(pattern: string) {
    const compiled = patternWithin(pattern);
    this.#matches = (line) => compiled.matches(stripAnsi(line).trimEnd());
  }

  push(text: string): void {
    if (this.#found) return;
    const lines = (this.#open + text).split("\n");
    this.#open = (lines.pop() ?? "").slice(0, LONGEST);
    this.#found = lines.some((line) => this.#matches(line.slice(0, LONGEST)));
  }

  /** Whether a line has matched, the one that has not ended yet among them. */
  get found(): boolean {
    this.#found ||= this.#open !== "" && this.#matches(this.#open);
    return this.#found;
  }
}
