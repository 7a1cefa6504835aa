import { Failure, type Program } from "../process.ts";
import { allBytes } from "./inputs.ts";
import { readOptions } from "./options.ts";

const hex = (value: number, size: number): string => value.toString(16).padStart(size, "0");
const octal = (value: number, size: number): string => value.toString(8).padStart(size, "0");

const NAMED: Readonly<Record<number, string>> = {
  0: "\\0",
  7: "\\a",
  8: "\\b",
  9: "\\t",
  10: "\\n",
  11: "\\v",
  12: "\\f",
  13: "\\r",
};
const WORDS =
  "nul soh stx etx eot enq ack bel bs ht nl vt ff cr so si dle dc1 dc2 dc3 dc4 nak syn etb can em sub esc fs gs rs us sp".split(
    " ",
  );

/** One way to show a number of bytes, and how wide. */
interface Format {
  readonly size: number;
  readonly width: number;
  show(value: number): string;
}

function formatOf(type: string): Format {
  const [, kind = "", given] = /^([acdoux])(\d|[CSIL])?z?$/.exec(type) ?? [];
  if (kind === "") throw new Failure(`invalid character '${type[0]}' in type string '${type}'`);
  if (kind === "c") return { size: 1, width: 4, show: shownChar };
  if (kind === "a")
    return {
      size: 1,
      width: 4,
      show: (byte) => ((byte & 127) === 127 ? "del" : (WORDS[byte & 127] ?? String.fromCharCode(byte & 127))),
    };
  const size = given === undefined ? 4 : ({ C: 1, S: 2, I: 4, L: 8 }[given] ?? Number(given));
  if (![1, 2, 4].includes(size))
    throw new Failure(`invalid type string '${type}'; this system doesn't provide a ${size}-byte integral type`);
  const digits = { d: [4, 6, 11], u: [3, 5, 10], o: [3, 6, 11], x: [2, 4, 8] }[kind]?.[Math.log2(size)] ?? 8;
  const signed = (value: number): number => (value >= 2 ** (8 * size - 1) ? value - 2 ** (8 * size) : value);
  const show =
    {
      x: (value: number) => hex(value, digits),
      o: (value: number) => octal(value, digits),
      u: String,
      d: (value: number) => String(signed(value)),
    }[kind] ?? String;
  return { size, width: digits + 1, show };
}

function shownChar(byte: number): string {
  return NAMED[byte] ?? (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : octal(byte, 3));
}

const od: Program = async (process) => {
  const options = readOptions(process.args, "vbcdoxsia", "AtNjw", [
    "address-radix=:A",
    "format=:t",
    "read-bytes=:N",
    "skip-bytes=:j",
    "width=:w",
  ]);
  const short = { b: "o1", c: "c", d: "u2", o: "o2", x: "x2", s: "d2", i: "d4", a: "a" };
  const types = [
    ...(options.all.get("t") ?? []),
    ...Object.entries(short).flatMap(([flag, type]) => (options.has(flag) ? [type] : [])),
  ];
  const formats = (types.length > 0 ? types : ["o2"]).map(formatOf);
  const radix = options.flags.get("A") ?? "o";
  const address = (at: number): string =>
    radix === "n" ? "" : radix === "x" ? hex(at, 6) : radix === "d" ? String(at).padStart(7, "0") : octal(at, 7);
  const skip = Number(options.flags.get("j") ?? 0);
  const all = await allBytes(process, options.rest);
  const end = options.has("N") ? Math.min(all.length, skip + Number(options.flags.get("N"))) : all.length;
  const width = Number(options.flags.get("w") ?? 16);
  // Where formats stand below each other, each byte takes as much as the widest of them needs.
  const perByte = Math.max(...formats.map((one) => one.width / one.size));
  let before = "";
  let isElided = false;
  for (let at = skip; at < end; at += width) {
    const row = all.subarray(at, Math.min(at + width, end));
    const same = row.toString("latin1");
    if (!options.has("v") && same === before && row.length === width) {
      if (!isElided) await process.stdout("*\n");
      isElided = true;
      continue;
    }
    [before, isElided] = [same, false];
    for (const [index, format] of formats.entries()) {
      let line = index === 0 ? address(at) : " ".repeat(address(at).length);
      for (let from = 0; from < row.length; from += format.size) {
        let value = 0;
        for (let byte = format.size - 1; byte >= 0; byte -= 1) value = value * 256 + (row[from + byte] ?? 0);
        line += format.show(value).padStart(perByte * format.size);
      }
      await process.stdout(`${line}\n`);
    }
  }
  if (radix !== "n") await process.stdout(`${address(Math.max(end, skip))}\n`);
  return 0;
};

function printable(row: Buffer): string {
  return [...row].map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ".")).join("");
}

const hexdump: Program = async (process) => {
  const options = readOptions(process.args, "Cvxbcd", "ns", []);
  const skip = Number(options.flags.get("s") ?? 0);
  const size = Number(options.flags.get("n") ?? Number.POSITIVE_INFINITY);
  const all = (await allBytes(process, options.rest)).subarray(0, skip + size);
  const isCanonical = options.has("C");
  const address = (at: number): string => hex(at, isCanonical ? 8 : 7);
  let before = "";
  let isElided = false;
  for (let at = skip; at < all.length; at += 16) {
    const row = all.subarray(at, at + 16);
    const same = row.toString("latin1");
    if (!options.has("v") && same === before && row.length === 16) {
      if (!isElided) await process.stdout("*\n");
      isElided = true;
      continue;
    }
    [before, isElided] = [same, false];
    if (isCanonical) {
      const bytes = Array.from({ length: 16 }, (_, index) => (index < row.length ? hex(row[index] ?? 0, 2) : "  "));
      await process.stdout(
        `${address(at)}  ${bytes.slice(0, 8).join(" ")}  ${bytes.slice(8).join(" ")}  |${printable(row)}|\n`,
      );
    } else {
      const words = Array.from({ length: 8 }, (_, index) =>
        index * 2 < row.length ? hex((row[index * 2] ?? 0) + 256 * (row[index * 2 + 1] ?? 0), 4) : "    ",
      );
      await process.stdout(`${address(at)} ${words.join(" ")}\n`);
    }
  }
  if (all.length > 0) await process.stdout(`${address(all.length)}\n`);
  return 0;
};

const xxd: Program = async (process) => {
  const options = readOptions(process.args, "prui", "lscg");
  if (options.has("r")) {
    const lines = (await allBytes(process, options.rest)).toString().split("\n");
    const digits = lines.map((line) => (options.has("p") ? line : (line.split(": ")[1] ?? "").split("  ")[0]) ?? "");
    await process.stdout(Buffer.from(digits.join("").replaceAll(/\s/g, ""), "hex"));
    return 0;
  }
  const skip = Number(options.flags.get("s") ?? 0);
  const all = (await allBytes(process, options.rest)).subarray(
    0,
    skip + Number(options.flags.get("l") ?? Number.POSITIVE_INFINITY),
  );
  const isPlain = options.has("p");
  const columns = Number(options.flags.get("c") ?? (isPlain ? 30 : 16));
  const group = Number(options.flags.get("g") ?? 2) || columns;
  for (let at = skip; at < all.length; at += columns) {
    const row = all.subarray(at, at + columns);
    if (isPlain) {
      await process.stdout(`${row.toString("hex")}\n`);
      continue;
    }
    let shown = "";
    for (let index = 0; index < columns; index += 1) {
      shown += index < row.length ? hex(row[index] ?? 0, 2) : "  ";
      if (index % group === group - 1) shown += " ";
    }
    await process.stdout(
      `${hex(at, 8)}: ${shown.padEnd(columns * 2 + Math.ceil(columns / group))} ${printable(row)}\n`,
    );
  }
  return 0;
};

export const DUMP_PROGRAMS: Readonly<Record<string, Program>> = { hd: hexdump, hexdump, od, xxd };
