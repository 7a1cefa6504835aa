import { Failure, Input } from "../process.ts";
import type { Builtin, Call } from "./call.ts";
import { outputOf } from "./launch.ts";
import type { ShellState } from "./state.ts";
import { getItem, hide, keysOf, setItem, setVariable, unset } from "./variables.ts";

const isName = (text: string): boolean => /^[A-Za-z_]\w*$/.test(text);

function split(arg: string, command: string): [string, string | undefined] {
  const at = arg.indexOf("=");
  const name = at < 0 ? arg : arg.slice(0, at);
  if (!isName(name.replace(/\+$/, ""))) throw new Failure(`${command}: ${arg}: bad variable name`, 2);
  return [name, at < 0 ? undefined : arg.slice(at + 1)];
}

function assign(state: ShellState, [name, value]: [string, string | undefined]): string {
  if (name.endsWith("+"))
    setVariable(state, name.slice(0, -1), (state.variables.get(name.slice(0, -1)) ?? "") + (value ?? ""));
  else if (value !== undefined) setVariable(state, name, value);
  return name.replace(/\+$/, "");
}

async function exportNames({ args, state, streams }: Call): Promise<number> {
  const names = args.filter((one) => !/^-[pn]$/.test(one));
  if (names.length === 0) {
    const isBash = state.dialect === "bash";
    const lines = [...state.exported].sort().map((name) => {
      const value = state.variables.get(name) ?? "";
      return isBash ? `declare -x ${name}="${value}"\n` : `export ${name}='${value}'\n`;
    });
    await outputOf(streams.descriptors.get(1))(lines.join(""));
    return 0;
  }
  for (const arg of names) {
    const name = assign(state, split(arg, "export"));
    if (args[0] === "-n") state.exported.delete(name);
    else state.exported.add(name);
  }
  return 0;
}

function local({ args, state }: Call): number {
  if (state.locals.length === 0)
    throw new Failure(
      state.dialect === "bash" ? "local: can only be used in a function" : "local: not in a function",
      state.dialect === "bash" ? 1 : 2,
    );
  for (const arg of args.filter((one) => !/^-[a-zA-Z]+$/.test(one))) {
    const [name, value] = split(arg, "local");
    hide(state, name);
    if (value !== undefined) setVariable(state, name, value);
    else if (state.dialect === "bash") state.variables.delete(name);
  }
  return 0;
}

/** bash's `declare`. */
async function declare(call: Call): Promise<number> {
  const { args, state, streams } = call;
  const flags = args.filter((one) => /^[-+][a-zA-Z]+$/.test(one)).join("");
  const names = args.filter((one) => !/^[-+][a-zA-Z]+$/.test(one));
  if (flags.includes("p")) {
    for (const name of names) await outputOf(streams.descriptors.get(1))(declaration(state, name));
    return 0;
  }
  if (flags.includes("F") || flags.includes("f")) {
    for (const name of names.length === 0 ? state.functions.keys() : names) {
      if (!state.functions.has(name)) return 1;
      await outputOf(streams.descriptors.get(1))(names.length === 0 ? `declare -f ${name}\n` : `${name}\n`);
    }
    return 0;
  }
  for (const arg of names) {
    const [name, value] = split(arg, "declare");
    if (state.locals.length > 0 && !flags.includes("g")) hide(state, name);
    if (flags.includes("A")) state.keyed.add(name);
    if (/[aA]/.test(flags) && !state.arrays.has(name)) state.arrays.set(name, new Map());
    if (value !== undefined) {
      const text = flags.includes("u") ? value.toUpperCase() : flags.includes("l") ? value.toLowerCase() : value;
      setVariable(state, name, flags.includes("i") ? call.scope.calculate(text) : text);
    }
    if (flags.includes("x")) state.exported.add(name);
    if (flags.includes("r")) state.constants.add(name);
  }
  return 0;
}

function declaration(state: ShellState, name: string): string {
  const quote = (text: string): string => `"${text.replaceAll(/["$`\\]/g, "\\$&")}"`;
  if (!state.arrays.has(name)) {
    const value = state.variables.get(name);
    if (value === undefined) throw new Failure(`declare: ${name}: not found`, 1);
    const flags = `${state.constants.has(name) ? "r" : ""}${state.exported.has(name) ? "x" : ""}` || "-";
    return `declare -${flags} ${name}=${quote(value)}\n`;
  }
  const isKeyed = state.keyed.has(name);
  const items = keysOf(state, name).map((key) => `[${key}]=${quote(getItem(state, name, key) ?? "")}`);
  return `declare -${isKeyed ? "A" : "a"} ${name}=(${items.join(" ")}${isKeyed ? " " : ""})\n`;
}

function readonly({ args, state }: Call): number {
  for (const arg of args.filter((one) => one !== "-p")) state.constants.add(assign(state, split(arg, "readonly")));
  return 0;
}

async function read({ args, state, streams }: Call): Promise<number> {
  const names: string[] = [];
  let [isRaw, prompt, count, fd, list, delimiter] = [false, "", 0, 0, "", "\n"];
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? "";
    if (!/^-[a-zA-Z]/.test(arg)) names.push(arg);
    else {
      const letter = [...arg.slice(1)].find((one) => "pntNuad".includes(one));
      if (arg.includes("r")) isRaw = true;
      if (letter === undefined) continue;
      const value = arg.slice(arg.indexOf(letter) + 1) || (args[++at] ?? "");
      if (letter === "p") prompt = value;
      else if (letter === "n" || letter === "N") count = Number(value);
      else if (letter === "u") fd = Number(value);
      else if (letter === "a") list = value;
      else if (letter === "d") delimiter = value.slice(0, 1) || "\0";
    }
  }
  if (prompt !== "") await outputOf(streams.descriptors.get(2))(prompt);
  const descriptor = streams.descriptors.get(fd);
  const input =
    descriptor && "input" in descriptor ? descriptor.input.on(streams.signal) : new Input(undefined, streams.signal);
  const { text, isWhole } = await readText(input, isRaw, count, delimiter);
  const separators = state.variables.get("IFS") ?? " \t\n";
  if (list !== "") {
    const words = fieldsOf(text, separators, Number.POSITIVE_INFINITY);
    state.arrays.set(list, new Map(words.map((one, index) => [String(index), one])));
  } else {
    const targets = names.length === 0 ? ["REPLY"] : names;
    const bare = names.length === 0 && state.dialect === "bash";
    const fields = bare ? [text.replaceAll(ESCAPED, "$1")] : fieldsOf(text, separators, targets.length);
    for (const [index, name] of targets.entries()) setVariable(state, name, fields[index] ?? "");
  }
  return isWhole ? 0 : 1;
}

/** Marks a character that a backslash has made plain, so that it separates nothing. */
const MARK = "\u{f0000}";
const ESCAPED = new RegExp(`${MARK}([\\s\\S])`, "gu");

async function readText(
  input: Input,
  isRaw: boolean,
  count: number,
  delimiter: string,
): Promise<{ text: string; isWhole: boolean }> {
  let text = "";
  if (count > 0) {
    for (let left = count; left > 0; ) {
      const chunk = await input.read();
      if (chunk === undefined) return { text, isWhole: false };
      const line = chunk.indexOf(10);
      const end = line >= 0 && line < left ? line : Math.min(left, chunk.length);
      text += chunk.subarray(0, end).toString();
      left -= end;
      input.unread(chunk.subarray(line >= 0 && line < left + end && end === line ? end + 1 : end));
      if (line >= 0 && end === line) return { text, isWhole: true };
    }
    return { text, isWhole: true };
  }
  for (;;) {
    const line = await input.readUntil(delimiter.charCodeAt(0));
    if (line === undefined) return { text, isWhole: false };
    if (isRaw) return { text: text + line.text, isWhole: line.isWhole };
    const isContinued = /(?<!\\)(\\\\)*\\$/.test(line.text);
    text += (isContinued ? line.text.slice(0, -1) : line.text).replaceAll(/\\([\s\S])/g, `${MARK}$1`);
    if (!isContinued) return { text, isWhole: line.isWhole };
  }
}

/** A line's fields; the last takes what is left. */
function fieldsOf(text: string, separators: string, count: number): string[] {
  const isBlank = (char: string | undefined): boolean =>
    char !== undefined && separators.includes(char) && /\s/.test(char);
  const chars = text.match(new RegExp(`${MARK}[\\s\\S]|[\\s\\S]`, "gu")) ?? [];
  const fields: string[] = [];
  let at = 0;
  while (isBlank(chars[at])) at += 1;
  while (at < chars.length) {
    if (fields.length === count - 1) {
      const rest = chars.slice(at);
      while (isBlank(rest.at(-1))) rest.pop();
      const only = rest.findIndex((one) => separators.includes(one));
      // One separator at the very end belongs to the last field's border.
      if (only === rest.length - 1 && only >= 0) rest.pop();
      fields.push(rest.join(""));
      break;
    }
    let field = "";
    while (at < chars.length && !separators.includes(chars[at] ?? "")) field += chars[at++];
    fields.push(field);
    while (isBlank(chars[at])) at += 1;
    if (at < chars.length && separators.includes(chars[at] ?? "")) {
      at += 1;
      while (isBlank(chars[at])) at += 1;
    }
  }
  return fields.map((one) => one.replaceAll(ESCAPED, "$1"));
}

async function mapfile({ args, state, streams }: Call): Promise<number> {
  const isTrimmed = args.some((one) => /^-\w*t/.test(one));
  const name = args.find((one) => !one.startsWith("-")) ?? "MAPFILE";
  const descriptor = streams.descriptors.get(0);
  const text =
    descriptor && "input" in descriptor ? (await descriptor.input.on(streams.signal).readAll()).toString() : "";
  const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
  state.arrays.set(name, new Map(lines.map((one, index) => [String(index), isTrimmed ? one.replace(/\n$/, "") : one])));
  return 0;
}

/** Variables: giving, reading, hiding, taking away. */
export const variableBuiltins: Readonly<Record<string, Builtin>> = {
  declare: { run: declare, isBash: true },
  export: { run: exportNames },
  let: {
    run: ({ args, scope }) => {
      let last = "0";
      for (const arg of args) last = scope.calculate(arg);
      return last === "0" ? 1 : 0;
    },
  },
  local: { run: local },
  mapfile: { run: mapfile, isBash: true },
  read: { run: read },
  readarray: { run: mapfile, isBash: true },
  readonly: { run: readonly },
  typeset: { run: declare, isBash: true },
  unset: {
    run: ({ args, state }) => {
      for (const name of args.filter((one) => !/^-[fv]$/.test(one))) {
        if (args[0] !== "-v") state.functions.delete(name);
        if (args[0] !== "-f") {
          if (/^\w+\[/.test(name)) setItemGone(state, name);
          else unset(state, name);
        }
      }
      return 0;
    },
  },
};

function setItemGone(state: ShellState, name: string): void {
  // Makes a single value a list first, so that there is something to take from.
  const bare = name.replace(/\[.*$/, "");
  if (!state.arrays.has(bare) && state.variables.has(bare)) setItem(state, bare, "0", state.variables.get(bare) ?? "");
  unset(state, name);
}
