import type { Scope } from "./expansion.ts";
import type { ShellState, Streams } from "./state.ts";
import type { Command, List } from "./syntax.ts";

/** How the parts of a command are run; the interpreter is what this is a part of. */
export interface Runners {
  list(list: List, state: ShellState, streams: Streams): Promise<number>;
  command(command: Command, state: ShellState, streams: Streams): Promise<number>;
  text(text: string, state: ShellState, streams: Streams): Promise<number>;
  forked(
    state: ShellState,
    streams: Streams,
    run: (state: ShellState, streams: Streams) => Promise<number>,
  ): Promise<number>;
  scope(state: ShellState, streams: Streams): Scope;
}
