import { createHash } from "node:crypto";
import { absolute } from "../container/files.ts";
import { breathe, Failure, type Program } from "../process.ts";
import { allLines, each, linesOf } from "./inputs.ts";
import { readOptions } from "./options.ts";

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
  md5sum: digest("md5"),
  rev,
  sha1sum: digest("sha1"),
  sha256sum: digest("sha256"),
  sort,
  tee,
  tr,
  uniq,
  wc,
};
