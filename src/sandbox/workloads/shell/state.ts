import type { Machine } from "../machine.ts";
import type { Input, Output } from "../process.ts";
import type { Dialect } from "./cursor.ts";
import type { Command } from "./syntax.ts";
import type { Task } from "./task.ts";

/**
 * Plays a program that is not among the container's files, to its end: its image's server, or one that is not simulated.
 * Undefined: the container has no such program.
 */
export type Play = (words: readonly string[], signal: AbortSignal) => Promise<number> | undefined;

/** What a shell knows; a subshell has a copy. */
export interface ShellState {
  readonly name: string;
  readonly machine: Machine;
  readonly dialect: Dialect;
  readonly variables: Map<string, string>;
  /** Lists by their variables' names: bash only. A list's keys are numbers as text, or names. */
  readonly arrays: Map<string, Map<string, string>>;
  /** The lists whose keys are names. */
  readonly keyed: Set<string>;
  readonly constants: Set<string>;
  readonly exported: Set<string>;
  readonly functions: Map<string, Command>;
  readonly aliases: Map<string, string>;
  readonly options: Set<string>;
  readonly jobs: Job[];
  /** What `local` has hidden, of the innermost function last. */
  readonly locals: Map<string, Hidden>[];
  positional: readonly string[];
  cwd: string;
  status: number;
  /** Of the last `$( … )`: what a command without a name ends with. */
  substituted: number;
  /** The number of the last `&`; 0 when there was none. */
  lastJob: number;
  /** How many functions deep. */
  depth: number;
  line: number;
  umask: number;
  readonly pid: number;
  readonly isInteractive: boolean;
  /** Whether commands come from `-c`: bash and dash then number their lines. */
  readonly isScript: boolean;
  /** Undefined where somebody looks on who is to be told what is missing. */
  readonly play: Play | undefined;
}

export interface Hidden {
  readonly value: string | undefined;
  readonly list: Map<string, string> | undefined;
}

export interface Job {
  readonly task: Task;
  readonly text: string;
  readonly done: Promise<number>;
  status: number | undefined;
}

/** Where a command reads and writes: what the descriptors are. */
export interface Streams {
  readonly signal: AbortSignal;
  readonly descriptors: Map<number, Descriptor>;
  readonly terminal: Terminal | undefined;
  /** The process that this is. */
  readonly task: Task;
}

/** A terminal's keyboard: Ctrl-C ends what runs in the foreground. */
export interface Terminal {
  /** Calls this at each Ctrl-C from now on; gives what was called before. */
  onInterrupt(listener: () => void): () => void;
}

export type Descriptor =
  | { readonly input: Input; readonly isTty?: boolean }
  | { readonly output: Output; readonly isTty?: boolean };

export function copyState(state: ShellState): ShellState {
  return {
    ...state,
    variables: new Map(state.variables),
    arrays: new Map([...state.arrays].map(([name, list]) => [name, new Map(list)])),
    keyed: new Set(state.keyed),
    constants: new Set(state.constants),
    exported: new Set(state.exported),
    functions: new Map(state.functions),
    aliases: new Map(state.aliases),
    options: new Set(state.options),
    jobs: [],
    locals: state.locals.map((one) => new Map(one)),
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
