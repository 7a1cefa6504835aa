import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { makeFolder } from "../files/index.ts";
import { fingerprint } from "../text/index.ts";

declare const __BUILD__: string | undefined;
const BUILD = typeof __BUILD__ === "string" ? __BUILD__ : undefined;

/** A place in the cache, and the texts that it is about. */
export interface Entry {
  readonly file: string;
  readonly texts: readonly string[];
}

/**
 * A place in the cache for what was worked out from these very texts by this very build; undefined where nothing is kept
 * (sources that were not built change without a new name). The name is a fingerprint; an entry holds the texts themselves
 * too, so that two with one name are told apart.
 */
export function keptEntry(
  cacheDir: string,
  kind: "parse" | "facts" | "course",
  texts: readonly string[],
): Entry | undefined {
  if (BUILD === undefined) return undefined;
  return { file: path.join(cacheDir, kind, BUILD, `${fingerprint(Buffer.from(texts.join("\0")))}.json`), texts };
}

/** What an entry holds, or undefined: missing, torn, damaged, about other texts. First stands a fingerprint of the rest. */
export function readKept<T>(entry: Entry | undefined): T | undefined {
  if (entry === undefined) return undefined;
  try {
    const content = readFileSync(entry.file);
    const end = content.indexOf("\n");
    const json = content.subarray(end + 1);
    if (content.toString("latin1", 0, end) !== fingerprint(json)) return undefined;
    const { texts, value } = JSON.parse(json.toString("utf8")) as { texts: readonly string[]; value: T };
    const isOurs = texts.length === entry.texts.length && texts.every((text, index) => text === entry.texts[index]);
    return isOurs ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Keep a value. A cache that cannot be written only costs time. */
export function keep(entry: Entry | undefined, value: unknown): void {
  if (entry === undefined) return;
  const { file, texts } = entry;
  const json = Buffer.from(JSON.stringify({ texts, value }));
  const temporary = `${file}.${process.pid}`;
  try {
    makeFolder(path.dirname(file));
  } catch {
    return;
  }
  try {
    writeFileSync(temporary, Buffer.concat([Buffer.from(`${fingerprint(json)}\n`), json]));
    renameSync(temporary, file);
  } catch {
    // A full disk, or a folder that was taken away meanwhile: what is left of the draft goes, if it can.
    rmSync(temporary, { force: true });
  }
}
