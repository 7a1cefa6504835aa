import { breathe, Failure, Input, type Output, type Process, type Program, runProgram } from "../process.ts";
import { programNamed } from "../programs/index.ts";
import { complain, complaint, notFound } from "./complaints.ts";
import { dialectOf } from "./dialect.ts";
import { findCommand } from "./find-command.ts";
import { runAs, taskParent } from "./jobs.ts";
import { type Run, runScript, runShell } from "./session.ts";
import { copyState, type Descriptor, Jump, type ShellState, type Streams } from "./state.ts";
import { Task } from "./task.ts";

/** So often a process may become another one: each remembers the one before it. */
const MAX_REPLACED = 1000;

export interface Launch {
  readonly name: string;
  readonly args: readonly string[];
  readonly state: ShellState;
  readonly streams: Streams;
  /** Variables for this command alone. */
  readonly assigned: readonly (readonly [string, string])[];
  readonly run: Run;
  /** The process that runs becomes this one: `exec`, and a container's own command. */
  readonly replaces?: boolean;
}

/** Runs what a command's name finds in the container: a program, a shell, or a script. */
export async function runFile(launch: Launch): Promise<number> {
  const { name, args, state, streams, assigned, replaces = false } = launch;
  const { files } = state.machine;
  const searched = assigned.find(([key]) => key === "PATH")?.[1] ?? state.variables.get("PATH");
  const path = findCommand(name, files, searched, state.cwd);
  const node = path === undefined ? undefined : files.find(path);
  if (path === undefined || node === undefined) {
    const played = state.play?.([name, ...args], streams.signal);
    if (played !== undefined) return played;
    await complain(streams, notFound(state, name));
    return 127;
  }
  if (node.kind !== "file" || (node.mode & 0o111) === 0) {
    const why = node.kind === "directory" && state.dialect === "bash" ? "Is a directory" : "Permission denied";
    await complain(streams, `${complaint(state)}${name}: ${why}\n`);
    return 126;
  }
  if (replaces) {
    if (state.depth >= MAX_REPLACED) throw new Failure(`${name}: Too many levels of symbolic links`, 126);
    await breathe(streams.signal);
    streams.task.words = [name, ...args];
    streams.task.traps.clear();
    return runNode(launch, path);
  }
  const task = new Task(state.machine, [name, ...args], taskParent(streams));
  for (const [signal, text] of streams.task.traps) if (text === "") task.traps.set(signal, "");
  return runAs(
    task,
    () => runNode({ ...launch, streams: { ...streams, task, signal: task.signal } }, path),
    streams.signal,
  );
}

async function runNode(launch: Launch, path: string): Promise<number> {
  const { name, args, state, streams, run } = launch;
  const node = state.machine.files.file(path);
  if (node.program !== undefined && node.program !== "sh") return runHere(programNamed(node.program), launch);
  const child = childOf(launch);
  const own = { ...streams, descriptors: new Map(streams.descriptors) };
  if (node.program === "sh")
    return runShell({ args, state: { ...child, dialect: dialectOf(state.machine.image, name) }, streams: own, run });
  const text = node.data.toString();
  const bang = /^#![ \t]*(\S+)[ \t]*([^\n]*)/.exec(text);
  const words = bang ? [bang[1] ?? "", ...(bang[2] ? bang[2].trim().split(/\s+/) : []), path, ...args] : undefined;
  const shell = words?.find((word) => /(^|\/)(sh|ash|dash|bash)$/.test(word));
  if (words && shell === undefined) return interpreted(launch, words);
  if (words && findCommand(words[0] ?? "", state.machine.files, undefined, "/") === undefined)
    return interpreted(launch, words);
  const dialect = dialectOf(state.machine.image, shell ?? (state.dialect === "bash" ? "bash" : "sh"));
  return runScript(text, { ...child, dialect, name, positional: args }, own, run);
}

/** A script whose first line names something else than a shell. */
async function interpreted(launch: Launch, words: readonly string[]): Promise<number> {
  const [interpreter = "", ...rest] = words;
  if (findCommand(interpreter, launch.state.machine.files, undefined, "/") !== undefined)
    return runFile({
      ...launch,
      state: { ...launch.state, depth: launch.state.depth + 1 },
      name: interpreter,
      args: rest,
      replaces: true,
    });
  const { state, streams, name } = launch;
  const played = state.play?.(words, streams.signal);
  if (played !== undefined) return played;
  const why = state.dialect === "bash" ? `cannot execute: required file not found` : "not found";
  await complain(streams, `${complaint(state)}${name}: ${why}\n`);
  return 127;
}

/** What a new shell begins with: the exported variables, and nothing else of the old one's. */
function childOf({ name, state, assigned, streams, replaces = false }: Launch): ShellState {
  const env = environmentOf(state, assigned);
  return {
    ...copyState({ ...state, functions: new Map(), variables: env, arrays: new Map(), aliases: new Map() }),
    name,
    keyed: new Set(),
    constants: new Set(),
    locals: [],
    options: new Set(),
    exported: new Set(env.keys()),
    pid: streams.task.pid,
    depth: replaces ? state.depth + 1 : 0,
    status: 0,
    isScript: true,
  };
}

/** Runs a program in the process that this is. */
export async function runHere(program: Program, launch: Launch): Promise<number> {
  const { name, args, state, streams, assigned } = launch;
  const env = environmentOf(state, assigned);
  const out = streams.descriptors.get(1);
  const process: Process = {
    name: name.split("/").at(-1) ?? name,
    args,
    env,
    cwd: state.cwd,
    stdin: inputOf(streams.descriptors.get(0), streams.signal),
    stdout: outputOf(out),
    stderr: outputOf(streams.descriptors.get(2)),
    machine: state.machine,
    signal: streams.signal,
    isTty: out !== undefined && "output" in out && out.isTty === true,
    pid: streams.task.pid,
    spawn: ([command = "", ...rest], own = {}) => {
      const descriptors = new Map(streams.descriptors);
      if (own.stdin) descriptors.set(0, { input: own.stdin });
      if (own.stdout) descriptors.set(1, { output: own.stdout });
      const variables = new Map(own.env ?? env);
      const exported = new Set(variables.keys());
      const surroundings = { ...copyState(state), variables, exported, cwd: own.cwd ?? state.cwd };
      const all = { ...streams, descriptors, signal: own.signal ?? streams.signal };
      return runFile({
        ...launch,
        name: command,
        args: rest,
        assigned: [],
        state: surroundings,
        streams: all,
        replaces: false,
      });
    },
  };
  return runProgram(program, process);
}

function environmentOf(state: ShellState, assigned: Launch["assigned"]): Map<string, string> {
  const env = new Map<string, string>();
  for (const key of state.exported) {
    const value = state.variables.get(key);
    if (value !== undefined) env.set(key, value);
  }
  for (const [key, value] of assigned) env.set(key, value);
  return env;
}

/** A program's own `exit` is its end and nobody else's. */
export async function ended(running: Promise<number>): Promise<number> {
  try {
    return await running;
  } catch (error) {
    if (error instanceof Jump) return error.kind === "exit" || error.kind === "return" ? error.value : 0;
    throw error;
  }
}

function inputOf(descriptor: Descriptor | undefined, signal: AbortSignal): Input {
  return descriptor && "input" in descriptor ? descriptor.input.on(signal) : new Input(undefined, signal);
}

/** A closed descriptor takes everything and keeps nothing. */
export function outputOf(descriptor: Descriptor | undefined): Output {
  return descriptor && "output" in descriptor ? descriptor.output : async () => {};
}
