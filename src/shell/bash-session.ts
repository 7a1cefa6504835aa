import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { EnvironmentError } from "../diagnostics/index.ts";
import { random } from "../files/index.ts";
import { BashBackground } from "./background-block.ts";
import { Block } from "./block.ts";
import { Driver } from "./driver.ts";
import { ANSWER_MS, awaitExit, endAll, endBlock } from "./ending.ts";
import { Patience } from "./patience.ts";
import { NONCE_VARIABLE, Roster, uptimeBefore } from "./processes.ts";
import { type ControlRecord, encodeRequest, mayReachTraps, type RequestMode } from "./protocol.ts";
import { pairsIn, Question } from "./question.ts";
import { readState, TRANSIENT_NAMES } from "./saved-state.ts";
import type {
  BackgroundBlock,
  BackgroundRequest,
  BlockEnd,
  BlockRequest,
  BlockResult,
  SavedState,
  Session,
} from "./session.ts";
import { Watchdog } from "./watchdog.ts";

/** All that does not go from one bash of a run to another of the same run. */
const OWN_NAMES: readonly string[] = [NONCE_VARIABLE];

export interface BashSessionOptions {
  /** The complete environment of the session; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** Where too long output goes; made when first needed. `close` removes the files: who wants one renames it before. */
  readonly spillDir: string;
  /** The bash to run; default: the first on the PATH of this program. */
  readonly bash?: string;
  readonly restore?: SavedState;
  /** Default true: clean up when this program is killed. */
  readonly watchdog?: boolean;
  /** A folder that nobody removes any more when this program is killed: the watchdog does. */
  readonly temporary?: string;
  /** Names that `save` leaves out; default `TRANSIENT_NAMES`. */
  readonly transient?: readonly string[];
}

/** The real session: a bash of its own, apart from the terminal. */
export class BashSession implements Session {
  readonly #options: BashSessionOptions;
  readonly #env: Readonly<Record<string, string>>;
  readonly #roster: Roster;
  #watchdog: Watchdog | undefined;
  /** When it began, in the system's own count: a process that is older is not one of ours. */
  readonly #since = uptimeBefore(0);
  #driver: Driver | undefined;
  #block: Block | undefined;
  readonly #question = new Question();
  #queue: Promise<unknown> = Promise.resolve();
  /** Begins anywhere: a block that writes a report of its own does not know its number. */
  #sequence = random(3).readUIntBE(0, 3);
  #trapsReached = false;
  readonly #patience = new Patience({
    watch: (isWatched) => this.#driver?.watch(isWatched),
    stop: (block) => this.#stop(block, "timeout"),
  });
  #signal: AbortSignal | undefined;
  readonly #interrupt = (): void => {
    if (this.#block !== undefined) this.#stop(this.#block, "interrupted");
  };
  #closing: Promise<void> | undefined;
  readonly #spilled: string[] = [];
  readonly #backgrounds = new Set<BackgroundBlock>();
  #begun = 0;
  #died: { status: number | undefined; signal: string | undefined } | undefined;

  private constructor(options: BashSessionOptions, roster: Roster) {
    this.#options = options;
    this.#roster = roster;
    const { BASH_ENV: _bashEnv, ENV: _env, ...env } = options.env;
    this.#env = env;
  }

  /** Start a session. Throws EnvironmentError when bash cannot be started. */
  static async start(options: BashSessionOptions): Promise<BashSession> {
    return BashSession.#start(options, new Roster(random(12).toString("hex")), options.watchdog ?? true, false);
  }

  static async #start(
    options: BashSessionOptions,
    roster: Roster,
    watchdog: boolean,
    terminal: boolean,
  ): Promise<BashSession> {
    const session = new BashSession(options, roster);
    try {
      const folder = terminal ? undefined : mkdtempSync(path.join(tmpdir(), "learn-istio-"));
      session.#driver = await Driver.start(
        {
          folder,
          bash: options.bash ?? "bash",
          env: { ...session.#env, [NONCE_VARIABLE]: roster.nonce },
          cwd: options.cwd,
          terminal,
          // While bash gets ready.
          spawned: (control) => {
            if (!watchdog) return;
            const folders = [folder ?? "", options.temporary ?? ""];
            session.#watchdog = new Watchdog({ bash: options.bash ?? "bash", nonce: roster.nonce, folders, control });
          },
        },
        {
          record: (record) => session.#record(record),
          output: (bytes, asked) => session.#block?.push(bytes, asked),
          exit: (status, signal) => session.#exit(status, signal),
        },
      );
      session.#watchdog?.watch(session.pid);
      if (options.restore !== undefined) await session.#restore(options.restore);
    } catch (cause) {
      await session.close();
      throw cause;
    }
    return session;
  }

  leftRunning(): number {
    return this.alive ? this.#roster.remember(this.pid, 0).length + this.#backgrounds.size : 0;
  }

  get pid(): number {
    return this.#driver?.pid ?? 0;
  }

  get alive(): boolean {
    return this.#closing === undefined && this.#died === undefined && this.#driver?.alive === true;
  }

  run(request: BlockRequest): Promise<BlockResult> {
    return this.#inTurn(() => (request.tty === true ? this.#runOnTerminal(request) : this.#run(request)));
  }

  startBackground(request: BackgroundRequest): Promise<BackgroundBlock> {
    return this.#inTurn(() => this.#startBackground(request));
  }

  variables(names: readonly string[]): Promise<ReadonlyMap<string, string>> {
    const wanted = names.filter((name) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
    if (wanted.length === 0) return Promise.resolve(new Map());
    return this.#inTurn(async () => pairsIn((await this.#ask("V", `${wanted.join("\n")}\n`))?.before ?? []));
  }

  save(): Promise<SavedState> {
    return this.#inTurn(() => this.#save());
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  /** Requests take their turns: the driver knows one at a time. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#queue.then(work, work);
    this.#queue = result.catch(() => undefined);
    return result;
  }

  async #run(request: BlockRequest): Promise<BlockResult> {
    this.#sequence += 1;
    const block = new Block(request, this.#sequence, this.#options.spillDir);
    if (!this.alive || this.#driver === undefined) return block.result(this.#deadEnd(), undefined);
    if (request.signal?.aborted === true) return block.result({ kind: "interrupted", sessionLost: false }, undefined);
    const { foregone } = block;
    if (foregone !== undefined) return block.result(foregone, await this.#cwd());
    this.#block = block;
    this.#listenTo(request.signal);
    this.#patience.begin(block);
    this.#send(request.mode === "act" ? "B" : "C", request.source, request.stream);
    const { end, cwd } = await block.ended;
    this.#patience.end();
    // What it started and bash no longer waits for.
    if (block.stopping !== undefined) await endAll(() => this.#processesSince(block));
    // Bash writes its report after the block's output: what the pipes held when it came is taken now.
    this.#driver.drain(request.stream === "both");
    this.#block = undefined;
    const result = block.result(end, cwd);
    if (result.output.spillPath !== undefined) this.#spilled.push(result.output.spillPath);
    return result;
  }

  /** Blocks of a run share its signal: a listener for each of them would cost more than the rest of their bookkeeping. */
  #listenTo(signal: AbortSignal | undefined): void {
    if (signal === this.#signal) return;
    this.#signal?.removeEventListener("abort", this.#interrupt);
    this.#signal = signal;
    signal?.addEventListener("abort", this.#interrupt, { once: true });
  }

  /** The terminal's bash is a session of its own with this one's state, which then takes over what changed. */
  async #runOnTerminal(request: BlockRequest): Promise<BlockResult> {
    const block = new Block(request, this.#sequence, this.#options.spillDir);
    if (!this.alive) return block.result(this.#deadEnd(), undefined);
    const terminal = await BashSession.#start(await this.#asItIs(), this.#roster, false, true);
    try {
      const result = await terminal.run({ ...request, tty: false });
      if (terminal.alive) await this.#restore(await terminal.#save(OWN_NAMES));
      return result;
    } finally {
      await terminal.#leave();
    }
  }

  /** A background block's bash has a nonce of its own: what ends a block of this session leaves it alone. */
  async #startBackground(request: BackgroundRequest): Promise<BackgroundBlock> {
    const options = await this.#asItIs();
    this.#begun += 1;
    const roster = new Roster(`${this.#roster.nonce}-${this.#begun}`);
    const own = await BashSession.#start(options, roster, false, false);
    const block = new BashBackground(own, request);
    this.#watchdog?.watch(own.pid);
    this.#backgrounds.add(block);
    void block.ended.then(() => {
      this.#backgrounds.delete(block);
      this.#watchdog?.forget(own.pid);
    });
    return block;
  }

  /** How to start a bash that begins where this one stands. */
  async #asItIs(): Promise<BashSessionOptions> {
    const restore = await this.#save(OWN_NAMES);
    return { ...this.#options, cwd: restore.cwd, restore };
  }

  #send(mode: RequestMode, source: string, stream: BlockRequest["stream"]): void {
    const oldBash = /^(?:[0-3]\.|4\.0)/.test(this.#driver?.version ?? "");
    const isBlock = mode === "B" || mode === "C";
    this.#driver?.send(encodeRequest(mode, source, stream, this.#sequence, oldBash, isBlock && this.#trapsReached));
    this.#trapsReached ||= isBlock && mayReachTraps(source);
  }

  #ask(mode: "V" | "S", body: string): Promise<ControlRecord | undefined> {
    if (!this.alive) return Promise.resolve(undefined);
    this.#sequence += 1;
    return this.#question.ask(
      () => this.#send(mode, body, "both"),
      () => this.#driver?.signal("SIGKILL"),
      ANSWER_MS * 5,
    );
  }

  async #cwd(): Promise<string | undefined> {
    return (await this.#ask("V", "PWD\n"))?.before[1];
  }

  async #save(transient = this.#options.transient ?? TRANSIENT_NAMES): Promise<SavedState> {
    const record = await this.#ask("S", "");
    if (record === undefined) throw new EnvironmentError("the session ended before its state could be saved");
    return readState(record.before, { env: this.#env, transient, limits: this.#driver?.limits ?? "" });
  }

  async #restore(state: SavedState): Promise<void> {
    // Line by line and past failures: one variable that cannot be set (readonly) must not lose the others.
    const source = `shopt -s expand_aliases\n${state.source}`;
    await this.#run({ source: `{ ${source}\n} >/dev/null 2>&1 || :`, mode: "act", timeoutMs: 10_000, stream: "both" });
  }

  #record(record: ControlRecord): void {
    if (record.type === "V" || record.type === "P") this.#question.answer(record);
    else this.#block?.record(record);
  }

  #exit(status: number | undefined, signal: string | undefined): void {
    this.#died = { status, signal };
    this.#driver?.drain();
    this.#question.answer(undefined);
    this.#block?.finish(this.#block.stopping === undefined ? this.#deadEnd() : this.#block.stopped(true), undefined);
  }

  #deadEnd(): BlockEnd {
    return { kind: "session-died", status: this.#died?.status, signal: this.#died?.signal };
  }

  /** End a block's processes: TERM, then KILL; then bash itself when it does not answer. */
  #stop(block: Block, why: "timeout" | "interrupted"): void {
    if (block.stopping !== undefined || block.isOver) return;
    block.stopping = why;
    void endBlock(block, this.#driver, () => this.#processesSince(block));
  }

  #processesSince(block: Block): number[] {
    return this.#roster.list(this.pid, uptimeBefore(performance.now() - block.startedAt));
  }

  async #close(): Promise<void> {
    const driver = this.#driver;
    this.#listenTo(undefined);
    const backgrounds = Promise.all([...this.#backgrounds].map((block) => block.stop()));
    let older: ReadonlySet<string> | undefined;
    if (driver?.alive === true) {
      const found = this.#roster.remember(driver.pid, this.#since);
      this.#watchdog?.remember(found);
      if (this.#block !== undefined) driver.signal("SIGKILL");
      else older = await this.#quit(driver);
    }
    if (driver !== undefined) {
      await endAll(() => {
        const found = this.#roster.list(driver.pid, this.#since, older);
        older = undefined;
        return found;
      });
    }
    await backgrounds;
    this.#patience.close();
    driver?.dispose();
    this.#watchdog?.dismiss();
    for (const file of this.#spilled) rmSync(file, { force: true });
  }

  /** End a terminal's bash; the processes that carry the nonce are its parent session's. */
  async #leave(): Promise<void> {
    this.#roster.remember(this.pid, this.#since);
    if (this.#driver?.alive === true) await this.#quit(this.#driver);
    this.#patience.close();
    this.#driver?.dispose();
  }

  #quit(driver: Driver): Promise<ReadonlySet<string> | undefined> {
    this.#send("Q", "", "both");
    return awaitExit(driver, this.#since);
  }
}
