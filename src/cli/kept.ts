import { closeSync, fstatSync, openSync, readSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { makeFolder } from "../files/index.ts";
import { fingerprint } from "../text/index.ts";

declare const __BUILD__: string | undefined;
const BUILD = typeof __BUILD__ === "string" ? __BUILD__ : undefined;

const NEWLINE = 10;

/** A place in the cache, and the texts that it is about. */
interface Entry {
  readonly file: string;
  readonly texts: readonly string[];
}

/**
 * A place in the cache for what was worked out from these very texts by this very build; undefined where nothing is kept
 * (sources that were not built change without a new name).
 */
export function keptEntry(
  cacheDir: string,
  kind: "parse" | "facts" | "course",
  texts: readonly string[],
): Entry | undefined {
  if (BUILD === undefined) return undefined;
  return { file: path.join(cacheDir, kind, BUILD, `${fingerprint(texts)}.json`), texts };
}

/**
 * The values that an entry holds, or undefined: missing, torn, damaged, about other texts. It is lines of JSON, all twice:
 * comparing the two shows damage faster than any checksum. The first line has its texts, since others may have its name.
 */
export function readKeptValues(entry: Entry | undefined): unknown[] | undefined {
  if (entry === undefined) return undefined;
  try {
    const content = readTwice(entry.file);
    const texts = Buffer.from(`${JSON.stringify(entry.texts)}\n`);
    if (content === undefined || !content.subarray(0, texts.length).equals(texts)) return undefined;
    return parseLines(content, texts.length);
  } catch {
    return undefined;
  }
}

/** The one value that an entry holds. */
export function readKept<T>(entry: Entry | undefined): T | undefined {
  return readKeptValues(entry)?.[0] as T | undefined;
}

/** Line by line: as one text, what is kept of a long lesson would take as much memory again. */
function parseLines(bytes: Buffer, start: number): unknown[] {
  const values: unknown[] = [];
  for (let at = start; at < bytes.length; ) {
    const end = bytes.indexOf(NEWLINE, at);
    values.push(JSON.parse(bytes.toString("utf8", at, end)));
    at = end + 1;
  }
  return values;
}

/** The bytes that a file holds twice; undefined when it does not. The second is compared in parts, and never held. */
function readTwice(file: string): Buffer | undefined {
  const fd = openSync(file, "r");
  try {
    const first = Buffer.allocUnsafe(fstatSync(fd).size / 2);
    if (readSync(fd, first, 0, first.length, 0) !== first.length) return undefined;
    const part = Buffer.allocUnsafe(Math.min(first.length, 1 << 16));
    for (let at = 0; at < first.length; ) {
      const size = readSync(fd, part, 0, Math.min(part.length, first.length - at), first.length + at);
      if (size === 0 || !part.subarray(0, size).equals(first.subarray(at, at + size))) return undefined;
      at += size;
    }
    return first;
  } finally {
    closeSync(fd);
  }
}

/** Keep values, each to be read alone. A cache that cannot be written only costs time. */
export function keep(entry: Entry | undefined, ...values: readonly unknown[]): void {
  if (entry === undefined) return;
  const { file, texts } = entry;
  const temporary = `${file}.${process.pid}`;
  try {
    makeFolder(path.dirname(file));
  } catch {
    return;
  }
  try {
    const lines = [texts, ...values].map((value) => `${JSON.stringify(value)}\n`);
    writeFileSync(temporary, lines.join("").repeat(2));
    renameSync(temporary, file);
  } catch {
    // A full disk, or a folder that was taken away meanwhile: what is left of the draft goes, if it can.
    rmSync(temporary, { force: true });
  }
}
