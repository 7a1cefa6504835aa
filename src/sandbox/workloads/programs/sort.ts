import { absolute } from "../container/files.ts";
import { breathe, Failure, type Program } from "../process.ts";
import { allLines } from "./inputs.ts";
import { readOptions } from "./options.ts";

/** One `-k`: from a place in a field to another, compared in its own way. */
interface Key {
  readonly from: Place;
  /** Undefined: to the line's end. */
  readonly to: Place | undefined;
  readonly how: string;
}

interface Place {
  readonly field: number;
  /** 0: the field's whole. */
  readonly char: number;
}

const ORDERS = "nrfbdighV";

/** `sort`: in memory, by keys, byte by byte as in the C locale. */
export const sort: Program = async (process) => {
  const options = readOptions(process.args, `${ORDERS}usczmM`, "ktoST", LONG);
  const how = [...ORDERS].filter((one) => options.has(one)).join("");
  const keys = (options.all.get("k") ?? []).map((one) => readKey(one, how));
  const separator = options.flags.get("t");
  if (separator !== undefined && [...separator].length > 1 && separator !== "\\0")
    throw new Failure(`multi-character tab '${separator}'`, 2);
  const compareKeys = comparison(
    keys.length > 0 ? keys : [{ from: { field: 1, char: 0 }, to: undefined, how }],
    separator,
  );
  const isStable = options.has("s") || options.has("u");
  const compare = (a: string, b: string): number =>
    compareKeys(a, b) || (isStable ? 0 : how.includes("r") ? bytes(b, a) : bytes(a, b));
  const lines = await allLines(process, options.rest, 2);
  if (options.has("c")) {
    const at = lines.findIndex((line, index) => {
      const order = index > 0 ? compare(lines[index - 1] ?? "", line) : -1;
      return options.has("u") ? order >= 0 && index > 0 : order > 0;
    });
    if (at < 0) return 0;
    await process.stderr(`${process.name}: ${options.rest[0] ?? "-"}:${at + 1}: disorder: ${lines[at]}\n`);
    return 1;
  }
  const sorted = await sortedSlowly(lines, compare, process.signal);
  const kept = options.has("u")
    ? sorted.filter((line, index) => index === 0 || compareKeys(sorted[index - 1] ?? "", line) !== 0)
    : sorted;
  const text = kept.map((line) => `${line}\n`).join("");
  const to = options.flags.get("o");
  if (to === undefined) await process.stdout(text);
  else process.machine.files.write(absolute(process.cwd, to), Buffer.from(text));
  return 0;
};

const LONG = (
  "numeric-sort:n reverse:r unique:u ignore-case:f human-numeric-sort:h version-sort:V stable:s check:c " +
  "general-numeric-sort:g ignore-leading-blanks:b dictionary-order:d key=:k field-separator=:t output=:o"
).split(" ");

/** Merges from the bottom up, and lets others run meanwhile. */
async function sortedSlowly(
  lines: readonly string[],
  compare: (a: string, b: string) => number,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const CHUNK = 2048;
  let runs: string[][] = [];
  for (let at = 0; at < lines.length; at += CHUNK) {
    runs.push(lines.slice(at, at + CHUNK).sort(compare));
    await breathe(signal);
  }
  while (runs.length > 1) {
    const next: string[][] = [];
    for (let at = 0; at < runs.length; at += 2) {
      next.push(await merged(runs[at] ?? [], runs[at + 1] ?? [], compare, signal));
    }
    runs = next;
  }
  return runs[0] ?? [];
}

async function merged(
  a: string[],
  b: string[],
  compare: (a: string, b: string) => number,
  signal: AbortSignal,
): Promise<string[]> {
  const result: string[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    result.push(compare(a[i] ?? "", b[j] ?? "") <= 0 ? (a[i++] ?? "") : (b[j++] ?? ""));
    if (result.length % 1024 === 0) await breathe(signal);
  }
  while (i < a.length) result.push(a[i++] ?? "");
  while (j < b.length) result.push(b[j++] ?? "");
  return result;
}

function readKey(text: string, inherited: string): Key {
  const match = /^(\d+)(?:\.(\d+))?([a-zA-Z]*)(?:,(\d+)(?:\.(\d+))?([a-zA-Z]*))?$/.exec(text);
  if (!match) throw new Failure(`invalid number at field start: invalid count at start of '${text}'`, 2);
  const [, field, char, own = "", toField, toChar, toOwn = ""] = match;
  if (Number(field) === 0) throw new Failure(`-: invalid field specification '${text}'`, 2);
  const to = toField === undefined ? undefined : { field: Number(toField), char: Number(toChar ?? 0) };
  return { from: { field: Number(field), char: Number(char ?? 0) }, to, how: own + toOwn || inherited };
}

function comparison(keys: readonly Key[], separator: string | undefined): (a: string, b: string) => number {
  return (a, b) => {
    for (const key of keys) {
      const order = ordered(partOf(a, key, separator), partOf(b, key, separator), key.how);
      if (order !== 0) return key.how.includes("r") ? -order : order;
    }
    return 0;
  };
}

/** The part of a line that a key means. Without a separator a field begins with the blanks before it. */
function partOf(line: string, { from, to, how }: Key, separator: string | undefined): string {
  if (from.field === 1 && from.char === 0 && to === undefined) return line;
  const starts: number[] = [0];
  const ends: number[] = [];
  if (separator === undefined) {
    for (const { index, 0: field } of line.matchAll(/[ \t]*[^ \t]+/g)) {
      if (index > 0) starts.push(index);
      ends.push(index + field.length);
    }
  } else {
    for (let at = line.indexOf(separator); at >= 0; at = line.indexOf(separator, at + separator.length)) {
      ends.push(at);
      starts.push(at + separator.length);
    }
    ends.push(line.length);
  }
  const skipped = (at: number): number => {
    let begin = at;
    if (how.includes("b")) while (/[ \t]/.test(line[begin] ?? "")) begin += 1;
    return begin;
  };
  const start =
    from.field > starts.length
      ? line.length
      : skipped(starts[from.field - 1] ?? line.length) + Math.max(0, from.char - 1);
  if (to === undefined) return line.slice(start);
  const end =
    to.char === 0 ? (ends[to.field - 1] ?? line.length) : skipped(starts[to.field - 1] ?? line.length) + to.char;
  return line.slice(start, Math.max(start, end));
}

const SUFFIXES = "KMGTPEZY";

function ordered(a: string, b: string, how: string): number {
  if (how.includes("V")) return byVersion(a, b);
  if (how.includes("h")) return scaled(a) - scaled(b);
  if (how.includes("n")) return numberIn(a) - numberIn(b);
  if (how.includes("g")) return (Number.parseFloat(a) || 0) - (Number.parseFloat(b) || 0);
  const [x, y] = [plain(a, how), plain(b, how)];
  return bytes(x, y);
}

function plain(text: string, how: string): string {
  let result = how.includes("b") ? text.replace(/^[ \t]+/, "") : text;
  if (how.includes("d")) result = result.replaceAll(/[^A-Za-z0-9 \t]/g, "");
  return how.includes("f") ? result.toUpperCase() : result;
}

function numberIn(text: string): number {
  return Number(/^[ \t]*(-?\d*\.?\d*)/.exec(text)?.[1]) || 0;
}

/** First by the unit, as 2048K stands before 1M, then by the number. */
function scaled(text: string): number {
  const [, digits, unit = ""] = /^[ \t]*(-?\d*\.?\d*)([KkMGTPEZY]?)/.exec(text) ?? [];
  const value = Number(digits) || 0;
  return value === 0 ? 0 : value * 1e9 ** (SUFFIXES.indexOf(unit.toUpperCase() || " ") + 1);
}

/** Digits as numbers, letters before other signs, `~` before all. */
function byVersion(a: string, b: string): number {
  const [x, y] = [a.match(/\d+|\D/g) ?? [], b.match(/\d+|\D/g) ?? []];
  for (let at = 0; at < Math.max(x.length, y.length); at += 1) {
    const [one, other] = [x[at], y[at]];
    if (one === undefined) return other === "~" ? 1 : -1;
    if (other === undefined) return one === "~" ? -1 : 1;
    const areNumbers = /^\d/.test(one) && /^\d/.test(other);
    const order = areNumbers ? Number(one) - Number(other) : rank(one) - rank(other) || bytes(one, other);
    if (order !== 0) return order;
  }
  return bytes(a, b);
}

function rank(one: string): number {
  if (one === "~") return 0;
  return /^\d/.test(one) ? 1 : /^[A-Za-z]/.test(one) ? 2 : 3;
}

function bytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
