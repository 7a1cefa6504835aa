import type { Scope } from "./expansion.ts";
import type { ShellState, Streams } from "./state.ts";

/** One call of something that a shell does itself. */
export interface Call {
  readonly args: readonly string[];
  readonly words: readonly string[];
  readonly state: ShellState;
  readonly streams: Streams;
  readonly scope: Scope;
  /** Something else that the shell does itself. */
  readonly builtin: (name: string) => Builtin | undefined;
  /** Runs text in a shell. */
  readonly runText: (text: string, state: ShellState, streams: Streams) => Promise<number>;
}

export interface Builtin {
  readonly run: (call: Call) => number | Promise<number>;
  /** Only bash has it. */
  readonly isBash?: boolean;
}
