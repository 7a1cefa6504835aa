import { absolute } from "../container/files.ts";
import { Failure } from "../process.ts";
import type { Builtin, Call } from "./call.ts";
import { outputOf } from "./launch.ts";
import { LONG_OPTIONS, setOption } from "./options.ts";
import { getItem, keysOf, setVariable } from "./variables.ts";

async function set({ args, state, streams }: Call): Promise<number> {
  if (args.length === 0) {
    const lines = [...state.variables]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, value]) => `${name}='${value.replaceAll("'", "'\\''")}'\n`);
    await outputOf(streams.descriptors.get(1))(lines.join(""));
    return 0;
  }
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? "";
    if (arg === "--" || arg === "-" || !/^[-+][a-zA-Z]+$/.test(arg)) {
      state.positional = args.slice(arg === "--" || arg === "-" ? at + 1 : at);
      return 0;
    }
    const isOn = arg.startsWith("-");
    for (const letter of arg.slice(1)) {
      if (letter !== "o") setOption(state, { letter }, isOn);
      else if (args[at + 1] === undefined) {
        const shown = LONG_OPTIONS.map((name) => `${name.padEnd(15)}\t${state.options.has(name) ? "on" : "off"}\n`);
        await outputOf(streams.descriptors.get(1))(shown.join(""));
      } else setOption(state, { name: args[++at] ?? "" }, isOn);
    }
  }
  return 0;
}

async function changeDirectory({ args, state, streams }: Call): Promise<number> {
  const [to = state.variables.get("HOME") ?? "/"] = args.filter((one) => !/^-[LPe-]$/.test(one));
  const wanted = to === "-" ? (state.variables.get("OLDPWD") ?? state.cwd) : to;
  const path = absolute(state.cwd, wanted);
  const node = state.machine.files.find(path);
  if (node?.kind !== "directory") {
    const why = node ? "Not a directory" : "No such file or directory";
    if (state.dialect === "bash") throw new Failure(`cd: ${wanted}: ${why}`, 1);
    if (state.dialect === "dash") throw new Failure(`cd: can't cd to ${wanted}`, 2, false);
    throw new Failure(`cd: can't cd to ${wanted}: ${why}`, 1);
  }
  setVariable(state, "OLDPWD", state.cwd);
  setVariable(state, "PWD", path);
  state.cwd = path;
  if (to === "-") await outputOf(streams.descriptors.get(1))(`${path}\n`);
  return 0;
}

const LIMITS: Readonly<Record<string, string>> = {
  n: "1048576",
  u: "unlimited",
  s: "8192",
  c: "unlimited",
  f: "unlimited",
  v: "unlimited",
};

async function ulimit({ args, streams }: Call): Promise<number> {
  const say = outputOf(streams.descriptors.get(1));
  const letters = args
    .filter((one) => one.startsWith("-"))
    .join("")
    .replaceAll(/[-SH]/g, "");
  if (args.some((one) => /^(\d+|unlimited)$/.test(one))) return 0;
  if (letters.includes("a")) {
    await say(
      "core file size (blocks)         (-c) unlimited\nopen files                      (-n) 1048576\nstack size (kb)                 (-s) 8192\nprocesses                       (-p) unlimited\n",
    );
    return 0;
  }
  await say(`${LIMITS[letters || "f"] ?? "unlimited"}\n`);
  return 0;
}

async function umask({ args, state, streams }: Call): Promise<number> {
  const [mode] = args.filter((one) => !one.startsWith("-"));
  if (mode === undefined) await outputOf(streams.descriptors.get(1))(`${state.umask.toString(8).padStart(4, "0")}\n`);
  else if (/^[0-7]{1,4}$/.test(mode)) state.umask = Number.parseInt(mode, 8);
  else throw new Failure(`umask: Illegal mode: ${mode}`, 2);
  return 0;
}

/** `getopts`: one option at a time; where it stands inside of `-abc` it keeps in a variable nobody sees. */
async function getopts({ args, state, streams }: Call): Promise<number> {
  const [spec = "", name = "", ...given] = args;
  const words = given.length > 0 ? given : state.positional;
  let index = Number(state.variables.get("OPTIND") ?? 1);
  let inside = Number(state.variables.get(INSIDE) ?? 1);
  if (state.variables.get(INSIDE_OF) !== String(index)) inside = 1;
  const word = words[index - 1];
  const done = (letter: string, value: string | undefined, status: number): number => {
    setVariable(state, "OPTIND", String(index));
    setVariable(state, name, letter);
    state.variables.set(INSIDE, String(inside));
    state.variables.set(INSIDE_OF, String(index));
    if (value === undefined) state.variables.delete("OPTARG");
    else setVariable(state, "OPTARG", value);
    return status;
  };
  if (word === undefined || !/^-./.test(word) || word === "--") {
    if (word === "--") index += 1;
    return done("?", undefined, 1);
  }
  const letter = word[inside] ?? "";
  const at = letter === ":" ? -1 : spec.replace(/^:/, "").indexOf(letter);
  const takes = at >= 0 && spec.replace(/^:/, "")[at + 1] === ":";
  const isLast = inside + 1 >= word.length;
  const step = (): void => {
    if (isLast) index += 1;
    inside = isLast ? 1 : inside + 1;
  };
  const isQuiet = spec.startsWith(":");
  const complain = async (text: string): Promise<void> => {
    if (!isQuiet) await outputOf(streams.descriptors.get(2))(text);
  };
  if (at < 0) {
    step();
    await complain(
      state.dialect === "bash" ? `${state.name}: illegal option -- ${letter}\n` : `Illegal option -${letter}\n`,
    );
    return done("?", isQuiet ? letter : undefined, 0);
  }
  if (!takes) {
    step();
    return done(letter, undefined, 0);
  }
  const value = isLast ? words[index] : word.slice(inside + 1);
  index += isLast ? 2 : 1;
  inside = 1;
  if (value !== undefined) return done(letter, value, 0);
  index -= 1;
  await complain(
    state.dialect === "bash"
      ? `${state.name}: option requires an argument -- ${letter}\n`
      : `No arg for -${letter} option\n`,
  );
  return done(isQuiet ? ":" : "?", isQuiet ? letter : undefined, 0);
}

const INSIDE = " getopts";
const INSIDE_OF = " getopts of";

async function directories({ args, words, state, streams, ...call }: Call): Promise<number> {
  const stack = keysOf(state, "DIRSTACK").map((key) => getItem(state, "DIRSTACK", key) ?? "");
  const to = words[0] === "popd" ? stack.shift() : args[0];
  if (to === undefined)
    throw new Failure(`${words[0]}: ${words[0] === "popd" ? "directory stack empty" : "no other directory"}`, 1);
  const before = state.cwd;
  await changeDirectory({ args: [to], words, state, streams, ...call });
  const next = words[0] === "popd" ? stack : [before, ...stack];
  state.arrays.set("DIRSTACK", new Map(next.map((one, index) => [String(index), one])));
  await outputOf(streams.descriptors.get(1))(`${[state.cwd, ...next].join(" ")}\n`);
  return 0;
}

/** Options, arguments, and what a process is given. */
export const optionBuiltins: Readonly<Record<string, Builtin>> = {
  cd: { run: changeDirectory },
  getopts: { run: getopts },
  popd: { run: directories, isBash: true },
  pushd: { run: directories, isBash: true },
  set: { run: set },
  shift: {
    run: ({ args, state }) => {
      const count = Number(args[0] ?? 1);
      if (count > state.positional.length) {
        if (state.dialect === "bash") return 1;
        throw new Failure("shift: can't shift that many", 2);
      }
      state.positional = state.positional.slice(count);
      return 0;
    },
  },
  shopt: { run: () => 0, isBash: true },
  times: {
    run: async ({ streams }) => {
      await outputOf(streams.descriptors.get(1))("0m0.000000s 0m0.000000s\n0m0.000000s 0m0.000000s\n");
      return 0;
    },
  },
  ulimit: { run: ulimit },
  umask: { run: umask },
};
