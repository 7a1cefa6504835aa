import { absolute, FileError } from "../container/files.ts";
import { breathe, Failure, Input, type Output } from "../process.ts";
import { deviceBytes } from "./devices.ts";
import { expandText, type Scope } from "./expand.ts";
import type { Descriptor, ShellState, Streams } from "./state.ts";
import type { Redirect } from "./syntax.ts";

/** Runs something with its descriptors changed. What cannot be opened fails the command, and it does not run. */
export async function withRedirects(
  redirects: readonly Redirect[],
  state: ShellState,
  streams: Streams,
  scope: Scope,
  run: (streams: Streams) => Promise<number>,
): Promise<number> {
  if (redirects.length === 0) return run(streams);
  const descriptors = new Map(streams.descriptors);
  for (const redirect of redirects) {
    const target = await expandText(redirect.target, scope);
    apply(descriptors, redirect, target, state, streams.signal);
  }
  return run({ ...streams, descriptors });
}

function apply(
  descriptors: Map<number, Descriptor>,
  { fd, operator }: Redirect,
  target: string,
  state: ShellState,
  signal: AbortSignal,
): void {
  if (operator === "<<") descriptors.set(fd, { input: new Input(once(Buffer.from(target)), signal) });
  else if (operator === "<" || operator === "<>") descriptors.set(fd, { input: openToRead(target, state, signal) });
  else if ((operator === ">&" || operator === "<&") && (target === "-" || /^\d+$/.test(target))) {
    const found = target === "-" ? undefined : descriptors.get(Number(target));
    if (target !== "-" && found === undefined) throw new Failure(`${target}: Bad file descriptor`, 1);
    if (found) descriptors.set(fd, found);
    else descriptors.delete(fd);
  } else {
    const output = openToWrite(target, operator === ">>", state, signal);
    descriptors.set(fd, { output });
    if (operator === "&>" || operator === ">&") descriptors.set(2, { output });
  }
}

function openToRead(target: string, { cwd, machine }: ShellState, signal: AbortSignal): Input {
  try {
    const file = machine.files.file(absolute(cwd, target));
    return new Input(file.device ? deviceBytes(file.device) : once(file.data), signal);
  } catch (error) {
    throw failed(`can't open ${target}`, error);
  }
}

function openToWrite(target: string, append: boolean, { cwd, machine }: ShellState, signal: AbortSignal): Output {
  const path = absolute(cwd, target);
  try {
    machine.files.write(path, Buffer.alloc(0), { append });
  } catch (error) {
    throw failed(`can't create ${target}`, error);
  }
  return async (chunk) => {
    await breathe(signal);
    machine.files.write(path, Buffer.from(chunk), { append: true });
  };
}

function failed(what: string, error: unknown): Error {
  if (!(error instanceof FileError)) return error instanceof Error ? error : new Error(String(error));
  const why =
    error.message === "No such file or directory" && what.startsWith("can't open") ? "no such file" : error.message;
  return new Failure(`${what}: ${why}`, 1);
}

async function* once(data: Buffer): AsyncGenerator<Buffer> {
  if (data.length > 0) yield data;
}
