import { BrokenPipe, ByteQueue } from "../../bytes/index.ts";
import { breathe, Failure, Input, Killed } from "../process.ts";
import { BUILTINS } from "./builtins.ts";
import { expandPattern, expandText, expandWords, type Scope } from "./expand.ts";
import { runFile } from "./launch.ts";
import { parseShell } from "./parse.ts";
import { matchesPattern } from "./pattern.ts";
import { withRedirects } from "./redirect.ts";
import { copyState, Jump, type ShellState, type Streams } from "./state.ts";
import { type AndOr, type Command, type List, type Pipeline, ShellSyntaxError } from "./syntax.ts";

const MAX_CALLS = 200;
const MAX_JOBS = 64;

/** Runs a program's text to its end, in this shell. Throws `Jump` for `exit`. */
export async function runText(text: string, state: ShellState, streams: Streams): Promise<number> {
  let list: List;
  try {
    list = parseShell(text);
  } catch (error) {
    if (!(error instanceof ShellSyntaxError)) throw error;
    await complain(streams, `${state.name}: syntax error: ${error.message}\n`);
    state.status = 2;
    return 2;
  }
  return runList(list, state, streams);
}

async function runList(list: List, state: ShellState, streams: Streams): Promise<number> {
  for (const { pipelines, isBackground } of list.items) {
    await breathe(streams.signal);
    if (!isBackground) state.status = await runAndOr(pipelines, state, streams);
    else {
      if (state.jobs.length >= MAX_JOBS) throw new Failure("can't fork: Resource temporarily unavailable", 2);
      const own = copyState(state);
      const job = settled(runAndOr(pipelines, own, streams), own);
      job.catch(() => {});
      state.jobs.push(job);
      state.status = 0;
    }
  }
  return state.status;
}

async function runAndOr({ first, rest }: AndOr, state: ShellState, streams: Streams): Promise<number> {
  let status = await runPipeline(first, state, streams);
  let isTested = rest.length > 0;
  for (const [index, { operator, pipeline }] of rest.entries()) {
    state.status = status;
    if ((status === 0) !== (operator === "&&")) continue;
    status = await runPipeline(pipeline, state, streams);
    isTested = index < rest.length - 1;
  }
  if (status !== 0 && !isTested && !first.isNegated && state.options.has("errexit")) throw new Jump("exit", status);
  return status;
}

async function runPipeline(pipeline: Pipeline, state: ShellState, streams: Streams): Promise<number> {
  const [only, ...more] = pipeline.commands;
  if (only === undefined) return 0;
  const status = more.length === 0 ? await runCommand(only, state, streams) : await runPipes(pipeline, state, streams);
  return pipeline.isNegated ? (status === 0 ? 1 : 0) : status;
}

/** Every command in a shell of its own, all at once. */
async function runPipes({ commands }: Pipeline, state: ShellState, streams: Streams): Promise<number> {
  const pipes = commands.slice(1).map(() => new ByteQueue(64 * 1024));
  const statuses = await Promise.all(
    commands.map(async (command, index) => {
      const before = pipes[index - 1];
      const after = pipes[index];
      const descriptors = new Map(streams.descriptors);
      if (before) descriptors.set(0, { input: new Input(before, streams.signal) });
      if (after) descriptors.set(1, { output: (chunk) => after.write(Buffer.from(chunk)) });
      const own = copyState(state);
      try {
        return await settled(runCommand(command, own, { ...streams, descriptors }), own);
      } finally {
        after?.end();
        await before?.return();
      }
    }),
  );
  const failed = statuses.findLast((one) => one !== 0) ?? 0;
  return state.options.has("pipefail") ? failed : (statuses.at(-1) ?? 0);
}

/** Ends what was to be left at a subshell's border. */
async function settled(running: Promise<number>, state: ShellState): Promise<number> {
  try {
    return await running;
  } catch (error) {
    if (error instanceof BrokenPipe) return 141;
    if (error instanceof Jump) return error.kind === "exit" || error.kind === "return" ? error.value : state.status;
    throw error;
  }
}

async function runCommand(command: Command, state: ShellState, streams: Streams): Promise<number> {
  try {
    return await withRedirects(command.redirects, state, streams, scopeOf(state, streams), (own) =>
      runKind(command, state, own),
    );
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    await complain(streams, `${state.name}: ${error.message}\n`);
    // As busybox does: a fault of the shell's own ends a script.
    if (error.code === 2 && !state.isInteractive) throw new Jump("exit", 2);
    return error.code;
  }
}

async function runKind(command: Command, state: ShellState, streams: Streams): Promise<number> {
  const scope = scopeOf(state, streams);
  switch (command.kind) {
    case "simple":
      return runSimple(command, state, streams, scope);
    case "group":
      return runList(command.body, state, streams);
    case "subshell": {
      const own = copyState(state);
      return settled(runList(command.body, own, streams), own);
    }
    case "if":
      for (const { test, body } of command.branches) {
        if ((await runTest(test, state, streams)) === 0) return runBody(body, state, streams);
      }
      return command.otherwise ? runBody(command.otherwise, state, streams) : 0;
    case "while":
    case "until": {
      const goesOn = async (): Promise<boolean> =>
        ((await runTest(command.test, state, streams)) === 0) === (command.kind === "while");
      return loop(goesOn, () => runBody(command.body, state, streams), streams);
    }
    case "for": {
      const values = command.words ? await expandWords(command.words, scope) : [...state.positional];
      const next = async (): Promise<boolean> => {
        const value = values.shift();
        if (value !== undefined) state.variables.set(command.name, value);
        return value !== undefined;
      };
      return loop(next, () => runBody(command.body, state, streams), streams);
    }
    case "case": {
      const text = await expandText(command.word, scope);
      for (const { patterns, body } of command.clauses) {
        for (const pattern of patterns) {
          if (matchesPattern(text, await expandPattern(pattern, scope))) return runBody(body, state, streams);
        }
      }
      return 0;
    }
    case "function":
      state.functions.set(command.name, command.body);
      return 0;
  }
}

function runBody(body: List, state: ShellState, streams: Streams): Promise<number> {
  state.status = 0;
  return runList(body, state, streams);
}

/** A condition may fail without ending anything. */
async function runTest(test: List, state: ShellState, streams: Streams): Promise<number> {
  const had = state.options.delete("errexit");
  try {
    return await runList(test, state, streams);
  } finally {
    if (had) state.options.add("errexit");
  }
}

async function loop(goesOn: () => Promise<boolean>, body: () => Promise<number>, { signal }: Streams): Promise<number> {
  let status = 0;
  while (await goesOn()) {
    await breathe(signal);
    try {
      status = await body();
    } catch (error) {
      if (!(error instanceof Jump) || (error.kind !== "break" && error.kind !== "continue")) throw error;
      if (error.value > 1) throw new Jump(error.kind, error.value - 1);
      if (error.kind === "break") break;
    }
  }
  return status;
}

type Simple = Extract<Command, { kind: "simple" }>;
let calls = 0;

async function runSimple(command: Simple, state: ShellState, streams: Streams, scope: Scope): Promise<number> {
  state.substituted = 0;
  const [name, ...args] = await expandWords(command.words, scope);
  const values: [string, string][] = [];
  for (const { name: variable, value } of command.assignments) values.push([variable, await expandText(value, scope)]);
  if (state.options.has("xtrace") && (name !== undefined || values.length > 0)) {
    const assigned = values.map(([variable, value]) => `${variable}=${value}`);
    await complain(streams, `+ ${[...assigned, ...(name === undefined ? [] : [name, ...args])].join(" ")}\n`);
  }
  if (name === undefined) {
    for (const [variable, value] of values) state.variables.set(variable, value);
    return state.substituted;
  }
  const body = state.functions.get(name);
  if (body) return callFunction(body, args, state, streams);
  const builtin = Object.hasOwn(BUILTINS, name) ? BUILTINS[name] : undefined;
  if (builtin) {
    const restore = setFor(state, values);
    try {
      return await builtin({ args, state, streams, run: (text, own = state) => runText(text, own, streams) });
    } finally {
      restore();
    }
  }
  return runFile({ name, args, state, streams, assigned: values, run: runText });
}

function setFor(state: ShellState, values: readonly [string, string][]): () => void {
  const old = values.map(([name]) => [name, state.variables.get(name)] as const);
  for (const [name, value] of values) state.variables.set(name, value);
  return () => {
    for (const [name, value] of old) {
      if (value === undefined) state.variables.delete(name);
      else state.variables.set(name, value);
    }
  };
}

async function callFunction(body: Command, args: string[], state: ShellState, streams: Streams): Promise<number> {
  if (calls >= MAX_CALLS) throw new Failure("maximum recursion depth exceeded", 2);
  const outer = state.positional;
  state.positional = args;
  calls += 1;
  try {
    return await runCommand(body, state, streams);
  } catch (error) {
    if (error instanceof Jump && error.kind === "return") return error.value;
    throw error;
  } finally {
    calls -= 1;
    state.positional = outer;
  }
}

function scopeOf(state: ShellState, streams: Streams): Scope {
  const special: Readonly<Record<string, () => string>> = {
    "?": () => String(state.status),
    "#": () => String(state.positional.length),
    $: () => String(state.pid),
    "!": () => (state.lastJob === 0 ? "" : String(state.lastJob)),
    "0": () => state.name,
    "-": () => [...state.options].map((one) => one[0]).join(""),
    RANDOM: () => String(Math.floor(Math.random() * 32_768)),
    PWD: () => state.cwd,
  };
  return {
    cwd: state.cwd,
    files: state.machine.files,
    positional: state.positional,
    signal: streams.signal,
    fieldSeparators: state.variables.get("IFS") ?? " \t\n",
    get: (name) => {
      if (Object.hasOwn(special, name)) return special[name]?.();
      if (/^\d+$/.test(name)) return state.positional[Number(name) - 1];
      const value = state.variables.get(name);
      if (value === undefined && state.options.has("nounset")) throw new Failure(`${name}: parameter not set`, 2);
      return value;
    },
    set: (name, value) => void state.variables.set(name, value),
    capture: (body) => capture(body, state, streams),
  };
}

const MAX_CAPTURE = 16 * 1024 * 1024;

async function capture(body: List, state: ShellState, streams: Streams): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  const descriptors = new Map(streams.descriptors).set(1, {
    output: async (chunk: string | Buffer) => {
      await breathe(streams.signal);
      const bytes = Buffer.from(chunk);
      size += bytes.length;
      if (size > MAX_CAPTURE) throw new Killed(137);
      chunks.push(bytes);
    },
  });
  const own = copyState(state);
  state.substituted = await settled(runList(body, own, { ...streams, descriptors }), own);
  return Buffer.concat(chunks).toString().replaceAll("\0", "");
}

async function complain({ descriptors }: Streams, text: string): Promise<void> {
  const err = descriptors.get(2);
  if (err && "output" in err) await err.output(text).catch(() => {});
}
