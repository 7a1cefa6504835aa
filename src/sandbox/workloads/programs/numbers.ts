import { breathe, Failure, type Program } from "../process.ts";
import { allLines } from "./inputs.ts";
import { readOptions } from "./options.ts";
import { printf } from "./printf.ts";

/** How many digits stand after the point. */
function decimals(text: string): number {
  return /\.(\d*)$/.exec(text)?.[1]?.length ?? 0;
}

const seq: Program = async (process) => {
  const words = [...process.args];
  const flags: string[] = [];
  while (/^-[a-zA-Z-]/.test(words[0] ?? "")) {
    const word = words.shift() ?? "";
    flags.push(word);
    if (/^-[sf]$/.test(word)) flags.push(words.shift() ?? "");
  }
  const options = readOptions(flags, "w", "sf", ["separator=:s", "format=:f", "equal-width:w"]);
  if (words.length === 0) throw new Failure("missing operand");
  if (words.length > 3) throw new Failure(`extra operand '${words[3]}'`);
  for (const word of words)
    if (word === "" || Number.isNaN(Number(word))) throw new Failure(`invalid floating point argument: '${word}'`);
  const [first = "1", step = "1", last = "1"] =
    words.length === 1 ? ["1", "1", words[0]] : words.length === 2 ? [words[0], "1", words[1]] : words;
  const by = Number(step);
  if (by === 0) throw new Failure(`invalid Zero increment value: '${step}'`);
  const places = Math.max(decimals(first), decimals(step));
  // An end that shows fewer digits than the steps must not be passed by a rounding.
  const count = Math.floor((Number(last) - Number(first)) / by + 1e-9);
  const separator = (options.flags.get("s") ?? "\n").replaceAll("\\n", "\n").replaceAll("\\t", "\t");
  const format = options.flags.get("f");
  const shown = (at: number): string => (Number(first) + at * by).toFixed(places).replace(/^-(0(?:\.0*)?)$/, "$1");
  const width = options.has("w") ? Math.max(shown(0).length, shown(count).length) : 0;
  for (let at = 0; at <= count; at += 1) {
    const text = shown(at);
    const sign = text.startsWith("-") ? "-" : "";
    const padded =
      format === undefined
        ? sign + text.slice(sign.length).padStart(width - sign.length, "0")
        : printf([format, text], 0).text;
    await process.stdout(`${at === 0 ? "" : separator}${padded}`);
    await breathe(process.signal);
  }
  if (count >= 0) await process.stdout("\n");
  return 0;
};

const shuf: Program = async (process) => {
  const options = readOptions(process.args, "ezr", "ino", ["input-range=:i", "head-count=:n", "echo:e", "repeat:r"]);
  const range = /^(\d+)-(\d+)$/.exec(options.flags.get("i") ?? "");
  if (options.has("i") && !range) throw new Failure(`invalid input range: '${options.flags.get("i")}'`);
  const size = range ? Number(range[2]) - Number(range[1]) + 1 : 0;
  if (size > 1_000_000) throw new Failure("memory exhausted");
  const items = range
    ? Array.from({ length: size }, (_, at) => String(at + Number(range[1])))
    : options.has("e")
      ? [...options.rest]
      : await allLines(process, options.rest, 1);
  const count = Math.min(Number(options.flags.get("n") ?? items.length), items.length);
  for (let at = 0; at < count; at += 1) {
    const other = at + Math.floor(Math.random() * (items.length - at));
    [items[at], items[other]] = [items[other] ?? "", items[at] ?? ""];
    await process.stdout(`${items[at]}\n`);
  }
  return 0;
};

const factor: Program = async (process) => {
  const words =
    process.args.length > 0
      ? process.args
      : (await allLines(process, [], 1)).flatMap((line) => line.trim().split(/\s+/));
  let status = 0;
  for (const word of words) {
    let left = Number(word);
    if (!/^\d+$/.test(word) || !Number.isSafeInteger(left)) {
      await process.stderr(`${process.name}: '${word}' is not a valid positive integer\n`);
      status = 1;
      continue;
    }
    const factors: number[] = [];
    for (let by = 2; by * by <= left; by += by === 2 ? 1 : 2) {
      if (by % 4097 === 0) await breathe(process.signal);
      for (; left % by === 0; left /= by) factors.push(by);
    }
    if (left > 1) factors.push(left);
    await process.stdout(`${word}:${factors.map((one) => ` ${one}`).join("")}\n`);
  }
  return status;
};

export const NUMBER_PROGRAMS: Readonly<Record<string, Program>> = { factor, seq, shuf };
