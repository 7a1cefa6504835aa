import { BrokenPipe, ByteQueue } from "../../bytes/index.ts";
import { breathe, Failure, Input, inWords, Killed } from "../process.ts";
import { complain, complaint, syntaxComplaint } from "./complaints.ts";
import { runKind } from "./compound.ts";
import { runAs, startJob, taskParent } from "./jobs.ts";
import { lineReader } from "./parse.ts";
import { applyRedirects, withRedirects } from "./redirect.ts";
import { type Captures, scopeOf } from "./scope.ts";
import { copyState, Jump, type ShellState, type Streams } from "./state.ts";
import { type AndOr, type Command, type List, type Pipeline, ShellSyntaxError } from "./syntax.ts";
import { Task } from "./task.ts";
import { runExitTrap, runTraps } from "./traps.ts";

const MAX_CAPTURE = 16 * 1024 * 1024;

/** Runs a program's text to its end, in this shell. Throws `Jump` for `exit`. */
export async function runText(text: string, state: ShellState, streams: Streams): Promise<number> {
  const next = lineReader(text, state.dialect, state.aliases);
  let status = 0;
  for (;;) {
    let list: List | undefined;
    try {
      list = next();
    } catch (thrown) {
      const error = thrown instanceof RangeError ? new ShellSyntaxError("nested too deeply") : thrown;
      if (!(error instanceof ShellSyntaxError)) throw error;
      await complain(streams, syntaxComplaint(state, error));
      state.status = 2;
      if (!state.isInteractive) throw new Jump("exit", 2);
      return 2;
    }
    if (list === undefined) return status;
    status = await runList(list, state, streams);
  }
}

async function runList(list: List, state: ShellState, streams: Streams): Promise<number> {
  for (const { pipelines, isBackground, text } of list.items) {
    await breathe(streams.signal);
    if (streams.task.pending.length > 0) await runTraps(state, streams, runText);
    if (!isBackground) state.status = await runAndOr(pipelines, state, streams);
    else {
      await guarded(state, streams, async () => {
        await startJob(text, state, streams, (own, all) => subshell(own, all, () => runAndOr(pipelines, own, all)));
        return 0;
      });
    }
  }
  await breathe(streams.signal);
  if (streams.task.pending.length > 0) await runTraps(state, streams, runText);
  return state.status;
}

async function runAndOr({ first, rest }: AndOr, state: ShellState, streams: Streams): Promise<number> {
  let status = await runPipeline(first, state, streams, rest.length > 0);
  let last = first;
  let isTested = rest.length > 0;
  for (const [index, { operator, pipeline }] of rest.entries()) {
    state.status = status;
    if ((status === 0) !== (operator === "&&")) continue;
    isTested = index < rest.length - 1;
    status = await runPipeline(pipeline, state, streams, isTested);
    last = pipeline;
  }
  if (status !== 0 && !isTested && !last.isNegated && state.options.has("errexit")) throw new Jump("exit", status);
  return status;
}

/** What is tested by `&&`, `||` or `!` may fail inside as it likes. */
async function runPipeline(
  pipeline: Pipeline,
  state: ShellState,
  streams: Streams,
  isTested: boolean,
): Promise<number> {
  const had = (isTested || pipeline.isNegated) && state.options.delete("errexit");
  const startedAt = performance.now();
  try {
    const [only, ...more] = pipeline.commands;
    if (only === undefined) return 0;
    const status =
      more.length === 0 ? await runCommand(only, state, streams) : await runPipes(pipeline, state, streams);
    if (pipeline.isTimed) await complain(streams, times(performance.now() - startedAt, state));
    return pipeline.isNegated ? (status === 0 ? 1 : 0) : status;
  } finally {
    if (had) state.options.add("errexit");
  }
}

function times(ms: number, { dialect }: ShellState): string {
  const seconds = ms / 1000;
  const whole = `${Math.floor(seconds / 60)}m${(seconds % 60).toFixed(dialect === "bash" ? 3 : 2)}s`;
  const none = `0m0.${dialect === "bash" ? "000" : "00"}s`;
  return `${dialect === "bash" ? "\n" : ""}real\t${whole}\nuser\t${none}\nsys\t${none}\n`;
}

/** Every command in a shell of its own, all at once. */
async function runPipes({ commands }: Pipeline, state: ShellState, streams: Streams): Promise<number> {
  const pipes = commands.slice(1).map(() => new ByteQueue(64 * 1024));
  const statuses = await Promise.all(
    commands.map(async (command, index) => {
      const before = pipes[index - 1];
      const after = pipes[index];
      try {
        return await guarded(state, streams, () =>
          forked(state, streams, (own, all) => {
            if (before) all.descriptors.set(0, { input: new Input(before, all.signal) });
            if (after) all.descriptors.set(1, { output: (chunk) => after.write(Buffer.from(chunk)) });
            return runCommand(command, own, all);
          }),
        );
      } finally {
        after?.end();
        await before?.return();
      }
    }),
  );
  state.arrays.delete("PIPESTATUS");
  if (state.dialect === "bash")
    state.arrays.set("PIPESTATUS", new Map(statuses.map((one, index) => [String(index), String(one)])));
  const failed = statuses.findLast((one) => one !== 0) ?? 0;
  return state.options.has("pipefail") ? failed : (statuses.at(-1) ?? 0);
}

/** Runs something in a copy of the shell, as a process of its own. */
async function forked(
  state: ShellState,
  streams: Streams,
  run: (state: ShellState, streams: Streams) => Promise<number>,
): Promise<number> {
  const task = new Task(state.machine, streams.task.words, taskParent(streams));
  for (const [name, text] of streams.task.traps) if (text === "") task.traps.set(name, "");
  const own = copyState(state);
  const all = { ...streams, descriptors: new Map(streams.descriptors), task, signal: task.signal };
  return runAs(task, () => subshell(own, all, () => run(own, all)), streams.signal);
}

/** Ends what was to be left at a subshell's border. */
async function subshell(state: ShellState, streams: Streams, run: () => Promise<number>): Promise<number> {
  let status: number;
  try {
    status = await run();
  } catch (error) {
    if (error instanceof BrokenPipe) return 141;
    if (!(error instanceof Jump)) throw error;
    status = error.kind === "exit" || error.kind === "return" ? error.value : state.status;
  }
  return runExitTrap(status, state, streams, runText);
}

async function runCommand(command: Command, state: ShellState, streams: Streams): Promise<number> {
  return guarded(state, streams, async () => {
    const scope = scopeOf(state, streams, CAPTURES);
    if (isBareExec(command)) {
      await applyRedirects(streams.descriptors, command.redirects, state, streams, scope);
      return 0;
    }
    return withRedirects(command.redirects, state, streams, scope, (own) =>
      runKind(command, state, own, {
        list: runList,
        command: runCommand,
        text: runText,
        forked,
        scope: (one, all) => scopeOf(one, all, CAPTURES),
      }),
    );
  });
}

/** `exec 3> file` changes the shell's own descriptors. */
function isBareExec(command: Command): boolean {
  if (command.kind !== "simple" || command.words.length !== 1) return false;
  const [part, ...more] = command.words[0] ?? [];
  return part?.kind === "text" && part.text === "exec" && more.length === 0;
}

/** What fails in the shell itself is told; some faults end a script. */
async function guarded(state: ShellState, streams: Streams, run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (thrown) {
    const error = inWords(thrown);
    if (!(error instanceof Failure)) throw error;
    if (error.message !== "") await complain(streams, `${complaint(state)}${error.message}\n`);
    const code = error.code === 2 && state.dialect === "bash" ? 1 : error.code;
    if (error.isFatal && !state.isInteractive) throw new Jump("exit", code);
    return code;
  }
}

const CAPTURES: Captures = {
  capture: async (body, state, streams) => {
    const chunks: Buffer[] = [];
    let size = 0;
    state.substituted = await forked(state, streams, (own, all) => {
      const output = async (chunk: string | Buffer): Promise<void> => {
        await breathe(all.signal);
        const bytes = Buffer.from(chunk);
        size += bytes.length;
        if (size > MAX_CAPTURE) throw new Killed(137);
        chunks.push(bytes);
      };
      all.descriptors.set(1, { output });
      return runList(body, own, all);
    });
    return Buffer.concat(chunks).toString().replaceAll("\0", "");
  },
  file: async (body, state, streams) => {
    const text = await CAPTURES.capture(body, state, streams);
    const path = `/dev/fd/${63 - state.machine.files.list("/dev/fd").size}`;
    state.machine.files.write(path, Buffer.from(text));
    return path;
  },
};
