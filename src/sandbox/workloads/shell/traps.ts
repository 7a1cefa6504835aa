import { Jump, type ShellState, type Streams } from "./state.ts";

type RunText = (text: string, state: ShellState, streams: Streams) => Promise<number>;

/** Runs what the shell is to do at the signals that have come. What comes meanwhile has its turn after that. */
export async function runTraps(state: ShellState, streams: Streams, run: RunText): Promise<void> {
  const { task } = streams;
  if (task.isTrapping) return;
  task.isTrapping = true;
  try {
    for (let name = task.pending.shift(); name !== undefined; name = task.pending.shift()) {
      const text = task.traps.get(name);
      if (!text) continue;
      const { status } = state;
      await run(text, state, streams);
      state.status = status;
    }
  } finally {
    task.isTrapping = false;
  }
}

/** Runs the trap of a shell's end, once; what that does not say stays the status. */
export async function runExitTrap(status: number, state: ShellState, streams: Streams, run: RunText): Promise<number> {
  const text = streams.task.traps.get("EXIT");
  if (!text) return status;
  streams.task.traps.delete("EXIT");
  state.status = status;
  try {
    await run(text, state, streams);
  } catch (error) {
    if (!(error instanceof Jump)) throw error;
    if (error.kind === "exit") return error.value;
  }
  return status;
}
