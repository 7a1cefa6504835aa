import { Input, Killed } from "../process.ts";
import { complain } from "./complaints.ts";
import { copyState, type Job, type ShellState, type Streams } from "./state.ts";
import { Task } from "./task.ts";

/** Runs something behind the shell's back: `&`. */
export async function startJob(
  text: string,
  state: ShellState,
  streams: Streams,
  run: (state: ShellState, streams: Streams) => Promise<number>,
): Promise<void> {
  const task = new Task(
    state.machine,
    text.split(/\s+/),
    { ...taskParent(streams), signal: streams.task.root },
    { group: state.isInteractive },
  );
  const descriptors = new Map(streams.descriptors);
  // What runs behind reads nothing from the terminal, or from a script's own input.
  if (!state.isInteractive) descriptors.set(0, { input: new Input(undefined, task.signal) });
  const own = { ...copyState(state), isScript: true };
  const done = runAs(task, () => run(own, { ...streams, descriptors, task, signal: task.signal }));
  const job: Job = { task, text, done, status: undefined };
  void done.then((status) => {
    job.status = status;
  });
  state.jobs.push(job);
  state.lastJob = task.pid;
  state.status = 0;
  if (state.isInteractive && state.dialect === "bash") await complain(streams, `[${state.jobs.length}] ${task.pid}\n`);
}

/** Runs a process to its end. When somebody kills it, and not the one that waits, that is its status. */
export async function runAs(task: Task, run: () => Promise<number>, outer?: AbortSignal): Promise<number> {
  try {
    return await run();
  } catch (error) {
    // Who is out of memory takes the whole container along: the kubelet sets `memory.oom.group`.
    if (error instanceof Killed && error.reason === undefined && outer?.aborted !== true) return error.code;
    throw error;
  } finally {
    task.end();
  }
}

export function taskParent({ signal, task }: Streams): {
  signal: AbortSignal;
  pid: number;
  group: number;
  root: AbortSignal;
} {
  return { signal, pid: task.pid, group: task.group, root: task.root };
}

/** Waits for jobs, or for a signal that has a trap: then the code is the signal's. */
export async function waitFor(jobs: readonly Job[], { task, signal }: Streams, isAny = false): Promise<number> {
  if (task.pending.length > 0) return 143;
  let stopListening = (): void => {};
  const interrupted = new Promise<number>((resolve, reject) => {
    const wake = task.onPending(() => resolve(128 + 15));
    const killed = (): void => reject(signal.reason instanceof Killed ? signal.reason : new Killed());
    signal.addEventListener("abort", killed, { once: true });
    if (signal.aborted) killed();
    stopListening = () => {
      wake();
      signal.removeEventListener("abort", killed);
    };
  });
  const all = jobs.map((one) => one.done);
  const wanted = isAny ? Promise.race(all) : Promise.all(all).then((statuses) => statuses.at(-1) ?? 0);
  try {
    return await Promise.race([wanted, interrupted]);
  } finally {
    stopListening();
  }
}

/** The job that `%1`, `%%` or a number means. */
export function findJob(state: ShellState, word: string): Job | undefined {
  if (word === "%%" || word === "%+" || word === "%") return state.jobs.at(-1);
  if (word === "%-") return state.jobs.at(-2) ?? state.jobs.at(-1);
  if (word.startsWith("%"))
    return state.jobs[Number(word.slice(1)) - 1] ?? state.jobs.find((one) => one.text.startsWith(word.slice(1)));
  return state.jobs.find((one) => String(one.task.pid) === word);
}

/** A job as `jobs` and prompts tell it. */
export function describeJob(state: ShellState, job: Job): string {
  const number = state.jobs.indexOf(job) + 1;
  const mark = job === state.jobs.at(-1) ? "+" : job === state.jobs.at(-2) ? "-" : " ";
  const isRunning = job.status === undefined;
  const words = isRunning
    ? "Running"
    : job.status === 0
      ? "Done"
      : job.status === 143
        ? "Terminated"
        : `Done(${job.status})`;
  return `[${number}]${mark}  ${words.padEnd(24)}${job.text}${isRunning ? " &" : ""}\n`;
}
