/**
 * The session: one bash that lives as long as a run. Blocks go in one at a time; variables, functions, aliases, the
 * working directory and options persist from block to block.
 */
export interface Session {
  /** Run a block in the session and wait for its end. Never rejects for what a block does. */
  run(request: BlockRequest): Promise<BlockResult>;
  /**
   * Start a block that goes on running while others run: in a bash of its own, which begins with this session's state of
   * now (variables, functions, aliases, options, folder) and leads a process group of its own. Its input is `/dev/null`, what
   * it changes stays its own. It ends with the session at the latest. Rejects when no such bash can be started.
   */
  startBackground(request: BackgroundRequest): Promise<BackgroundBlock>;
  /** Values of shell variables as they are now (unset ones are absent). Does not disturb `$?`, traps or options. */
  variables(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** What differs from the starting environment, as bash source that `BashSession.start` takes back. */
  save(): Promise<SavedState>;
  /** How many processes blocks have left running. */
  leftRunning(): number;
  /** Pid of the bash, for the watchdog and for messages. */
  readonly pid: number;
  readonly alive: boolean;
  /** End the bash and every process that a block left behind. Safe to call twice. */
  close(): Promise<void>;
}

export interface BlockRequest {
  /** Bash source, as written in the lesson. */
  readonly source: string;
  /** `act`: in the session itself. `check`: in a subshell of it, so that it cannot change the session's state. */
  readonly mode: "act" | "check";
  /** Infinity: none. */
  readonly timeoutMs: number;
  readonly stream: "both" | "stdout" | "stderr";
  /** Run in a second, foreground bash that owns the terminal; state is restored before and saved after. */
  readonly tty?: boolean;
  /** Ends the block as Ctrl-C does: TERM, then KILL, to its processes. The session goes on. */
  readonly signal?: AbortSignal;
  /** Output as it comes, decoded; invalid bytes are U+FFFD. Never called after the result. */
  readonly onOutput?: (text: string) => void;
  /** Default true: output past the bound goes to a file. */
  readonly spill?: boolean;
}

export interface BackgroundRequest {
  /** Bash source, as written in the lesson. */
  readonly source: string;
  /** Output as it comes, of both streams. */
  readonly onOutput?: (text: string) => void;
}

/** A block that was started and goes on. */
export interface BackgroundBlock {
  /** Its bash, which leads its process group. */
  readonly pid: number;
  /** How it ended; undefined while it runs, `interrupted` after `stop`. */
  readonly end: BlockEnd | undefined;
  /** Resolves when it has ended and none of its processes is left; never rejects. */
  readonly ended: Promise<BlockEnd>;
  /** What it has printed so far: head and tail, the rest is let go. */
  output(): BlockOutput;
  /** TERM, then KILL, to all of its processes; resolves when they are gone. Safe to call twice. */
  stop(): Promise<void>;
}

export interface BlockResult {
  readonly end: BlockEnd;
  readonly output: BlockOutput;
  readonly durationMs: number;
  /** Working directory after the block; undefined when the session died. */
  readonly cwd: string | undefined;
}

export type BlockEnd =
  /** `failedAt` names the first failing top-level command (errexit's rules, pipefail, 141 allowed). */
  | { readonly kind: "exited"; readonly status: number; readonly failedAt: FailedCommand | undefined }
  | { readonly kind: "syntax-error"; readonly message: string; readonly line: number | undefined }
  | { readonly kind: "timeout"; readonly afterMs: number; readonly sessionLost: boolean }
  | { readonly kind: "interrupted"; readonly sessionLost: boolean }
  | { readonly kind: "session-died"; readonly status: number | undefined; readonly signal: string | undefined };

export interface FailedCommand {
  /** Line within the block, from 1. */
  readonly line: number;
  readonly command: string;
  readonly status: number;
}

/** What a block printed, within a bound: head and tail are kept, the middle spills to a file. */
export interface BlockOutput {
  /** All of it when `elidedBytes` is 0; else head, then tail. */
  readonly head: string;
  readonly tail: string;
  readonly elidedBytes: number;
  readonly totalBytes: number;
  /** Where all of it is, when some was elided. */
  readonly spillPath: string | undefined;
}

export interface SavedState {
  readonly cwd: string;
  /** Bash source: declarations, functions, aliases, options. */
  readonly source: string;
  /** One clear line for each thing that could not be carried (background jobs, traps, positional parameters, limits...). */
  readonly lost: readonly string[];
  /** The variables of `source` that are plain texts, for shells that are no bash. A state from a file has none of this. */
  readonly variables?: readonly SavedVariable[];
  /** The functions of `source`. */
  readonly functions?: string;
  /** Folders that were added to PATH; where PATH itself comes from the present run they stand before it. */
  readonly folders?: readonly string[];
}

/** A variable with one value, which differs from the starting environment. */
export interface SavedVariable {
  readonly name: string;
  readonly value: string;
  readonly exported: boolean;
}
