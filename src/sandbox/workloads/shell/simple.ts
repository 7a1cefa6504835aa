import { Failure } from "../process.ts";
import { BUILTINS, isSpecial } from "./builtins.ts";
import { complain } from "./complaints.ts";
import { expandText, expandWords } from "./expand.ts";
import type { Scope } from "./expansion.ts";
import { runFile } from "./launch.ts";
import type { Runners } from "./runners.ts";
import { Jump, type ShellState, type Streams } from "./state.ts";
import type { Assignment, Command, Word } from "./syntax.ts";
import { getItem, hide, keysOf, restore, setItem, setVariable } from "./variables.ts";

const MAX_CALLS = 1000;

type Simple = Extract<Command, { kind: "simple" }>;

/** Runs a command that is words: a function, something of the shell's own, or a file. */
export async function runSimple(command: Simple, state: ShellState, streams: Streams, run: Runners): Promise<number> {
  const scope = run.scope(state, streams);
  state.substituted = 0;
  state.line = command.line;
  const [name, ...args] = await expandWords(command.words, scope);
  if (name === undefined) return assignAll(command.assignments, state, streams, scope);
  const isDeclaration = command.assignments.some((one) => one.isList) && command.words.length > 0;
  const values: [string, string][] = [];
  for (const one of isDeclaration ? [] : command.assignments) values.push([one.name, await textOf(one, state, scope)]);
  if (state.options.has("xtrace")) await trace(values, [name, ...args], state, streams);
  const body = state.functions.get(name);
  if (body) return callFunction(body, args, values, state, streams, run);
  const builtin = Object.hasOwn(BUILTINS, name) ? BUILTINS[name] : undefined;
  if (builtin && (state.dialect === "bash" || !builtin.isBash)) {
    if (isSpecial(name)) for (const [variable, value] of values) setVariable(state, variable, value);
    const back = isSpecial(name) ? () => {} : setFor(state, values);
    try {
      const status = await builtin.run({
        args,
        state,
        streams,
        runText: (text, own, all) => deeper(own, () => run.text(text, own, all)),
        scope,
        words: [name, ...args],
        builtin: (one) => (Object.hasOwn(BUILTINS, one) ? BUILTINS[one] : undefined),
      });
      for (const one of isDeclaration ? command.assignments : []) {
        if (name === "local" || (name === "declare" && state.locals.length > 0)) hide(state, one.name);
        if (args.some((arg) => /^-\w*A/.test(arg))) state.keyed.add(one.name);
        await assign(one, state, scope);
      }
      return status;
    } finally {
      back();
    }
  }
  return runFile({ name, args, state, streams, assigned: values, run: run.text });
}

async function assignAll(
  assignments: readonly Assignment[],
  state: ShellState,
  streams: Streams,
  scope: Scope,
): Promise<number> {
  for (const one of assignments) {
    await assign(one, state, scope);
    if (state.options.has("xtrace")) await trace([[one.name, state.variables.get(one.name) ?? ""]], [], state, streams);
  }
  return state.substituted;
}

async function textOf(one: Assignment, state: ShellState, scope: Scope): Promise<string> {
  const text = await expandText(one.value as Word, scope);
  return one.adds ? (state.variables.get(one.name) ?? "") + text : text;
}

async function assign(one: Assignment, state: ShellState, scope: Scope): Promise<void> {
  const { name, index, adds, isList } = one;
  if (!isList && index === undefined) {
    const before = adds ? (scope.get(name) ?? "") : "";
    setVariable(state, name, before + (await expandText(one.value as Word, scope)));
  } else if (!isList) {
    const key = await expandText(index ?? [], scope);
    const before = adds ? (getItem(state, name, key) ?? "") : "";
    setItem(state, name, key, before + (await expandText(one.value as Word, scope)));
  } else {
    const items: [string | undefined, string][] = [];
    for (const item of one.value as readonly { index: Word | undefined; word: Word }[]) {
      if (item.index) items.push([await expandText(item.index, scope), await expandText(item.word, scope)]);
      else for (const word of await expandWords([item.word], scope)) items.push([undefined, word]);
    }
    if (!adds) {
      state.variables.delete(name);
      state.arrays.set(name, new Map());
    }
    let next = Number(keysOf(state, name).at(-1) ?? -1) + 1;
    for (const [key, text] of items) {
      setItem(state, name, key ?? String(next), text);
      next = (key === undefined ? next : Number(key) || 0) + 1;
    }
  }
}

async function trace(
  values: readonly [string, string][],
  words: readonly string[],
  state: ShellState,
  streams: Streams,
): Promise<void> {
  const shown = (word: string): string =>
    /^[\w@%+=:,./-]+$/.test(word) || state.dialect !== "bash" ? word : `'${word.replaceAll("'", "'\\''")}'`;
  const prefix = state.variables.get("PS4") ?? "+ ";
  const assigned = values.map(([name, value]) => `${name}=${value === "" ? "" : shown(value)}`);
  await complain(streams, `${prefix}${[...assigned, ...words.map(shown)].join(" ")}\n`);
}

/** Gives variables a value while one command runs. */
function setFor(state: ShellState, values: readonly [string, string][]): () => void {
  const old = values.map(([name]) => [name, state.variables.get(name), state.exported.has(name)] as const);
  for (const [name, value] of values) setVariable(state, name, value);
  for (const [name] of values) state.exported.add(name);
  return () => {
    for (const [name, value, wasExported] of old) {
      if (value === undefined) state.variables.delete(name);
      else state.variables.set(name, value);
      if (!wasExported) state.exported.delete(name);
    }
  };
}

async function callFunction(
  body: Command,
  args: string[],
  values: readonly [string, string][],
  state: ShellState,
  streams: Streams,
  run: Runners,
): Promise<number> {
  const outer = state.positional;
  const back = setFor(state, values);
  state.positional = args;
  state.locals.push(new Map());
  try {
    return await deeper(state, () => run.command(body, state, streams));
  } catch (error) {
    if (error instanceof Jump && error.kind === "return") return error.value;
    throw error;
  } finally {
    restore(state);
    state.positional = outer;
    back();
  }
}

/** Functions, sourced files and `eval` may call themselves, but not for ever. */
async function deeper(state: ShellState, run: () => Promise<number>): Promise<number> {
  if (state.depth >= MAX_CALLS) throw new Failure("maximum recursion depth exceeded", 2);
  state.depth += 1;
  try {
    return await run();
  } finally {
    state.depth -= 1;
  }
}
