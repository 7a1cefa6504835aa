import type { Background, Command } from "../lesson/index.ts";
import type { BackgroundBlock, BlockEnd, Session } from "../shell/index.ts";
import { formatDuration } from "../text/index.ts";
import { excerpt } from "./excerpt.ts";
import { judgeEnd } from "./judge.ts";
import type { RunPorts } from "./ports.ts";
import { type Probe, probeOf } from "./readiness.ts";
import type { StepVerdict } from "./verdict.ts";

/** What a block that ended when no step was left is reported as. */
export const BACKGROUNDS_STEP = "background";
const LOOK_EVERY_MS = 100;
/** Looks until what is taken is said to be: the block of a program that was killed may be ending at this moment. */
const LOOKS_BEFORE = 20;

interface Running {
  readonly command: Command;
  readonly name: string;
  readonly block: BackgroundBlock;
}

/** Where a block is begun: a step's context. */
interface Surroundings {
  readonly step: string;
  readonly session: Session;
  readonly ports: RunPorts;
  readonly signal: AbortSignal;
}

/** What is left of a background block when it has been begun: its verdict, and what it printed up to here. */
export interface Begun {
  readonly verdict: StepVerdict;
  readonly block: BackgroundBlock | undefined;
}

/** The background blocks of one lesson that run: begun by a block, waited for, stopped by a block or at the end. */
export class Backgrounds {
  readonly #lesson: string;
  readonly #ports: Pick<RunPorts, "clock" | "emit">;
  readonly #running = new Map<string, Running>();

  constructor(lesson: string, ports: Pick<RunPorts, "clock" | "emit">) {
    this.#lesson = lesson;
    this.#ports = ports;
  }

  /** The commands whose blocks run, in the order in which they began. */
  get commands(): readonly Command[] {
    return [...this.#running.values()].map(({ command }) => command);
  }

  /** Asked after each step: most lessons have none. */
  get isEmpty(): boolean {
    return this.#running.size === 0;
  }

  /**
   * Begin a block and wait until it is ready. The same block that runs (its step is run again) is stopped first; another
   * one of its name is not: two variants of which both conditions hold are a mistake that must be seen.
   */
  async begin(context: Surroundings, command: Command, background: Background): Promise<Begun> {
    const { place } = command;
    const { ports, session, signal } = context;
    const broken = (reason: string): StepVerdict => ({
      kind: "background-ended",
      name: background.name,
      reason,
      place,
    });
    const other = this.#running.get(background.name)?.command;
    if (other !== undefined && isAnother(other, command)) {
      const reason = `was not started: the block of line ${other.place.line} runs under this name already`;
      return { verdict: broken(reason), block: undefined };
    }
    await this.stop(background.name);
    if (signal.aborted) return { verdict: { kind: "interrupted", place }, block: undefined };
    if (!session.alive) return { verdict: sessionDied(command), block: undefined };
    const probe = background.ready === undefined ? undefined : await probeOf(background.ready, session);
    if (probe !== undefined && "reason" in probe) return { verdict: broken(probe.reason), block: undefined };
    if (probe?.taken !== undefined) {
      // What answers before the block began is not the block.
      const before = await isTaken(probe, context);
      if (signal.aborted) return { verdict: { kind: "interrupted", place }, block: undefined };
      if (before) return { verdict: broken(`was not started: ${probe.taken} already`), block: undefined };
    }
    if (!session.alive) return { verdict: sessionDied(command), block: undefined };
    let heard = true;
    const about = { type: "output", lesson: this.#lesson, step: context.step } as const;
    const block = await session.startBackground({
      source: command.source,
      onOutput: (text) => {
        probe?.push(text);
        if (heard) ports.emit({ ...about, text });
      },
    });
    const verdict = await this.#wait(context, command, background, probe, block);
    heard = false;
    if (verdict.kind === "pass") this.#running.set(background.name, { command, name: background.name, block });
    else await block.stop();
    return { verdict, block };
  }

  /** Stop a block, where it runs. One that has ended at this very moment ended as it should. */
  async stop(name: string): Promise<void> {
    const running = this.#running.get(name);
    if (running === undefined) return;
    this.#running.delete(name);
    await running.block.stop();
    this.#tell(running, "stopped");
  }

  /** Stop all, newest first; the verdict on those that had ended by themselves before. */
  async stopAll(): Promise<StepVerdict | undefined> {
    const early = await this.endedByThemselves();
    for (const name of [...this.#running.keys()].toReversed()) await this.stop(name);
    return early;
  }

  /** The verdict on blocks that ended although nothing stopped them; each is told once. */
  async endedByThemselves(): Promise<StepVerdict | undefined> {
    if (this.isEmpty) return undefined;
    // What has happened by now is known after a turn of the event loop.
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    let first: StepVerdict | undefined;
    for (const running of this.#running.values()) {
      const verdict = this.#endedByItself(running);
      first ??= verdict;
    }
    return first;
  }

  #endedByItself(running: Running): StepVerdict | undefined {
    const { block, command, name } = running;
    if (block.end === undefined) return undefined;
    this.#running.delete(name);
    this.#tell(running, "by-itself");
    const reason = `${describeEnd(block.end)}, although nothing stopped it`;
    return { kind: "background-ended", name, reason, place: command.place };
  }

  #tell({ command, name, block }: Running, how: "stopped" | "by-itself"): void {
    const { end } = block;
    this.#ports.emit({
      type: "background-end",
      at: this.#ports.clock.now(),
      lesson: this.#lesson,
      name,
      place: command.place,
      how,
      status: end?.kind === "exited" ? end.status : undefined,
      output: excerpt(block.output()),
    });
  }

  async #wait(
    { ports, session, signal }: Surroundings,
    command: Command,
    { name }: Background,
    probe: Probe | undefined,
    block: BackgroundBlock,
  ): Promise<StepVerdict> {
    const { place, timeoutMs } = command;
    const { clock } = ports;
    const began = clock.now();
    const broken = (reason: string): StepVerdict => ({ kind: "background-ended", name, reason, place });
    for (;;) {
      const isReady = probe === undefined || (await probe.look(session, signal));
      if (signal.aborted) return { kind: "interrupted", place };
      if (!session.alive) return sessionDied(command);
      // Looked at last: a block that ended made nothing ready, whoever answers.
      if (block.end !== undefined) return judgeEarlyEnd(command, block.end, broken);
      if (isReady === true) return { kind: "pass" };
      if (isReady !== false) return broken(`cannot be waited for: ${isReady.reason}`);
      if (clock.now() - began >= timeoutMs) {
        return broken(`was not ready within ${formatDuration(timeoutMs)}: ${probe?.missing ?? ""}`);
      }
      await clock.sleep(LOOK_EVERY_MS, signal);
    }
  }
}

/** Not the same block, either moved or mended since it was begun. */
function isAnother(a: Command, b: Command): boolean {
  return a.source !== b.source && a.place.offset !== b.place.offset;
}

async function isTaken(probe: Probe, { session, signal, ports }: Surroundings): Promise<boolean> {
  for (let looks = 1; (await probe.look(session, signal)) === true; looks += 1) {
    if (looks === LOOKS_BEFORE || signal.aborted) return true;
    await ports.clock.sleep(LOOK_EVERY_MS, signal);
  }
  return false;
}

function sessionDied({ place }: Command): StepVerdict {
  return { kind: "session-died", status: undefined, signal: undefined, place };
}

function judgeEarlyEnd(command: Command, end: BlockEnd, broken: (reason: string) => StepVerdict): StepVerdict {
  if (end.kind === "syntax-error") return judgeEnd(command, end) ?? broken(describeEnd(end));
  return broken(`${describeEnd(end)} before it was ready`);
}

function describeEnd(end: BlockEnd): string {
  switch (end.kind) {
    case "exited":
      return `ended with status ${end.status}${end.failedAt === undefined ? "" : ` at \`${end.failedAt.command}\``}`;
    case "session-died":
      return end.signal === undefined ? "ended" : `was ended by ${end.signal}`;
    case "syntax-error":
      return `is not valid bash (${end.message})`;
    case "timeout":
    case "interrupted":
      return "was ended";
  }
}
