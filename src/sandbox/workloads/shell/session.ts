import { setMaxListeners } from "node:events";
import { absolute } from "../container/files.ts";
import { Failure, Input, Killed } from "../process.ts";
import { describeJob } from "./jobs.ts";
import { setOption } from "./options.ts";
import { parseShell } from "./parse.ts";
import { promptOf } from "./prompt.ts";
import { Jump, type ShellState, type Streams } from "./state.ts";
import { ShellSyntaxError } from "./syntax.ts";
import { runExitTrap } from "./traps.ts";

/** Runs a program's text in a shell. */
export type Run = (text: string, state: ShellState, streams: Streams) => Promise<number>;

interface Start {
  readonly args: readonly string[];
  readonly state: ShellState;
  readonly streams: Streams;
  readonly run: Run;
}

/** `sh -c text`, `sh file`, `sh` with commands from its input. */
export async function runShell({ args, state, streams, run }: Start): Promise<number> {
  const words = [...args];
  let isCommand = false;
  let isInteractive = false;
  let isInput = false;
  for (let word = words[0]; word !== undefined && /^[-+]./.test(word); word = words[0]) {
    words.shift();
    if (word === "--") break;
    if (word.startsWith("--")) {
      if (word === "--version" && state.dialect === "bash") {
        await write(streams, 1, "GNU bash, version 5.2.37(1)-release (x86_64-pc-linux-gnu)\n");
        return 0;
      }
      continue;
    }
    for (const letter of word.slice(1)) {
      if (letter === "c") isCommand = true;
      else if (letter === "i") isInteractive = true;
      else if (letter === "o") setOption(state, { name: words.shift() ?? "" }, word.startsWith("-"));
      else if (letter === "s") isInput = true;
      else if (letter !== "l") setOption(state, { letter }, word.startsWith("-"));
    }
  }
  if (isCommand) {
    const [text, name = state.name, ...positional] = words;
    if (text === undefined) throw new Failure("-c requires an argument", 2);
    return runScript(text, { ...state, name, positional }, streams, run);
  }
  const file = isInput ? undefined : words[0];
  const positional = isInput ? words : words.slice(1);
  if (file !== undefined) {
    const node = state.machine.files.find(absolute(state.cwd, file));
    if (node?.kind === "file")
      return runScript(node.data.toString(), { ...state, name: file, positional }, streams, run);
    await write(streams, 2, missingScript(state, file));
    return state.dialect === "bash" ? 127 : 2;
  }
  const out = streams.descriptors.get(1);
  const isTty = streams.terminal !== undefined && out !== undefined && "output" in out && out.isTty === true;
  const own = { ...state, positional, isInteractive: isTty || isInteractive };
  streams.task.isInteractive = own.isInteractive;
  return finished(own, streams, run, () => interact(own, streams, run, isTty || isInteractive));
}

function missingScript({ name, dialect }: ShellState, file: string): string {
  if (dialect === "bash") return `${name}: ${file}: No such file or directory\n`;
  if (dialect === "dash") return `${name}: 0: cannot open ${file}: No such file\n`;
  return `${name}: can't open '${file}': No such file or directory\n`;
}

/** Runs a script in a shell of its own, to that shell's end. */
export function runScript(text: string, state: ShellState, streams: Streams, run: Run): Promise<number> {
  return finished(state, streams, run, () => run(text, state, streams));
}

async function finished(state: ShellState, streams: Streams, run: Run, body: () => Promise<number>): Promise<number> {
  let status: number;
  try {
    status = await body();
  } catch (error) {
    if (!(error instanceof Jump)) throw error;
    status = error.kind === "exit" || error.kind === "return" ? error.value : state.status;
  }
  return runExitTrap(status, state, streams, run);
}

/** Reads commands line by line, so that they may read what follows them. */
async function interact(state: ShellState, streams: Streams, run: Run, prompts: boolean): Promise<number> {
  const descriptor = streams.descriptors.get(0);
  const input =
    descriptor && "input" in descriptor ? descriptor.input.on(streams.signal) : new Input(undefined, streams.signal);
  let text = "";
  for (;;) {
    if (prompts && text === "") await tellEnded(state, streams);
    if (prompts) await write(streams, 2, text === "" ? promptOf(state) : (state.variables.get("PS2") ?? "> "));
    const line = await interruptible(streams, (own) => input.on(own.signal).readLine());
    if (line === INTERRUPTED) {
      text = "";
      continue;
    }
    if (line === undefined) {
      if (text !== "") await run(text, state, streams);
      if (prompts) await write(streams, 2, state.dialect === "bash" ? "exit\n" : "\n");
      return state.status;
    }
    text += `${line}\n`;
    if (isIncomplete(text, state)) continue;
    const whole = text;
    text = "";
    const status = await interruptible(streams, (own) => run(whole, state, own));
    if (status === INTERRUPTED) state.status = 130;
  }
}

const INTERRUPTED = Symbol("interrupted");

/** Runs something that Ctrl-C ends, and nothing else. */
async function interruptible<T>(streams: Streams, run: (own: Streams) => Promise<T>): Promise<T | typeof INTERRUPTED> {
  if (!streams.terminal) return run(streams);
  const abort = new AbortController();
  setMaxListeners(0, abort.signal);
  const outer = (): void => abort.abort(streams.signal.reason);
  streams.signal.addEventListener("abort", outer, { once: true });
  if (streams.signal.aborted) outer();
  const before = streams.terminal.onInterrupt(() => abort.abort(new Killed(130)));
  try {
    return await run({ ...streams, signal: abort.signal });
  } catch (error) {
    if (error instanceof Killed && error.code === 130 && !streams.signal.aborted) return INTERRUPTED;
    throw error;
  } finally {
    streams.terminal.onInterrupt(before);
    streams.signal.removeEventListener("abort", outer);
  }
}

/** Jobs that ended since the last prompt are told, and forgotten. */
async function tellEnded(state: ShellState, streams: Streams): Promise<void> {
  const over = state.jobs.filter((one) => one.status !== undefined);
  for (const job of over) await write(streams, 2, describeJob(state, job));
  for (const job of over) state.jobs.splice(state.jobs.indexOf(job), 1);
}

function isIncomplete(text: string, { dialect }: ShellState): boolean {
  try {
    parseShell(text, dialect);
    return text.endsWith("\\\n");
  } catch (error) {
    return error instanceof ShellSyntaxError && error.isIncomplete;
  }
}

async function write({ descriptors }: Streams, fd: number, text: string): Promise<void> {
  const descriptor = descriptors.get(fd);
  if (descriptor && "output" in descriptor) await descriptor.output(text);
}
