import type { Machine } from "../machine.ts";
import type { Input, Output } from "../process.ts";
import type { Command } from "./syntax.ts";

/** What a shell knows; a subshell has a copy. */
export interface ShellState {
  readonly name: string;
  readonly machine: Machine;
  readonly variables: Map<string, string>;
  readonly exported: Set<string>;
  readonly functions: Map<string, Command>;
  readonly options: Set<string>;
  readonly jobs: Promise<number>[];
  positional: readonly string[];
  cwd: string;
  status: number;
  /** Of the last `$( … )`: what a command without a name ends with. */
  substituted: number;
  lastJob: number;
  readonly pid: number;
  readonly isInteractive: boolean;
}

/** Where a command reads and writes: what the descriptors are. */
export interface Streams {
  readonly signal: AbortSignal;
  readonly descriptors: ReadonlyMap<number, Descriptor>;
  readonly terminal: Terminal | undefined;
}

/** A terminal's keyboard: Ctrl-C ends what runs in the foreground. */
export interface Terminal {
  /** Calls this at each Ctrl-C from now on; gives what was called before. */
  onInterrupt(listener: () => void): () => void;
}

export type Descriptor = { readonly input: Input } | { readonly output: Output; readonly isTty?: boolean };

export function copyState(state: ShellState): ShellState {
  return {
    ...state,
    variables: new Map(state.variables),
    exported: new Set(state.exported),
    functions: new Map(state.functions),
    options: new Set(state.options),
    jobs: [],
    isInteractive: false,
  };
}

/** The program leaves loops, functions or itself: `break`, `continue`, `return`, `exit`. */
export class Jump extends Error {
  readonly kind: "break" | "continue" | "return" | "exit";
  /** How many loops, or the status. */
  readonly value: number;

  constructor(kind: Jump["kind"], value: number) {
    super(kind);
    this.name = "Jump";
    this.kind = kind;
    this.value = value;
  }
}
