import type { Program } from "./compile.ts";
import { type Assertion, hasCodePoint, inWord } from "./syntax.ts";

/** Counts the work of a simulation: instructions looked at. Tests hold it to program × text. */
export interface Meter {
  steps: number;
}

/** Does the pattern match the whole text? Time is at most program × text, whatever the pattern. */
export function matchesWhole(program: Program, text: string, meter?: Meter): boolean {
  return simulate(program, text, { meter }).acceptsAtEnd;
}

/** The greatest offset at which the pattern has matched a beginning of the text; undefined when at none. */
export function longestPrefix(program: Program, text: string): number | undefined {
  return simulate(program, text, { prefixes: true }).lastAccept;
}

interface Outcome {
  readonly acceptsAtEnd: boolean;
  readonly lastAccept: number | undefined;
}

/** All threads advance together, one code point at a time; each instruction is in a generation at most once. */
function simulate(program: Program, text: string, options: { meter?: Meter | undefined; prefixes?: boolean }): Outcome {
  const threads = new Threads(program, text, options.meter);
  let lastAccept: number | undefined;
  threads.add(0, 0);
  let at = 0;
  while (true) {
    const accepts = threads.advance();
    if (accepts && options.prefixes === true) lastAccept = at;
    if (at >= text.length) return { acceptsAtEnd: accepts, lastAccept };
    if (threads.current.length === 0) return { acceptsAtEnd: false, lastAccept };
    const code = text.codePointAt(at) ?? 0;
    at += code > 0xffff ? 2 : 1;
    threads.consume(code, at);
  }
}

class Threads {
  /** Instructions that wait for a code point, and the generation being built. */
  current: number[] = [];
  #next: number[] = [];
  #accepts = false;
  #generation = 1;
  readonly #seen: Uint32Array;
  readonly #program: Program;
  readonly #text: string;
  readonly #meter: Meter | undefined;
  readonly #stack: number[] = [];

  constructor(program: Program, text: string, meter: Meter | undefined) {
    this.#program = program;
    this.#text = text;
    this.#meter = meter;
    this.#seen = new Uint32Array(program.length);
  }

  /** Make the generation that was built the current one; did any of its threads accept? */
  advance(): boolean {
    const accepts = this.#accepts;
    this.current = this.#next;
    this.#next = [];
    this.#accepts = false;
    this.#generation++;
    return accepts;
  }

  consume(code: number, next: number): void {
    for (const pc of this.current) {
      const instruction = this.#program[pc];
      if (this.#meter !== undefined) this.#meter.steps++;
      if (instruction?.op === "chars" && hasCodePoint(instruction.set, code)) this.add(pc + 1, next);
    }
  }

  /** Follow the instructions that need no code point; `at` is the offset of the thread in the text. */
  add(pc: number, at: number): void {
    this.#stack.push(pc);
    while (this.#stack.length > 0) {
      const here = this.#stack.pop() ?? 0;
      if (this.#seen[here] === this.#generation) continue;
      this.#seen[here] = this.#generation;
      if (this.#meter !== undefined) this.#meter.steps++;
      this.#follow(here, at);
    }
  }

  #follow(here: number, at: number): void {
    const instruction = this.#program[here];
    switch (instruction?.op) {
      case "chars":
        this.#next.push(here);
        return;
      case "assert":
        if (holds(instruction.at, this.#text, at)) this.#stack.push(here + 1);
        return;
      case "split":
        this.#stack.push(instruction.other, instruction.next);
        return;
      case "jump":
        this.#stack.push(instruction.next);
        return;
      case "accept":
        this.#accepts = true;
    }
  }
}

function holds(assertion: Assertion, text: string, at: number): boolean {
  switch (assertion) {
    case "start":
      return at === 0;
    case "end":
      return at === text.length;
    case "word-boundary":
      return inWord(text, at - 1) !== inWord(text, at);
    case "not-word-boundary":
      return inWord(text, at - 1) === inWord(text, at);
  }
}
