import { Failure, type Input, type Program } from "../process.ts";
import { each, open } from "./inputs.ts";
import { readOptions } from "./options.ts";

type Range = readonly [number, number];

/** `1`, `2-`, `-3`, `1,4-5`: places from 1. */
function readRanges(list: string): Range[] {
  return list.split(",").map((one) => {
    const match = /^(\d*)(-?)(\d*)$/.exec(one);
    const [, from, dash, to] = match ?? [];
    if (!match || (from === "" && to === "")) throw new Failure(`invalid field value '${one}'`);
    if (from === "0") throw new Failure("fields are numbered from 1");
    if (!dash) return [Number(from), Number(from)];
    const range: Range = [Number(from || 1), to ? Number(to) : Number.POSITIVE_INFINITY];
    if (range[1] < range[0]) throw new Failure("invalid decreasing range");
    return range;
  });
}

const cut: Program = async (process) => {
  const options = readOptions(process.args, "snz", "dfcbO", [
    "complement",
    "output-delimiter=:O",
    "delimiter=:d",
    "fields=:f",
    "characters=:c",
    "bytes=:b",
    "only-delimited:s",
  ]);
  const list = options.flags.get("f") ?? options.flags.get("c") ?? options.flags.get("b");
  if (list === undefined) throw new Failure("you must specify a list of bytes, characters, or fields");
  const ranges = readRanges(list);
  const isFields = options.has("f");
  const delimiter = isFields ? (options.flags.get("d") ?? "\t") : "";
  if (isFields && [...delimiter].length !== 1) throw new Failure("the delimiter must be a single character");
  if (!isFields && options.has("d"))
    throw new Failure("an input delimiter may be specified only when operating on fields");
  const joint = options.flags.get("O") ?? delimiter;
  const isInverted = options.has("complement");
  const isKept = (place: number): boolean => ranges.some(([from, to]) => place >= from && place <= to) !== isInverted;
  return each(process, options.rest, async (input) => {
    for (let line = await input.readLine(); line !== undefined; line = await input.readLine()) {
      const parts = line.split(delimiter);
      if (isFields && parts.length === 1) {
        if (!options.has("s")) await process.stdout(`${line}\n`);
        continue;
      }
      const kept = parts.filter((_, index) => isKept(index + 1));
      await process.stdout(`${kept.join(joint)}\n`);
    }
  });
};

const paste: Program = async (process) => {
  const options = readOptions(process.args, "sz", "d", ["serial:s", "delimiters=:d"]);
  const delimiters = [
    ...(options.flags.get("d") ?? "\t").replaceAll(/\\([nt0\\])/g, (_, one: string) => ESCAPES[one] ?? ""),
  ];
  const between = (at: number): string => delimiters[at % Math.max(1, delimiters.length)] ?? "";
  const names = options.rest.length > 0 ? options.rest : ["-"];
  if (options.has("s")) {
    return each(process, names, async (input) => {
      let at = -1;
      for (let line = await input.readLine(); line !== undefined; line = await input.readLine()) {
        await process.stdout(`${at < 0 ? "" : between(at)}${line}`);
        at += 1;
      }
      await process.stdout("\n");
    });
  }
  const inputs: Input[] = [];
  const status = await each(process, names, async (input) => void inputs.push(input));
  for (;;) {
    const lines: (string | undefined)[] = [];
    for (const input of inputs) lines.push(await input.readLine());
    if (lines.every((line) => line === undefined)) return status;
    await process.stdout(`${lines.map((line, at) => (at === 0 ? "" : between(at - 1)) + (line ?? "")).join("")}\n`);
  }
};

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", "0": "", "\\": "\\" };

const fold: Program = (process) => {
  const args = process.args.map((one) => (/^-\d+$/.test(one) ? `-w${one.slice(1)}` : one));
  const options = readOptions(args, "bs", "w", ["width=:w", "spaces:s", "bytes:b"]);
  const width = Number(options.flags.get("w") ?? 80);
  if (!(width > 0)) throw new Failure(`invalid number of columns: '${options.flags.get("w")}'`);
  return each(process, options.rest, async (input) => {
    for (let next = await input.readUntil(10); next; next = await input.readUntil(10)) {
      let line = next.text;
      while (line.length > width) {
        const space = options.has("s") ? line.slice(0, width).search(/[ \t][^ \t]*$/) : -1;
        const end = space >= 0 ? space + 1 : width;
        await process.stdout(`${line.slice(0, end)}\n`);
        line = line.slice(end);
      }
      await process.stdout(line + (next.isWhole ? "\n" : ""));
    }
  });
};

const expand: Program = (process) => {
  const options = readOptions(process.args, "ia", "t", ["tabs=:t", "initial:i"]);
  const stops = (options.flags.get("t") ?? "8").split(/[ ,]/).map(Number);
  const [size = 8] = stops;
  const nextStop = (column: number): number =>
    stops.length === 1
      ? size - (column % size)
      : Math.max(1, (stops.find((one) => one > column) ?? column + 1) - column);
  return each(process, options.rest, async (input) => {
    for (let line = await input.readLine(); line !== undefined; line = await input.readLine()) {
      let shown = "";
      for (const char of line) {
        const isKept = options.has("i") && /[^ \t]/.test(shown);
        shown += char === "\t" && !isKept ? " ".repeat(nextStop(shown.length)) : char;
      }
      await process.stdout(`${shown}\n`);
    }
  });
};

const unexpand: Program = (process) => {
  const options = readOptions(process.args, "af", "t", ["all:a", "first-only:f", "tabs=:t"]);
  const size = Number(options.flags.get("t") ?? 8);
  const isAll = options.has("a", "t") && !options.has("f");
  return each(process, options.rest, async (input) => {
    for (let line = await input.readLine(); line !== undefined; line = await input.readLine()) {
      const lead = isAll ? line.length : (/^[ \t]*/.exec(line)?.[0].length ?? 0);
      let shown = "";
      for (let at = 0; at < lead; at += size) {
        const part = line.slice(at, Math.min(at + size, lead));
        shown += part.length === size ? part.replace(/ {2,}$/, "\t") : part;
      }
      await process.stdout(`${shown}${line.slice(lead)}\n`);
    }
  });
};

const nl: Program = async (process) => {
  const options = readOptions(process.args, "p", "bsvwni", [
    "body-numbering=:b",
    "number-separator=:s",
    "number-width=:w",
  ]);
  const style = options.flags.get("b") ?? "t";
  const width = Number(options.flags.get("w") ?? 6);
  const separator = options.flags.get("s") ?? "\t";
  const format = options.flags.get("n") ?? "rn";
  let number = Number(options.flags.get("v") ?? 1);
  return each(process, options.rest, async (input) => {
    for (let line = await input.readLine(); line !== undefined; line = await input.readLine()) {
      if (style === "n" || (style === "t" && line === "")) {
        await process.stdout(`${" ".repeat(width + separator.length)}${line}\n`);
        continue;
      }
      const text = String(number);
      const shown = format === "ln" ? text.padEnd(width) : text.padStart(width, format === "rz" ? "0" : " ");
      await process.stdout(`${shown}${separator}${line}\n`);
      number += Number(options.flags.get("i") ?? 1);
    }
  });
};

const join: Program = async (process) => {
  const options = readOptions(process.args, "i", "12jtavoe");
  const field = (name: string): number => Number(options.flags.get(name) ?? options.flags.get("j") ?? 1) - 1;
  const separator = options.flags.get("t");
  const [one, other] = options.rest;
  if (one === undefined || other === undefined) throw new Failure("missing operand");
  const rows: string[][][] = [];
  for (const name of [one, other]) {
    const input = name === "-" ? process.stdin : open(process, name);
    const own: string[][] = [];
    for (let line = await input.readLine(); line !== undefined; line = await input.readLine())
      own.push(separator === undefined ? line.trim().split(/[ \t]+/) : line.split(separator));
    rows.push(own);
  }
  const [left = [], right = []] = rows;
  const [x, y] = [field("1"), field("2")];
  const without = (row: readonly string[], at: number): string[] => row.filter((_, index) => index !== at);
  const print = (words: readonly (string | undefined)[]): Promise<void> =>
    process.stdout(`${words.join(separator ?? " ")}\n`);
  const shown = options.all.get("a") ?? options.all.get("v") ?? [];
  const paired = new Set<readonly string[]>();
  for (const row of left) {
    const found = right.filter((each) => each[y] === row[x]);
    for (const each of found) {
      paired.add(each);
      if (options.has("v")) continue;
      const list = options.flags.get("o")?.split(/[ ,]/);
      const pick = (place: string): string | undefined =>
        place === "0" ? row[x] : (place.startsWith("1.") ? row : each)[Number(place.slice(2)) - 1];
      await print(list?.map(pick) ?? [row[x], ...without(row, x), ...without(each, y)]);
    }
    if (found.length === 0 && shown.includes("1")) await print([row[x], ...without(row, x)]);
  }
  for (const row of right) if (!paired.has(row) && shown.includes("2")) await print([row[y], ...without(row, y)]);
  return 0;
};

export const COLUMN_PROGRAMS: Readonly<Record<string, Program>> = { cut, expand, fold, join, nl, paste, unexpand };
