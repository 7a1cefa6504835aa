import { createHash } from "node:crypto";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { makeFolder } from "../files/index.ts";

declare const __BUILD__: string | undefined;
const BUILD = typeof __BUILD__ === "string" ? __BUILD__ : undefined;

/**
 * A place in the cache for what was worked out from these very texts by this very build; undefined where nothing is kept
 * (sources that were not built change without a new name).
 */
export function keptEntry(cacheDir: string, kind: "parse" | "facts" | "course", texts: readonly string[]) {
  if (BUILD === undefined) return undefined;
  return path.join(cacheDir, kind, BUILD, `${sha256(texts.join("\0"))}.json`);
}

/** What an entry holds, or undefined: missing, torn or damaged. An entry is a checksum, a line feed, and JSON that has it. */
export function readKept<T>(entry: string | undefined): T | undefined {
  if (entry === undefined) return undefined;
  try {
    const content = readFileSync(entry);
    const end = content.indexOf("\n");
    const json = content.subarray(end + 1);
    if (content.toString("latin1", 0, end) !== sha256(json)) return undefined;
    return JSON.parse(json.toString("utf8")) as T;
  } catch {
    return undefined;
  }
}

/** Keep a value. A cache that cannot be written only costs time. */
export function keep(entry: string | undefined, value: unknown): void {
  if (entry === undefined) return;
  const json = JSON.stringify(value);
  const temporary = `${entry}.${process.pid}`;
  try {
    makeFolder(path.dirname(entry));
  } catch {
    return;
  }
  try {
    writeFileSync(temporary, `${sha256(json)}\n${json}`);
    renameSync(temporary, entry);
  } catch {
    // A full disk, or a folder that was taken away meanwhile: what is left of the draft goes, if it can.
    rmSync(temporary, { force: true });
  }
}

function sha256(text: string | Uint8Array): string {
  return createHash("sha256").update(text).digest("hex");
}
