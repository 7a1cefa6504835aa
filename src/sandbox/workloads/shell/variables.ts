import { Failure } from "../process.ts";
import { arithmetic, type Variables } from "./arithmetic.ts";
import type { ShellState } from "./state.ts";

/** Gives a variable a value. Throws a `Failure` for one that is read-only. */
export function setVariable(state: ShellState, name: string, value: string): void {
  if (state.constants.has(name)) throw new Failure(readOnly(state, name), 2);
  const list = state.arrays.get(name);
  if (list) list.set("0", value);
  else state.variables.set(name, value);
  if (state.options.has("allexport")) state.exported.add(name);
}

/** Gives one item of a list a value. */
export function setItem(state: ShellState, name: string, index: string, value: string): void {
  if (state.constants.has(name)) throw new Failure(readOnly(state, name), 2);
  const before = state.variables.get(name);
  const list = state.arrays.get(name) ?? new Map<string, string>(before === undefined ? [] : [["0", before]]);
  state.variables.delete(name);
  state.arrays.set(name, list);
  list.set(keyOf(state, name, index), value);
}

export function getItem(state: ShellState, name: string, index: string): string | undefined {
  const list = state.arrays.get(name);
  if (!list) return keyOf(state, name, index) === "0" ? state.variables.get(name) : undefined;
  return list.get(keyOf(state, name, index));
}

/** A list's keys in the order in which bash tells them. */
export function keysOf(state: ShellState, name: string): string[] {
  const list = state.arrays.get(name);
  if (!list) return state.variables.has(name) ? ["0"] : [];
  return state.keyed.has(name) ? [...list.keys()] : [...list.keys()].sort((a, b) => Number(a) - Number(b));
}

/** All items of a list in their order. */
export function itemsOf(state: ShellState, name: string): string[] {
  return keysOf(state, name).map((key) => getItem(state, name, key) ?? "");
}

export function unset(state: ShellState, name: string): void {
  if (state.constants.has(name)) throw new Failure(`unset: ${readOnly(state, name)}`, 2);
  const item = /^(\w+)\[(.*)\]$/.exec(name);
  if (item) {
    state.arrays.get(item[1] ?? "")?.delete(keyOf(state, item[1] ?? "", item[2] ?? ""));
    return;
  }
  state.variables.delete(name);
  state.arrays.delete(name);
  state.keyed.delete(name);
  state.exported.delete(name);
}

/** Makes a variable the function's own until that ends. */
export function hide(state: ShellState, name: string): void {
  const frame = state.locals.at(-1);
  if (!frame || frame.has(name)) return;
  frame.set(name, { value: state.variables.get(name), list: state.arrays.get(name) });
  state.arrays.delete(name);
}

/** Brings back what `local` had hidden. */
export function restore(state: ShellState): void {
  for (const [name, { value, list }] of state.locals.pop() ?? []) {
    if (value === undefined) state.variables.delete(name);
    else state.variables.set(name, value);
    if (list) state.arrays.set(name, list);
    else state.arrays.delete(name);
  }
}

/** A shell's variables as expressions see them. */
export function numbersOf(state: ShellState, get: (name: string) => string | undefined): Variables {
  return {
    get: (name, index) => (index === undefined ? get(name) : getItem(state, name, index)) ?? "",
    set: (name, index, value) =>
      index === undefined ? setVariable(state, name, value) : setItem(state, name, index, value),
  };
}

/** `-1` is the last; an index may be an expression; the keys of some lists are names. */
function keyOf(state: ShellState, name: string, index: string): string {
  if (state.keyed.has(name)) return index.replace(/^\$/, "");
  if (/^\d+$/.test(index)) return String(Number(index));
  const number = Number(
    arithmetic(
      index,
      numbersOf(state, (one) => state.variables.get(one)),
    ),
  );
  if (number >= 0) return String(number);
  const last = keysOf(state, name).at(-1);
  const at = Number(last ?? -1) + 1 + number;
  if (at < 0) throw new Failure(`${name}: bad array subscript`, 1);
  return String(at);
}

function readOnly({ dialect }: ShellState, name: string): string {
  return dialect === "bash" ? `${name}: readonly variable` : `${name}: is read only`;
}
