import { setMaxListeners } from "node:events";
import type { Machine, RunningProcess } from "../machine.ts";
import { Failure, Killed } from "../process.ts";
import { HARMLESS, SIGNALS } from "./signals.ts";

/** More processes than this a container does not get. */
const MAX_PROCESSES = 256;
const FIRST_PID = 7;
const lastPids = new WeakMap<Machine, number>();

interface Parent {
  readonly signal: AbortSignal;
  readonly pid: number;
  readonly group: number;
  readonly root?: AbortSignal;
}

/** One process of a container: it has a number, can be told to end, and may have its own answer to that. */
export class Task implements RunningProcess {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** The life of the first of them all: what runs in the background outlives the one that started it. */
  readonly root: AbortSignal;
  words: readonly string[];
  readonly startedAt: number;
  /** What a shell does at a signal; an empty text ignores it. */
  readonly traps = new Map<string, string>();
  /** Signals that came and have a trap; the shell looks between its commands. */
  readonly pending: string[] = [];
  /** Whether a trap runs now. */
  isTrapping = false;
  isInteractive = false;
  readonly #machine: Machine;
  readonly #abort = new AbortController();
  readonly #detach: () => void;
  readonly #wakers = new Set<() => void>();

  /** Throws a `Failure` when the container has too many. A group of its own where that is asked for. */
  constructor(
    machine: Machine,
    words: readonly string[],
    parent?: Parent,
    own: { pid?: number; group?: boolean } = {},
  ) {
    if (machine.processes.size >= MAX_PROCESSES) throw new Failure("can't fork: Resource temporarily unavailable", 2);
    this.pid = own.pid ?? Math.max(lastPids.get(machine) ?? FIRST_PID - 1, FIRST_PID - 1) + 1;
    if (own.pid === undefined) lastPids.set(machine, this.pid);
    this.parent = parent?.pid ?? 0;
    this.group = parent && own.group !== true ? parent.group : this.pid;
    this.root = parent?.root ?? this.#abort.signal;
    // As many listen as the process has children.
    setMaxListeners(0, this.#abort.signal);
    this.words = words;
    this.startedAt = machine.now();
    this.#machine = machine;
    machine.processes.set(this.pid, this);
    const outer = parent?.signal;
    const stop = (): void => this.#abort.abort(outer?.reason);
    outer?.addEventListener("abort", stop, { once: true });
    if (outer?.aborted) stop();
    this.#detach = () => outer?.removeEventListener("abort", stop);
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** A signal has come; the code is 128 and its number. */
  kill(code: number): void {
    const name = SIGNALS[code - 128] ?? "TERM";
    // The kernel keeps from a container's first process what it has no answer to, even KILL: pid_namespaces(7).
    if (this.pid === 1 && !this.traps.get(name)) return;
    const isFinal = name === "KILL";
    const trap = this.traps.get(name);
    if (isFinal || (trap === undefined && !HARMLESS.has(name) && !this.#shrugs(name))) {
      this.#abort.abort(new Killed(code));
    } else if (trap) {
      // A signal that waits already does not wait twice.
      if (!this.pending.includes(name)) this.pending.push(name);
      for (const wake of [...this.#wakers]) wake();
    }
  }

  #shrugs(name: string): boolean {
    return this.isInteractive && (name === "TERM" || name === "INT" || name === "QUIT");
  }

  /** Calls this when a signal with a trap comes; gives what takes it back. */
  onPending(listener: () => void): () => void {
    this.#wakers.add(listener);
    return () => void this.#wakers.delete(listener);
  }

  /** The process is no more: neither is what it had started and did not wait for, where `alone` does not say otherwise. */
  end({ alone = false } = {}): void {
    if (this.#machine.processes.get(this.pid) === this) this.#machine.processes.delete(this.pid);
    this.#detach();
    if (!alone) this.#abort.abort(new Killed(129));
  }
}
