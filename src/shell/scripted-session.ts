import type {
  BackgroundBlock,
  BackgroundRequest,
  BlockEnd,
  BlockRequest,
  BlockResult,
  SavedState,
  Session,
} from "./session.ts";

/** What a scripted block does. */
export interface ScriptedReply {
  readonly output?: string;
  readonly status?: number;
  /** Wins over `status`. */
  readonly end?: BlockEnd;
  readonly cwd?: string;
  readonly durationMs?: number;
}

/** A session that answers from a script; for tests of what uses a session. */
export class ScriptedSession implements Session {
  readonly pid = 0;
  alive = true;
  /** Every request so far, in order. */
  readonly requests: BlockRequest[] = [];
  readonly #reply: (source: string) => ScriptedReply;
  readonly #variables: ReadonlyMap<string, string>;
  #cwd: string;

  /** A source that the script does not name is an error in the test, so it throws. */
  constructor(
    script: Readonly<Record<string, ScriptedReply>> | ((source: string) => ScriptedReply),
    options: { readonly variables?: Readonly<Record<string, string>>; readonly cwd?: string } = {},
  ) {
    this.#reply = typeof script === "function" ? script : (source) => lookUp(script, source);
    this.#variables = new Map(Object.entries(options.variables ?? {}));
    this.#cwd = options.cwd ?? "/workspace";
  }

  async run(request: BlockRequest): Promise<BlockResult> {
    this.requests.push(request);
    if (!this.alive) return result({ kind: "session-died", status: undefined, signal: undefined }, "", undefined, 0);
    if (request.signal?.aborted) return result({ kind: "interrupted", sessionLost: false }, "", this.#cwd, 0);
    const reply = this.#reply(request.source);
    const end = reply.end ?? exited(request.source, reply.status ?? 0);
    const output = reply.output ?? "";
    if (output !== "") request.onOutput?.(output);
    if (end.kind === "session-died" || ("sessionLost" in end && end.sessionLost)) this.alive = false;
    if (request.mode === "act") this.#cwd = reply.cwd ?? this.#cwd;
    return result(end, output, this.alive ? this.#cwd : undefined, reply.durationMs ?? 0);
  }

  leftRunning(): number {
    return 0;
  }

  /** Goes on until it is stopped, unless the script gives it an end. */
  async startBackground({ source, onOutput }: BackgroundRequest): Promise<BackgroundBlock> {
    const { output = "", ...reply } = this.#reply(source);
    if (output !== "") onOutput?.(output);
    const end = reply.end ?? (reply.status === undefined ? undefined : exited(source, reply.status));
    return new ScriptedBackground(output, end);
  }

  async variables(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    return new Map(names.flatMap((name) => [...this.#variables].filter(([known]) => known === name)));
  }

  async save(): Promise<SavedState> {
    return { cwd: this.#cwd, source: "", lost: [] };
  }

  async close(): Promise<void> {
    this.alive = false;
  }
}

function lookUp(script: Readonly<Record<string, ScriptedReply>>, source: string): ScriptedReply {
  const reply = script[source];
  if (reply === undefined) throw new Error(`the script has no reply to: ${source}`);
  return reply;
}

function exited(source: string, status: number): BlockEnd {
  const failedAt = status === 0 ? undefined : { line: 1, command: source.split("\n")[0] ?? "", status };
  return { kind: "exited", status, failedAt };
}

function result(end: BlockEnd, text: string, cwd: string | undefined, durationMs: number): BlockResult {
  const totalBytes = Buffer.byteLength(text);
  return { end, output: { head: text, tail: "", elidedBytes: 0, totalBytes, spillPath: undefined }, durationMs, cwd };
}

/** A background block that has printed what it will print; without an `end` it runs until it is stopped. */
export class ScriptedBackground implements BackgroundBlock {
  readonly pid = 0;
  readonly ended: Promise<BlockEnd>;
  end: BlockEnd | undefined;
  readonly #output: string;
  #finish: (end: BlockEnd) => void = () => undefined;

  constructor(output: string, end: BlockEnd | undefined) {
    this.#output = output;
    this.ended = new Promise((resolve) => {
      this.#finish = resolve;
    });
    if (end !== undefined) this.finish(end);
  }

  output() {
    return result({ kind: "exited", status: 0, failedAt: undefined }, this.#output, undefined, 0).output;
  }

  finish(end: BlockEnd): void {
    this.end ??= end;
    this.#finish(this.end);
  }

  async stop(): Promise<void> {
    this.finish({ kind: "interrupted", sessionLost: false });
  }
}
