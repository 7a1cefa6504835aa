import { arithmetic } from "./arithmetic.ts";
import type { Scope } from "./expansion.ts";
import type { ShellState, Streams } from "./state.ts";
import type { List } from "./syntax.ts";
import { getItem, itemsOf, keysOf, numbersOf, setItem, setVariable } from "./variables.ts";

type Special = (state: ShellState, streams: Streams) => string | undefined;

const SPECIAL: Readonly<Record<string, Special>> = {
  "?": ({ status }) => String(status),
  "#": ({ positional }) => String(positional.length),
  $: ({ pid }) => String(pid),
  "!": ({ lastJob }) => (lastJob === 0 ? undefined : String(lastJob)),
  "0": ({ name }) => name,
  "-": ({ options }) => [...options].map((one) => LETTERS[one] ?? "").join(""),
  PPID: () => "0",
  RANDOM: () => String(Math.floor(Math.random() * 32_768)),
  LINENO: ({ line }) => String(line),
};

const BASH: Readonly<Record<string, Special>> = {
  BASHPID: (_state, { task }) => String(task.pid),
  BASH_VERSION: () => "5.2.37(1)-release",
  EPOCHSECONDS: ({ machine }) => String(Math.floor(machine.now() / 1000)),
  HOSTNAME: ({ machine, variables }) => variables.get("HOSTNAME") ?? machine.pod.metadata.name,
  OSTYPE: () => "linux-gnu",
  SECONDS: ({ machine }, { task }) => String(Math.floor((machine.now() - task.startedAt) / 1000)),
  UID: ({ machine }) => String(machine.image.uid),
  EUID: ({ machine }) => String(machine.image.uid),
};

/** The options that have a letter. */
export const LETTERS: Readonly<Record<string, string>> = {
  allexport: "a",
  errexit: "e",
  noclobber: "C",
  noexec: "n",
  noglob: "f",
  nounset: "u",
  verbose: "v",
  xtrace: "x",
};

export interface Captures {
  capture(body: List, state: ShellState, streams: Streams): Promise<string>;
  file(body: List, state: ShellState, streams: Streams): Promise<string>;
}

/** What a shell's words are expanded with. */
export function scopeOf(state: ShellState, streams: Streams, captures: Captures): Scope {
  const isBash = state.dialect === "bash";
  const get = (name: string): string | undefined => {
    const special = SPECIAL[name] ?? (isBash ? BASH[name] : undefined);
    if (special !== undefined && Object.hasOwn(SPECIAL, name) !== Object.hasOwn(BASH, name))
      return special(state, streams);
    if (/^\d/.test(name)) return state.positional[Number(name) - 1];
    return state.variables.get(name) ?? (state.arrays.size > 0 ? getItem(state, name, "0") : undefined);
  };
  return {
    cwd: state.cwd,
    files: state.machine.files,
    positional: state.positional,
    name: state.name,
    signal: streams.signal,
    fieldSeparators: state.variables.get("IFS") ?? " \t\n",
    hasBraces: isBash,
    globs: !state.options.has("noglob"),
    get,
    set: (name, value) => setVariable(state, name, value),
    items: (name) => itemsOf(state, name),
    keys: (name) => keysOf(state, name),
    item: (name, index) => getItem(state, name, index),
    setItem: (name, index, value) => setItem(state, name, index, value),
    isSetOption: (name) => state.options.has(name),
    calculate: (text) => String(arithmetic(text.replaceAll(/\$(\w+)/g, "$1"), numbersOf(state, get))),
    capture: (body) => captures.capture(body, state, streams),
    file: (body) => captures.file(body, state, streams),
  };
}
