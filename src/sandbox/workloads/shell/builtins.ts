import { absolute } from "../container/files.ts";
import { Failure, Input } from "../process.ts";
import { findCommand } from "./find-command.ts";
import { outputOf } from "./launch.ts";
import { Jump, type ShellState, type Streams } from "./state.ts";

interface Call {
  readonly args: readonly string[];
  readonly state: ShellState;
  readonly streams: Streams;
  /** Runs text in this shell. */
  readonly run: (text: string, state?: ShellState) => Promise<number>;
}

type Builtin = (call: Call) => number | Promise<number>;

/** What a shell does itself. */
export const BUILTINS: Readonly<Record<string, Builtin>> = {
  ":": () => 0,
  ".": source,
  break: ({ args }) => jump("break", args[0]),
  cd: changeDirectory,
  command: describe,
  continue: ({ args }) => jump("continue", args[0]),
  eval: ({ args, run }) => run(args.join(" ")),
  exec: ({ args, run }) =>
    args.length === 0 ? 0 : run(args.map(quoted).join(" ")).then((code) => jump("exit", String(code))),
  exit: ({ args, state }) => jump("exit", args[0] ?? String(state.status)),
  export: exportNames,
  local: ({ args, state }) => assign(args, state),
  read: readVariables,
  readonly: ({ args, state }) => assign(args, state),
  return: ({ args, state }) => jump("return", args[0] ?? String(state.status)),
  set: setOptions,
  shift: ({ args, state }) => {
    state.positional = state.positional.slice(Number(args[0] ?? 1));
    return 0;
  },
  source,
  trap: () => 0,
  type: async (call) => {
    let status = 0;
    for (const name of call.args) status = (await describe({ ...call, args: [name] })) || status;
    return status;
  },
  ulimit: ({ streams }) => say(streams, "unlimited\n"),
  umask: ({ args, streams }) => (args.length > 0 ? 0 : say(streams, "0022\n")),
  unset: ({ args, state }) => {
    for (const name of args) {
      state.variables.delete(name);
      state.exported.delete(name);
      state.functions.delete(name);
    }
    return 0;
  },
  wait: async ({ state }) => {
    await Promise.all(state.jobs.splice(0));
    return 0;
  },
};

function jump(kind: Jump["kind"], value: string | undefined): never {
  const number = Number(value ?? (kind === "break" || kind === "continue" ? 1 : 0));
  if (!Number.isInteger(number)) throw new Failure(`${kind}: Illegal number: ${value}`, 2);
  throw new Jump(kind, kind === "exit" || kind === "return" ? number & 255 : number);
}

async function say({ descriptors }: Streams, text: string): Promise<number> {
  await outputOf(descriptors.get(1))(text);
  return 0;
}

function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

async function source({ args, state, run }: Call): Promise<number> {
  const [file = ""] = args;
  const node = state.machine.files.find(absolute(state.cwd, file));
  if (node?.kind !== "file") throw new Failure(`.: can't open '${file}': No such file or directory`, 2);
  return run(node.data.toString());
}

function changeDirectory({ args, state }: Call): number {
  const [to = state.variables.get("HOME") ?? "/"] = args.filter((one) => one !== "--");
  const wanted = to === "-" ? (state.variables.get("OLDPWD") ?? state.cwd) : to;
  const path = absolute(state.cwd, wanted);
  const node = state.machine.files.find(path);
  if (node?.kind !== "directory") {
    throw new Failure(`cd: can't cd to ${wanted}: ${node ? "Not a directory" : "No such file or directory"}`, 1);
  }
  state.variables.set("OLDPWD", state.cwd);
  state.cwd = path;
  return 0;
}

async function describe({ args, state, streams, run }: Call): Promise<number> {
  const isShort = args[0] === "-v";
  const [name, ...rest] = args.filter((one) => one !== "-v" && one !== "-V");
  if (name === undefined) return 0;
  const isCommand = args.length > 0 && !isShort && !args.includes("-V") && rest.length > 0;
  if (isCommand) return run([name, ...rest].map(quoted).join(" "));
  const isOwn = Object.hasOwn(BUILTINS, name);
  const path = findCommand(name, state.machine.files, state.variables.get("PATH"), state.cwd);
  if (state.functions.has(name)) return say(streams, isShort ? `${name}\n` : `${name} is a function\n`);
  if (isOwn) return say(streams, isShort ? `${name}\n` : `${name} is a shell builtin\n`);
  if (path !== undefined) return say(streams, isShort ? `${path}\n` : `${name} is ${path}\n`);
  if (!isShort) await say(streams, `${name}: not found\n`);
  return 127;
}

async function exportNames(call: Call): Promise<number> {
  const { args, state, streams } = call;
  if (args.length === 0 || args[0] === "-p") {
    const lines = [...state.exported].sort().map((name) => `export ${name}='${state.variables.get(name) ?? ""}'\n`);
    return say(streams, lines.join(""));
  }
  for (const arg of args) state.exported.add(arg.split("=", 1)[0] ?? "");
  return assign(args, state);
}

function assign(args: readonly string[], state: ShellState): number {
  for (const arg of args) {
    const at = arg.indexOf("=");
    if (at > 0) state.variables.set(arg.slice(0, at), arg.slice(at + 1));
  }
  return 0;
}

async function readVariables({ args, state, streams }: Call): Promise<number> {
  const names = args.filter(
    (one, index) => !one.startsWith("-") && args[index - 1] !== "-p" && args[index - 1] !== "-t",
  );
  const prompt = args[args.indexOf("-p") + 1];
  if (args.includes("-p") && prompt !== undefined) await outputOf(streams.descriptors.get(2))(prompt);
  const descriptor = streams.descriptors.get(0);
  const input = descriptor && "input" in descriptor ? descriptor.input : new Input(undefined, streams.signal);
  const line = await input.readLine();
  const fields = (line ?? "").trim().split(/[ \t]+/);
  const targets = names.length === 0 ? ["REPLY"] : names;
  for (const [index, name] of targets.entries()) {
    state.variables.set(name, index === targets.length - 1 ? fields.slice(index).join(" ") : (fields[index] ?? ""));
  }
  return line === undefined ? 1 : 0;
}

const OPTIONS: Readonly<Record<string, string>> = { e: "errexit", u: "nounset", x: "xtrace", f: "noglob" };

function setOptions({ args, state }: Call): number {
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? "";
    if (arg === "--") {
      state.positional = args.slice(at + 1);
      return 0;
    }
    if (!/^[-+][a-z]+$/.test(arg)) {
      state.positional = args.slice(at);
      return 0;
    }
    const names = [...arg.slice(1)].flatMap((letter) =>
      letter === "o" ? [args[++at] ?? ""] : [OPTIONS[letter] ?? ""],
    );
    for (const name of names.filter(Boolean)) {
      if (arg.startsWith("-")) state.options.add(name);
      else state.options.delete(name);
    }
  }
  return 0;
}
