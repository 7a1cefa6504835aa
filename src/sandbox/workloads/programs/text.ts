import { absolute } from "../container/files.ts";
import { breathe, type Program } from "../process.ts";
import { isBusybox } from "../shell/dialect.ts";
import { each, linesOf } from "./inputs.ts";
import { readOptions } from "./options.ts";

const cat: Program = (process) => {
  const options = readOptions(process.args, "nuevtAETbs", "", [
    "number:n",
    "show-all:A",
    "number-nonblank:b",
    "squeeze-blank:s",
    "show-ends:E",
    "show-tabs:T",
  ]);
  const isPlain = !options.has("n", "e", "v", "t", "A", "E", "T", "b", "s");
  const showsEnds = options.has("A", "e", "E");
  const showsTabs = options.has("A", "t", "T");
  const showsAll = options.has("A", "e", "t", "v");
  let number = 0;
  let wasBlank = false;
  let isOpen = false;
  return each(process, options.rest, async (input) => {
    if (isPlain) {
      for (let chunk = await input.read(); chunk; chunk = await input.read()) await process.stdout(chunk);
      return;
    }
    const read = (): ReturnType<typeof input.readUntil> => input.readUntil(10, showsAll ? "latin1" : "utf8");
    for (let next = await read(); next; next = await read()) {
      const { text, isWhole } = next;
      const isBlank = text === "" && !isOpen;
      if (options.has("s") && isBlank && wasBlank) continue;
      wasBlank = isBlank;
      // A file that does not end its last line is gone on with in that line.
      const isNumbered = !isOpen && (options.has("b") ? !isBlank : options.has("n"));
      isOpen = !isWhole;
      if (isNumbered) number += 1;
      let shown = showsAll ? visible(text) : text;
      if (showsTabs) shown = shown.replaceAll("\t", "^I");
      const start = isNumbered ? `${String(number).padStart(6)}\t` : "";
      await process.stdout(`${start}${shown}${isWhole ? `${showsEnds ? "$" : ""}\n` : ""}`);
    }
  });
};

/** Control characters as `^X`, bytes past ASCII as `M-`. */
function visible(text: string): string {
  let shown = "";
  for (const byte of Buffer.from(text, "latin1")) {
    const low = byte & 127;
    const mark = byte > 127 ? "M-" : "";
    if (byte === 9) shown += "\t";
    else if (low < 32) shown += `${mark}^${String.fromCharCode(low + 64)}`;
    else shown += low === 127 ? `${mark}^?` : mark + String.fromCharCode(low);
  }
  return shown;
}

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

const wc: Program = async (process) => {
  const options = readOptions(process.args, "lwcmL", "", [
    "lines:l",
    "words:w",
    "bytes:c",
    "chars:m",
    "max-line-length:L",
  ]);
  const wanted = ["l", "w", "m", "c", "L"].filter((one) => options.has(one));
  const columns = wanted.length > 0 ? wanted : ["l", "w", "c"];
  const rows: { counts: number[]; name: string }[] = [];
  let hasStream = false;
  let bytes = 0;
  const status = await each(process, options.rest, async (input, name) => {
    const found: Record<string, number> = { l: 0, w: 0, m: 0, c: 0, L: 0 };
    let inWord = false;
    let width = 0;
    for (let chunk = await input.read(); chunk; chunk = await input.read()) {
      found.c = (found.c ?? 0) + chunk.length;
      for (const byte of chunk) {
        const isSpace = byte === 32 || (byte >= 9 && byte <= 13);
        if (byte === 10) found.l = (found.l ?? 0) + 1;
        if (!isSpace && !inWord) found.w = (found.w ?? 0) + 1;
        inWord = !isSpace;
        found.m = (found.m ?? 0) + 1;
        width = byte === 10 ? 0 : byte === 9 ? width + 8 - (width % 8) : width + 1;
        found.L = Math.max(found.L ?? 0, width);
      }
    }
    hasStream ||= name === "-";
    bytes += found.c ?? 0;
    rows.push({ counts: columns.map((one) => found[one] ?? 0), name });
  });
  if (rows.length > 1 || options.rest.length > 1) {
    const counts = columns.map((one, at) => {
      const all = rows.map((row) => row.counts[at] ?? 0);
      return one === "L" ? Math.max(0, ...all) : all.reduce((sum, count) => sum + count, 0);
    });
    rows.push({ counts, name: "total" });
  }
  // GNU makes columns as wide as the files' sizes need, busybox always nine.
  const isSingle = columns.length === 1 && rows.length === 1;
  const gnu = hasStream ? 7 : String(bytes).length;
  const size = isSingle ? 0 : isBusybox(process.machine.image) ? 9 : gnu;
  for (const { counts, name } of rows) {
    const shown = counts.map((one) => String(one).padStart(size)).join(isBusybox(process.machine.image) ? "" : " ");
    await process.stdout(`${shown}${options.rest.length === 0 ? "" : ` ${name}`}\n`);
  }
  return status;
};

const tee: Program = async (process) => {
  const options = readOptions(process.args, "aip", "", ["append:a"]);
  const { files } = process.machine;
  const paths: string[] = [];
  let status = 0;
  for (const name of options.rest) {
    const path = absolute(process.cwd, name);
    try {
      files.write(path, Buffer.alloc(0), { append: options.has("a") });
      paths.push(path);
    } catch (error) {
      if (!(error instanceof Error) || error.name !== "FileError") throw error;
      await process.stderr(`${process.name}: ${name}: ${error.message}\n`);
      status = 1;
    }
  }
  for (let chunk = await process.stdin.read(); chunk; chunk = await process.stdin.read()) {
    for (const path of paths) files.write(path, chunk, { append: true });
    await process.stdout(chunk);
  }
  return status;
};

const rev: Program = (process) =>
  each(process, process.args, async (input) => {
    for (let line = await input.readLine(); line !== undefined; line = await input.readLine())
      await process.stdout(`${[...line].reverse().join("")}\n`);
  });

const tac: Program = (process) =>
  each(process, readOptions(process.args, "").rest, async (input) => {
    const lines = await linesOf(input);
    await process.stdout(
      lines
        .reverse()
        .map((line) => `${line}\n`)
        .join(""),
    );
  });

export const TEXT_PROGRAMS: Readonly<Record<string, Program>> = { cat, rev, tac, tee, wc };
