import type { Exit, ProcessIo } from "../api/index.ts";
import { BrokenPipe } from "../bytes/index.ts";
import { absolute } from "./container/files.ts";
import type { Machine } from "./machine.ts";
import { Failure, Input, Killed } from "./process.ts";
import { dialectOf } from "./shell/dialect.ts";
import { runText } from "./shell/interpret.ts";
import { ended, runFile } from "./shell/launch.ts";
import type { Descriptor, Play, ShellState } from "./shell/state.ts";
import { Task } from "./shell/task.ts";
import { LineTerminal } from "./shell/terminal.ts";
import { problemOf } from "./simulated.ts";

/** How a process is started in a container. */
export interface Start {
  readonly machine: Machine;
  readonly env: ReadonlyMap<string, string>;
  readonly workdir: string;
  readonly words: readonly string[];
  /** 1 for the container's own; another is only what it would be if nothing else had run. */
  readonly pid: number;
  /** Undefined: what the container lacks is missing. */
  readonly play?: Play | undefined;
}

/** Whether the container has this command: what the runtime looks at before anything else. */
export function refusal({ machine, env, workdir, words }: Omit<Start, "pid" | "play">): string | undefined {
  return problemOf(words[0] ?? "", machine.files, env.get("PATH"), workdir);
}

/** Runs a command in a container to its end. */
export async function runIn(start: Start, io: ProcessIo): Promise<Exit> {
  const { machine, words, pid } = start;
  const why = refusal(start);
  const played = why === undefined ? undefined : start.play?.(words, io.signal);
  if (played !== undefined) return { code: await played };
  if (why !== undefined)
    return {
      failure: `OCI runtime exec failed: exec failed: unable to start container process: exec: "${words[0]}": ${why}`,
    };
  if (pid === 1) machine.processes.delete(1);
  const abort = new AbortController();
  const stop = (): void => abort.abort(new Killed(129));
  io.signal.addEventListener("abort", stop);
  if (io.signal.aborted) stop();
  let task: Task | undefined;
  try {
    task = new Task(
      machine,
      words,
      { signal: abort.signal, pid: 0, group: 0 },
      { group: true, ...(pid === 1 ? { pid } : {}) },
    );
    return { code: await launch(start, io, task) };
  } catch (error) {
    if (error instanceof Killed) return { code: error.code, ...(error.reason && { reason: error.reason }) };
    if (error instanceof BrokenPipe) return { code: 141 };
    if (error instanceof Failure) return { code: error.code };
    // What stands too deep in itself is the script's mistake, not ours.
    if (error instanceof RangeError) return { code: 2 };
    throw error;
  } finally {
    io.signal.removeEventListener("abort", stop);
    // Whatever it left running in the background ends with it.
    task?.end();
  }
}

async function launch({ machine, env, workdir, words, play }: Start, io: ProcessIo, task: Task): Promise<number> {
  const { signal } = task;
  const [name = "", ...args] = words;
  const terminal = io.tty && io.stdout ? new LineTerminal(io.stdout) : undefined;
  terminal?.onInterrupt(() => task.kill(130));
  if (terminal && io.stdin) void terminal.follow(io.stdin).catch(() => {});
  const descriptors = terminal ? terminalDescriptors(terminal, io, signal) : plainDescriptors(io, signal);
  const variables = new Map(env);
  if (!variables.has("HOME")) variables.set("HOME", machine.image.uid === 0 ? "/root" : `/home/${machine.image.user}`);
  if (io.tty && !variables.has("TERM")) variables.set("TERM", "xterm");
  const cwd = absolute("/", workdir);
  const state: ShellState = {
    name,
    machine,
    dialect: dialectOf(machine.image, "sh"),
    variables,
    arrays: new Map(),
    keyed: new Set(),
    constants: new Set(),
    exported: new Set(variables.keys()),
    functions: new Map(),
    aliases: new Map(),
    options: new Set(),
    jobs: [],
    locals: [],
    positional: [],
    cwd,
    status: 0,
    substituted: 0,
    lastJob: 0,
    depth: 0,
    line: 0,
    umask: 0o022,
    pid: task.pid,
    isInteractive: false,
    isScript: false,
    play,
  };
  const streams = { signal, descriptors, terminal, task };
  return ended(runFile({ name, args, state, streams, assigned: [], run: runText, replaces: true }));
}

function plainDescriptors(io: ProcessIo, signal: AbortSignal): Map<number, Descriptor> {
  const sink = (write: ProcessIo["stdout"]): Descriptor => ({
    output: async (chunk) => {
      await write?.(Buffer.from(chunk));
    },
  });
  return new Map<number, Descriptor>([
    [0, { input: new Input(io.stdin, signal) }],
    [1, sink(io.stdout)],
    [2, sink(io.stderr)],
  ]);
}

function terminalDescriptors(terminal: LineTerminal, io: ProcessIo, signal: AbortSignal): Map<number, Descriptor> {
  const screen: Descriptor = { output: (chunk) => terminal.output(chunk), isTty: true };
  return new Map<number, Descriptor>([
    [0, { input: new Input(io.stdin ? terminal.lines : undefined, signal), isTty: true }],
    [1, screen],
    [2, screen],
  ]);
}
