import { createHash } from "node:crypto";
import { absolute } from "../container/files.ts";
import { breathe, Failure, Input, type Process, type Program } from "../process.ts";
import { deviceBytes } from "../shell/devices.ts";
import { readOptions } from "./options.ts";
import { compilePattern } from "./pattern.ts";

/** The named files one after another, or standard input; a file that is missing is told and skipped. */
async function each(
  process: Process,
  names: readonly string[],
  use: (input: Input, name: string) => Promise<void>,
): Promise<number> {
  let status = 0;
  for (const name of names.length === 0 ? ["-"] : names) {
    try {
      await use(name === "-" ? process.stdin : open(process, name), name);
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "FileError") throw error;
      await process.stderr(`${process.name}: ${describe(process.name, name)}${error.message}\n`);
      status = 1;
    }
  }
  return status;
}

function describe(program: string, name: string): string {
  return program === "cat" || program === "head" || program === "tail" ? `can't open '${name}': ` : `${name}: `;
}

function open({ machine, cwd, signal }: Process, name: string): Input {
  const file = machine.files.file(absolute(cwd, name));
  return new Input(file.device ? deviceBytes(file.device) : once(file.data), signal);
}

async function* once(data: Buffer): AsyncGenerator<Buffer> {
  if (data.length > 0) yield data;
}

async function linesOf(input: Input): Promise<string[]> {
  const text = (await input.readAll()).toString();
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

async function allLines(process: Process, names: readonly string[]): Promise<string[]> {
  const lines: string[] = [];
  await each(process, names, async (input) => void lines.push(...(await linesOf(input))));
  return lines;
}

const cat: Program = (process) => {
  const options = readOptions(process.args, "nuevtA", "");
  let number = 0;
  return each(process, options.rest, async (input) => {
    if (!options.has("n")) {
      for (let chunk = await input.read(); chunk; chunk = await input.read()) await process.stdout(chunk);
      return;
    }
    for (let line = await input.readLine(); line !== undefined; line = await input.readLine()) {
      number += 1;
      await process.stdout(`${String(number).padStart(6)}\t${line}\n`);
    }
  });
};

const head: Program = (process) => {
  const options = readOptions(process.args.map(oldCount), "qv", "nc");
  const count = Number(options.flags.get("n") ?? 10);
  const bytes = options.flags.get("c");
  return each(process, options.rest, async (input, name) => {
    if (options.rest.length > 1) await process.stdout(`==> ${name} <==\n`);
    if (bytes !== undefined) {
      let left = Number(bytes);
      for (let chunk = await input.read(); chunk && left > 0; chunk = left > 0 ? await input.read() : undefined) {
        await process.stdout(chunk.subarray(0, left));
        left -= chunk.length;
      }
      return;
    }
    if (count < 0) {
      const lines = await linesOf(input);
      return process.stdout(
        lines
          .slice(0, count)
          .map((line) => `${line}\n`)
          .join(""),
      );
    }
    for (let left = count; left > 0; left -= 1) {
      const line = await input.readLine();
      if (line === undefined) return;
      await process.stdout(`${line}\n`);
    }
  });
};

/** `-5` is an old way to write `-n 5`. */
function oldCount(arg: string): string {
  return /^-\d+$/.test(arg) ? `-n${arg.slice(1)}` : arg;
}

const POLL_MS = 200;

const tail: Program = async (process) => {
  const options = readOptions(process.args.map(oldCount), "fFqv", "ncs", ["follow"]);
  const wanted = options.flags.get("n") ?? "10";
  const bytes = options.flags.get("c");
  const follows = options.has("f", "F", "follow");
  const status = await each(process, options.rest, async (input, name) => {
    if (options.rest.length > 1) await process.stdout(`==> ${name} <==\n`);
    if (bytes !== undefined) {
      const all = await input.readAll();
      const from = bytes.startsWith("+") ? Number(bytes) - 1 : Math.max(0, all.length - Number(bytes));
      return process.stdout(all.subarray(from));
    }
    const lines = await linesOf(input);
    const from = wanted.startsWith("+") ? Number(wanted) - 1 : Math.max(0, lines.length - Math.abs(Number(wanted)));
    await process.stdout(
      lines
        .slice(from)
        .map((line) => `${line}\n`)
        .join(""),
    );
  });
  const [name] = options.rest;
  if (!follows || name === undefined) return status;
  const { machine, cwd, signal } = process;
  const file = machine.files.file(absolute(cwd, name));
  for (let seen = file.data.length; ; ) {
    await wait(POLL_MS, signal);
    if (file.data.length > seen) await process.stdout(file.data.subarray(seen));
    seen = file.data.length;
  }
};

/** Waits, and ends at once when the process does. */
export async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await breathe(signal);
  await new Promise<void>((resolve) => {
    const timer = setTimeout(done, Math.min(ms, 2 ** 31 - 1));
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
    signal.addEventListener("abort", done);
  });
  await breathe(signal);
}

const grep: Program = async (process) => {
  const options = readOptions(process.args, "EFGPivcnqloxwhHrRs", "emABC", [
    "color=",
    "ignore-case",
    "invert-match",
    "count",
    "quiet",
  ]);
  const rest = [...options.rest];
  const patterns = options.all.get("e") ?? [rest.shift()];
  if (patterns[0] === undefined) throw new Failure("no pattern", 2);
  const test = await compilePattern(patterns.join("\n"), {
    isFixed: options.has("F"),
    isExtended: options.has("E", "P") || process.name === "egrep",
    ignoresCase: options.has("i", "ignore-case"),
    isWhole: options.has("x"),
    isWord: options.has("w"),
  });
  const most = Number(options.flags.get("m") ?? Number.POSITIVE_INFINITY);
  const after = Number(options.flags.get("A") ?? options.flags.get("C") ?? 0);
  const before = Number(options.flags.get("B") ?? options.flags.get("C") ?? 0);
  const isInverted = options.has("v", "invert-match");
  let hits = 0;
  const failed = await each(process, rest, async (input, name) => {
    const prefix = (rest.length > 1 && !options.has("h")) || options.has("H") ? `${name}:` : "";
    let count = 0;
    let number = 0;
    let shows = 0;
    const held: string[] = [];
    const print = async (line: string): Promise<void> =>
      process.stdout(`${prefix}${options.has("n") ? `${number}:` : ""}${line}\n`);
    for (let line = await input.readLine(); line !== undefined && count < most; line = await input.readLine()) {
      number += 1;
      const found = test(line);
      if (found.length > 0 === isInverted) {
        if (shows > 0) await print(line);
        else if (before > 0) {
          held.push(line);
          if (held.length > before) held.shift();
        }
        shows -= 1;
        continue;
      }
      count += 1;
      shows = after;
      if (options.has("q", "quiet")) break;
      if (options.has("c", "count", "l")) continue;
      for (const one of held.splice(0)) await print(one);
      for (const one of options.has("o") ? found : [line]) await print(one);
    }
    hits += count;
    if (options.has("c", "count")) await process.stdout(`${prefix}${count}\n`);
    if (options.has("l") && count > 0) await process.stdout(`${name}\n`);
  });
  return hits > 0 ? 0 : failed === 1 ? 2 : 1;
};

const wc: Program = (process) => {
  const options = readOptions(process.args, "lwcm");
  const all = !options.has("l", "w", "c", "m");
  return each(process, options.rest, async (input, name) => {
    const bytes = await input.readAll();
    const text = bytes.toString();
    const counts = [
      ...(all || options.has("l") ? [text.split("\n").length - 1] : []),
      ...(all || options.has("w") ? [text.split(/\s+/).filter(Boolean).length] : []),
      ...(all || options.has("c") ? [bytes.length] : []),
      ...(options.has("m") ? [[...text].length] : []),
    ];
    const shown =
      counts.length === 1
        ? String(counts[0])
        : counts
            .map((one) => String(one).padStart(9))
            .join("")
            .slice(2);
    await process.stdout(`${shown}${name === "-" ? "" : ` ${name}`}\n`);
  });
};

const sort: Program = async (process) => {
  const options = readOptions(process.args, "rnufhbV", "kt");
  const key = Number(/^\d+/.exec(options.flags.get("k") ?? "")?.[0] ?? 0);
  const separator = options.flags.get("t") ?? /\s+/;
  const isNumeric = options.has("n", "h") || /n/.test(options.flags.get("k") ?? "");
  const keyOf = (line: string): string => (key === 0 ? line : (line.trim().split(separator)[key - 1] ?? ""));
  const lines = await allLines(process, options.rest);
  lines.sort((a, b) => {
    const [x, y] = [keyOf(a), keyOf(b)];
    const order = isNumeric ? (Number.parseFloat(x) || 0) - (Number.parseFloat(y) || 0) : 0;
    return order || (x < y ? -1 : x > y ? 1 : a < b ? -1 : a > b ? 1 : 0);
  });
  if (options.has("r") || /r/.test(options.flags.get("k") ?? "")) lines.reverse();
  const kept = options.has("u") ? [...new Set(lines)] : lines;
  await process.stdout(kept.map((line) => `${line}\n`).join(""));
  return 0;
};

const uniq: Program = async (process) => {
  const options = readOptions(process.args, "cdui");
  const runs: { line: string; count: number }[] = [];
  for (const line of await allLines(process, options.rest.slice(0, 1))) {
    const last = runs.at(-1);
    if (last?.line === line) last.count += 1;
    else runs.push({ line, count: 1 });
  }
  const kept = runs.filter(({ count }) => (!options.has("d") || count > 1) && (!options.has("u") || count === 1));
  const shown = kept.map(({ line, count }) =>
    options.has("c") ? `${String(count).padStart(7)} ${line}\n` : `${line}\n`,
  );
  await process.stdout(shown.join(""));
  return 0;
};

const cut: Program = async (process) => {
  const options = readOptions(process.args, "s", "dfcb");
  const list = options.flags.get("f") ?? options.flags.get("c") ?? options.flags.get("b");
  if (list === undefined) throw new Failure("expected a list of bytes, characters, or fields");
  const ranges = list.split(",").map((one) => {
    const [from = "", to] = one.split("-");
    return [Number(from || 1), to === undefined ? Number(from) : Number(to || Number.POSITIVE_INFINITY)] as const;
  });
  const delimiter = options.has("f") ? (options.flags.get("d") ?? "\t") : "";
  return each(process, options.rest, async (input) => {
    for (let line = await input.readLine(); line !== undefined; line = await input.readLine()) {
      const parts = line.split(delimiter);
      if (options.has("f") && parts.length === 1) {
        if (!options.has("s")) await process.stdout(`${line}\n`);
        continue;
      }
      const kept = parts.filter((_, index) => ranges.some(([from, to]) => index + 1 >= from && index + 1 <= to));
      await process.stdout(`${kept.join(delimiter)}\n`);
    }
  });
};

const tr: Program = async (process) => {
  const options = readOptions(process.args, "dsc");
  const [from = "", to = ""] = options.rest.map(characters);
  const isComplement = options.has("c");
  const target = [...to];
  const source = [...from];
  let last = "";
  for (let chunk = await process.stdin.read(); chunk; chunk = await process.stdin.read()) {
    let result = "";
    for (const char of chunk.toString()) {
      const at = source.indexOf(char);
      const isIn = isComplement ? at < 0 : at >= 0;
      if (isIn && options.has("d")) continue;
      const next = isIn && target.length > 0 ? (target[Math.min(Math.max(at, 0), target.length - 1)] ?? char) : char;
      const isSqueezed = options.has("s") && isIn && next === last;
      last = next;
      if (!isSqueezed) result += next;
    }
    await process.stdout(result);
  }
  return 0;
};

const CLASSES: Readonly<Record<string, string>> = {
  lower: "a-z",
  upper: "A-Z",
  digit: "0-9",
  alpha: "A-Za-z",
  alnum: "A-Za-z0-9",
  space: " \\t\\n\\r",
};

function characters(set: string): string {
  return set
    .replaceAll(/\[:(\w+):\]/g, (_, name: string) => CLASSES[name] ?? "")
    .replaceAll(/\\([ntr\\0])/g, (_, char: string) => ({ n: "\n", t: "\t", r: "\r", "0": "\0" })[char] ?? char)
    .replaceAll(/([\s\S])-([\s\S])/g, (whole, a: string, b: string) => {
      const [from, to] = [a.charCodeAt(0), b.charCodeAt(0)];
      if (to < from || to - from > 255) return whole;
      return Array.from({ length: to - from + 1 }, (_, index) => String.fromCharCode(from + index)).join("");
    });
}

const tee: Program = async (process) => {
  const options = readOptions(process.args, "ai");
  const paths = options.rest.map((name) => absolute(process.cwd, name));
  for (const path of paths) process.machine.files.write(path, Buffer.alloc(0), { append: options.has("a") });
  for (let chunk = await process.stdin.read(); chunk; chunk = await process.stdin.read()) {
    for (const path of paths) process.machine.files.write(path, chunk, { append: true });
    await process.stdout(chunk);
  }
  return 0;
};

const base64: Program = async (process) => {
  const options = readOptions(process.args, "d", "w", ["decode", "wrap="]);
  return each(process, options.rest, async (input) => {
    const bytes = await input.readAll();
    if (options.has("d", "decode")) return process.stdout(Buffer.from(bytes.toString(), "base64"));
    const width = Number(options.flags.get("w") ?? options.flags.get("wrap") ?? 76);
    const text = bytes.toString("base64");
    await process.stdout(`${width === 0 ? text : (text.match(new RegExp(`.{1,${width}}`, "g"))?.join("\n") ?? "")}\n`);
  });
};

function digest(algorithm: string): Program {
  return (process) =>
    each(process, readOptions(process.args, "b").rest, async (input, name) => {
      const hash = createHash(algorithm);
      for (let chunk = await input.read(); chunk; chunk = await input.read()) hash.update(chunk);
      await process.stdout(`${hash.digest("hex")}  ${name}\n`);
    });
}

const rev: Program = (process) =>
  each(process, process.args, async (input) => {
    for (const line of await linesOf(input)) await process.stdout(`${[...line].reverse().join("")}\n`);
  });

export const TEXT_PROGRAMS: Readonly<Record<string, Program>> = {
  base64,
  cat,
  cut,
  egrep: grep,
  grep,
  head,
  md5sum: digest("md5"),
  rev,
  sha1sum: digest("sha1"),
  sha256sum: digest("sha256"),
  sort,
  tail,
  tee,
  tr,
  uniq,
  wc,
};
