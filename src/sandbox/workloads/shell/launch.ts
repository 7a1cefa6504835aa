import { Input, type Output, runProgram } from "../process.ts";
import { programNamed } from "../programs/index.ts";
import { findCommand } from "./find-command.ts";
import { type Run, runShell } from "./session.ts";
import { copyState, type Descriptor, Jump, type ShellState, type Streams } from "./state.ts";

export interface Launch {
  readonly name: string;
  readonly args: readonly string[];
  readonly state: ShellState;
  readonly streams: Streams;
  /** Variables for this command alone. */
  readonly assigned: readonly (readonly [string, string])[];
  readonly run: Run;
}

/** Runs what a command's name finds in the container: a program, a shell, or a script. */
export async function runFile(launch: Launch): Promise<number> {
  const { name, args, state, streams, assigned, run } = launch;
  const { machine } = state;
  const path = findCommand(name, machine.files, state.variables.get("PATH"), state.cwd);
  const stderr = outputOf(streams.descriptors.get(2));
  const node = path === undefined ? undefined : machine.files.find(path);
  if (path === undefined || node === undefined) {
    await stderr(`${state.name}: ${name}: not found\n`);
    return 127;
  }
  if (node.kind !== "file" || (node.mode & 0o111) === 0) {
    await stderr(`${state.name}: ${name}: Permission denied\n`);
    return 126;
  }
  const env = environmentOf(state, assigned);
  const child: ShellState = {
    ...copyState(state),
    name,
    functions: new Map(),
    options: new Set(),
    variables: new Map(env),
  };
  child.exported.clear();
  for (const key of env.keys()) child.exported.add(key);
  if (node.program === "sh") return runShell({ args, state: child, streams, run });
  if (node.program === undefined) {
    child.positional = args;
    return ended(run(node.data.toString(), child, streams));
  }
  const out = streams.descriptors.get(1);
  const program = programNamed(node.program);
  return runProgram(program, {
    name,
    args,
    env,
    cwd: state.cwd,
    stdin: inputOf(streams.descriptors.get(0), streams.signal),
    stdout: outputOf(out),
    stderr,
    machine,
    signal: streams.signal,
    isTty: out !== undefined && "output" in out && out.isTty === true,
    spawn: ([command = "", ...rest], own = {}) => {
      const descriptors = new Map(streams.descriptors);
      if (own.stdin) descriptors.set(0, { input: own.stdin });
      const surroundings = {
        ...child,
        name: state.name,
        variables: new Map(own.env ?? env),
        exported: new Set((own.env ?? env).keys()),
      };
      return runFile({
        ...launch,
        name: command,
        args: rest,
        assigned: [],
        state: surroundings,
        streams: { ...streams, descriptors },
      });
    },
  });
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
