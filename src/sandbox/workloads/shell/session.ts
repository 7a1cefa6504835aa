import { absolute } from "../container/files.ts";
import { Failure, Input, Killed } from "../process.ts";
import { parseShell } from "./parse.ts";
import { Jump, type ShellState, type Streams } from "./state.ts";
import { ShellSyntaxError } from "./syntax.ts";

/** Runs a program's text in a shell. */
export type Run = (text: string, state: ShellState, streams: Streams) => Promise<number>;

interface Start {
  readonly args: readonly string[];
  readonly state: ShellState;
  readonly streams: Streams;
  readonly run: Run;
}

const LONG: Readonly<Record<string, string>> = { e: "errexit", u: "nounset", x: "xtrace" };

/** `sh -c text`, `sh file`, `sh` with commands from its input. */
export async function runShell({ args, state, streams, run }: Start): Promise<number> {
  const words = [...args];
  let isCommand = false;
  let isInteractive = false;
  for (let word = words[0]; word !== undefined && /^[-+]./.test(word); word = words[0]) {
    words.shift();
    if (word === "--") break;
    if (word.startsWith("--")) continue;
    for (const letter of word.slice(1)) {
      if (letter === "c") isCommand = true;
      else if (letter === "i") isInteractive = true;
      else if (letter === "o") state.options.add(words.shift() ?? "");
      else if (letter !== "s" && letter !== "l") state.options.add(LONG[letter] ?? letter);
    }
  }
  try {
    if (isCommand) return await runCommand(words, state, streams, run);
    const [file, ...rest] = words;
    if (file !== undefined) return await runScript(file, rest, { args, state, streams, run });
    const out = streams.descriptors.get(1);
    const isTty = streams.terminal !== undefined && out !== undefined && "output" in out && out.isTty === true;
    const own = { ...state, isInteractive: isTty || isInteractive };
    return await interact(own, streams, run, isTty || isInteractive);
  } catch (error) {
    if (error instanceof Jump) return error.kind === "exit" || error.kind === "return" ? error.value : 0;
    throw error;
  }
}

async function runCommand(words: string[], state: ShellState, streams: Streams, run: Run): Promise<number> {
  const [text, name = state.name, ...positional] = words;
  if (text === undefined) throw new Failure("-c requires an argument", 2);
  return run(text, { ...state, name, positional }, streams);
}

async function runScript(file: string, positional: readonly string[], { state, streams, run }: Start): Promise<number> {
  const node = state.machine.files.find(absolute(state.cwd, file));
  if (node?.kind === "file") return run(node.data.toString(), { ...state, name: file, positional }, streams);
  await write(streams, 2, `${state.name}: can't open '${file}': No such file or directory\n`);
  return 2;
}

/** Reads commands line by line, so that they may read what follows them. */
async function interact(state: ShellState, streams: Streams, run: Run, prompts: boolean): Promise<number> {
  const descriptor = streams.descriptors.get(0);
  const input =
    descriptor && "input" in descriptor ? descriptor.input.on(streams.signal) : new Input(undefined, streams.signal);
  let text = "";
  for (;;) {
    if (prompts) await write(streams, 2, text === "" ? promptOf(state) : "> ");
    const line = await interruptible(streams, (own) => input.on(own.signal).readLine());
    if (line === INTERRUPTED) {
      text = "";
      continue;
    }
    if (line === undefined) {
      if (text !== "") await run(text, state, streams);
      if (prompts) await write(streams, 2, "\n");
      return state.status;
    }
    text += `${line}\n`;
    if (isIncomplete(text)) continue;
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

function isIncomplete(text: string): boolean {
  try {
    parseShell(text);
    return text.endsWith("\\\n");
  } catch (error) {
    return error instanceof ShellSyntaxError && error.isIncomplete;
  }
}

/** Root's `/ # `; others get a dollar. */
function promptOf({ cwd, variables, machine }: ShellState): string {
  const given = variables.get("PS1");
  const home = variables.get("HOME");
  const short = home !== undefined && home !== "/" && cwd.startsWith(home) ? `~${cwd.slice(home.length)}` : cwd;
  const mark = machine.image.user === "root" ? "#" : "$";
  if (given === undefined) return `${short} ${mark} `;
  const host = machine.pod.spec?.hostname ?? machine.pod.metadata.name;
  return given.replaceAll(
    /\\([wuh$])/g,
    (_, letter) => ({ w: short, u: machine.image.user, h: host, $: mark })[letter as "w"] ?? "",
  );
}

async function write({ descriptors }: Streams, fd: number, text: string): Promise<void> {
  const descriptor = descriptors.get(fd);
  if (descriptor && "output" in descriptor) await descriptor.output(text);
}
