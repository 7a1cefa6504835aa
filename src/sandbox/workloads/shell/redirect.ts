import { absolute, FileError } from "../container/files.ts";
import { breathe, Failure, Input, type Output } from "../process.ts";
import { deviceBytes } from "./devices.ts";
import { expandText } from "./expand.ts";
import type { Scope } from "./expansion.ts";
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
  await applyRedirects(descriptors, redirects, state, streams, scope);
  return run({ ...streams, descriptors });
}

/** Changes descriptors for good: `exec 3> file`. */
export async function applyRedirects(
  descriptors: Map<number, Descriptor>,
  redirects: readonly Redirect[],
  state: ShellState,
  { signal }: Streams,
  scope: Scope,
): Promise<void> {
  for (const redirect of redirects) {
    const target = await expandText(redirect.target, scope);
    apply(descriptors, redirect, target, state, signal);
  }
}

function apply(
  descriptors: Map<number, Descriptor>,
  { fd, operator }: Redirect,
  target: string,
  state: ShellState,
  signal: AbortSignal,
): void {
  if (operator === "<<" || operator === "<<<") {
    const text = operator === "<<<" ? `${target}\n` : target;
    descriptors.set(fd, { input: new Input(once(Buffer.from(text)), signal) });
  } else if ((operator === ">&" || operator === "<&") && /^(-|\d+-?)$/.test(target)) {
    const source = Number(target.replace("-", "") || Number.NaN);
    const found = target === "-" ? undefined : descriptors.get(source);
    if (target !== "-" && found === undefined) throw new Failure(`${target}: Bad file descriptor`, 1);
    if (found) descriptors.set(fd, found);
    else descriptors.delete(fd);
    if (target.length > 1 && target.endsWith("-")) descriptors.delete(source);
  } else if (operator === "<" || operator === "<>") {
    descriptors.set(fd, openToRead(target, descriptors, state, signal));
  } else {
    const descriptor = openToWrite(target, operator, descriptors, state, signal);
    descriptors.set(fd, descriptor);
    if (operator.startsWith("&>") || operator === ">&") descriptors.set(2, descriptor);
  }
}

/** `/dev/stdout` and its like are the descriptors themselves. */
function standing(target: string, descriptors: ReadonlyMap<number, Descriptor>): Descriptor | undefined {
  const name = /^\/(?:dev|proc\/self)\/(?:(stdin|stdout|stderr)|fd\/(\d))$/.exec(target);
  if (!name) return undefined;
  return descriptors.get(
    name[2] === undefined ? ["stdin", "stdout", "stderr"].indexOf(name[1] ?? "") : Number(name[2]),
  );
}

function openToRead(
  target: string,
  descriptors: ReadonlyMap<number, Descriptor>,
  state: ShellState,
  signal: AbortSignal,
): Descriptor {
  const own = standing(target, descriptors);
  if (own && "input" in own) return own;
  try {
    const file = state.machine.files.file(absolute(state.cwd, target));
    return { input: new Input(file.device ? deviceBytes(file.device) : once(file.data), signal) };
  } catch (error) {
    throw failed("open", target, state, error);
  }
}

function openToWrite(
  target: string,
  operator: Redirect["operator"],
  descriptors: ReadonlyMap<number, Descriptor>,
  state: ShellState,
  signal: AbortSignal,
): Descriptor {
  const own = standing(target, descriptors);
  if (own && "output" in own) return own;
  const { files } = state.machine;
  const path = absolute(state.cwd, target);
  const append = operator === ">>" || operator === "&>>";
  try {
    const found = files.find(path);
    if (operator === ">" && state.options.has("noclobber") && found?.kind === "file" && found.device === undefined)
      throw new FileError("exists");
    files.write(path, Buffer.alloc(0), { append, mode: 0o666 & ~state.umask });
  } catch (error) {
    throw failed("create", target, state, error);
  }
  const output: Output = async (chunk) => {
    await breathe(signal);
    files.write(path, Buffer.from(chunk), { append: true });
  };
  return { output };
}

/** What each shell says of a file that it cannot open. */
function failed(what: "open" | "create", target: string, { dialect }: ShellState, error: unknown): Error {
  if (!(error instanceof FileError)) return error instanceof Error ? error : new Error(String(error));
  const isMissing = error.message === "No such file or directory";
  if (dialect === "bash") {
    const why = error.message === "File exists" ? "cannot overwrite existing file" : error.message;
    return new Failure(`${target}: ${why}`, 1);
  }
  if (dialect === "dash") {
    const why = isMissing ? (what === "open" ? "No such file" : "Directory nonexistent") : error.message;
    return new Failure(`cannot ${what} ${target}: ${why}`, 2, false);
  }
  return new Failure(
    `can't ${what} ${target}: ${isMissing ? (what === "open" ? "no such file" : "nonexistent directory") : error.message}`,
    1,
  );
}

async function* once(data: Buffer): AsyncGenerator<Buffer> {
  if (data.length > 0) yield data;
}
