import { absolute } from "../container/files.ts";
import { Failure } from "../process.ts";
import type { Builtin, Call } from "./call.ts";
import { complain, complaint } from "./complaints.ts";
import { findCommand } from "./find-command.ts";
import { outputOf, runFile } from "./launch.ts";
import { Jump, type Streams } from "./state.ts";

/** The names of what a shell does itself, for `type`; those of programs that it has inside among them. */
const OWN = new Set(
  (
    ". : [ alias bg break cd command continue echo eval exec exit export false fg getopts hash jobs kill local printf pwd read " +
    "readonly return set shift test times trap true type ulimit umask unalias unset wait"
  ).split(" "),
);
const OWN_BASH = new Set(
  "builtin declare disown let mapfile readarray shopt source typeset compgen dirs popd pushd history".split(" "),
);
const KEYWORDS = new Set(
  "if then elif else fi while until do done for case esac { } ! in function [[ ]] time select".split(" "),
);

function jump(kind: Jump["kind"], value: string | undefined): never {
  const number = Number(value ?? (kind === "break" || kind === "continue" ? 1 : 0));
  if (!Number.isInteger(number) || value === "") throw new Failure(`${kind}: Illegal number: ${value}`, 2);
  throw new Jump(kind, kind === "exit" || kind === "return" ? number & 255 : number);
}

async function say({ descriptors }: Streams, text: string): Promise<number> {
  await outputOf(descriptors.get(1))(text);
  return 0;
}

async function source(call: Call): Promise<number> {
  const { args, state, streams, runText } = call;
  const [file = "", ...rest] = args;
  const path = file.includes("/") ? absolute(state.cwd, file) : (inPath(call, file) ?? absolute(state.cwd, file));
  const node = state.machine.files.find(path);
  if (node?.kind !== "file") {
    if (state.dialect === "bash") throw new Failure(`${file}: No such file or directory`, 1);
    throw new Failure(
      `.: ${state.dialect === "dash" ? `cannot open ${file}: No such file` : `can't open '${file}': No such file or directory`}`,
      2,
    );
  }
  const outer = state.positional;
  if (rest.length > 0) state.positional = rest;
  try {
    return await runText(node.data.toString(), state, streams);
  } catch (error) {
    if (error instanceof Jump && error.kind === "return") return error.value;
    throw error;
  } finally {
    state.positional = outer;
  }
}

function inPath({ state }: Call, name: string): string | undefined {
  return findCommand(name, state.machine.files, state.variables.get("PATH"), state.cwd);
}

async function command(call: Call): Promise<number> {
  const { args, state, streams, runText } = call;
  if (args[0] === "-v" || args[0] === "-V") return describe(call, args.slice(1), args[0] === "-v");
  const [name, ...rest] = args.filter((one, index) => !(index === 0 && (one === "-p" || one === "--")));
  if (name === undefined) return 0;
  const builtin = call.builtin(name);
  if (builtin && OWN.has(name)) return builtin.run({ ...call, args: rest });
  if (call.words[0] === "builtin") throw new Failure(`builtin: ${name}: not a shell builtin`, 1);
  return runFile({ name, args: rest, state, streams, assigned: [], run: runText });
}

async function describe(call: Call, names: readonly string[], isShort: boolean): Promise<number> {
  const { state, streams } = call;
  const isBash = state.dialect === "bash";
  let status = 0;
  for (const name of names) {
    const alias = state.aliases.get(name);
    const path = inPath(call, name);
    const isOwn = OWN.has(name) || (isBash && OWN_BASH.has(name));
    if (alias !== undefined)
      await say(streams, isShort ? `alias ${name}='${alias}'\n` : `${name} is an alias for ${alias}\n`);
    else if (KEYWORDS.has(name)) await say(streams, isShort ? `${name}\n` : `${name} is a shell keyword\n`);
    else if (state.functions.has(name))
      await say(streams, isShort ? `${name}\n` : `${name} is a ${isBash ? "" : "shell "}function\n`);
    else if (isOwn)
      await say(streams, isShort ? `${name}\n` : `${name} is a ${isSpecialName(name, isBash)}shell builtin\n`);
    else if (path !== undefined) await say(streams, isShort ? `${path}\n` : `${name} is ${path}\n`);
    else {
      status = isBash ? 1 : 127;
      if (!isShort && isBash) await complain(streams, `${complaint(state)}${call.words[0]}: ${name}: not found\n`);
      else if (!isShort) await say(streams, `${name}: not found\n`);
    }
  }
  return status;
}

function isSpecialName(name: string, isBash: boolean): string {
  return !isBash &&
    ". : break continue eval exec exit export readonly return set shift times trap unset".split(" ").includes(name)
    ? "special "
    : "";
}

async function type(call: Call): Promise<number> {
  const flags = call.args.filter((one) => one.startsWith("-")).join("");
  const names = call.args.filter((one) => !one.startsWith("-"));
  if (!flags.includes("t")) return describe(call, names, /[pP]/.test(flags));
  let status = 0;
  for (const name of names) {
    const { state } = call;
    const kind = state.aliases.has(name)
      ? "alias"
      : KEYWORDS.has(name)
        ? "keyword"
        : state.functions.has(name)
          ? "function"
          : OWN.has(name) || OWN_BASH.has(name)
            ? "builtin"
            : inPath(call, name) && "file";
    if (kind) await say(call.streams, `${kind}\n`);
    else status = 1;
  }
  return status;
}

async function exec({ args, state, streams, runText }: Call): Promise<number> {
  const [name, ...rest] = args[0] === "--" ? args.slice(1) : args;
  if (name === undefined) return 0;
  throw new Jump(
    "exit",
    await runFile({ name, args: rest, state, streams, assigned: [], run: runText, replaces: true }),
  );
}

async function alias({ args, state, streams }: Call): Promise<number> {
  if (args.length === 0)
    for (const [name, text] of state.aliases)
      await say(streams, `${state.dialect === "bash" ? "alias " : ""}${name}='${text}'\n`);
  for (const arg of args) {
    const [name = "", text] = arg.split(/=(.*)/s);
    if (text !== undefined) state.aliases.set(name, text);
    else if (state.aliases.has(name)) await say(streams, `alias ${name}='${state.aliases.get(name)}'\n`);
    else throw new Failure(`alias: ${name}: not found`, 1);
  }
  return 0;
}

/** Names, and where the program goes. */
export const nameBuiltins: Readonly<Record<string, Builtin>> = {
  ".": { run: source },
  ":": { run: () => 0 },
  alias: { run: alias },
  break: { run: ({ args }) => jump("break", args[0]) },
  builtin: { run: command, isBash: true },
  command: { run: command },
  continue: { run: ({ args }) => jump("continue", args[0]) },
  eval: { run: ({ args, runText, state, streams }) => runText(args.join(" "), state, streams) },
  exec: { run: exec },
  exit: { run: ({ args, state }) => jump("exit", args[0] ?? String(state.status)) },
  hash: { run: () => 0 },
  return: { run: ({ args, state }) => jump("return", args[0] ?? String(state.status)) },
  source: { run: source },
  type: { run: type },
  unalias: {
    run: ({ args, state }) => {
      if (args[0] === "-a") state.aliases.clear();
      for (const name of args) state.aliases.delete(name);
      return 0;
    },
  },
};
