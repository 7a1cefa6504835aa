import { randomUUID } from "node:crypto";
import {
  chmodSync,
  lstatSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { makeFolder } from "./make-folder.ts";

/** What stood at a path before it was written: nothing, the same text, or something else. */
export type Before = "nothing" | "same" | { readonly text: string };

/**
 * Write a text into a folder, at a path (`/` as separator) relative to it, at once or not at all, mode 0644; folders on
 * the way are made. Throws an error whose message is a part of a sentence: a path that a link leads out of the folder,
 * one that is a link or a folder itself, or what the system says.
 */
export function writeInside(folder: string, relative: string, text: string): Before {
  const root = realpathSync(folder);
  const parts = relative.split("/");
  const target = path.join(root, ...parts);
  if (!isInside(root, target)) throw new Error("the path leads out of the workspace");
  for (let depth = 1; depth < parts.length; depth++) checkFolder(root, parts.slice(0, depth));
  const before = lookAt(target, text);
  makeFolder(path.dirname(target));
  const temporary = path.join(path.dirname(target), `.learn-istio-${randomUUID()}`);
  try {
    writeFileSync(temporary, text, { flag: "wx" });
    // Not as an option above: the user's mask would take from it.
    chmodSync(temporary, 0o644);
    renameSync(temporary, target);
  } finally {
    rmSync(temporary, { force: true });
  }
  return before;
}

/** A link on the way may lead elsewhere within the folder, not out of it. */
function checkFolder(root: string, parts: readonly string[]): void {
  const place = path.join(root, ...parts);
  const found = lstatOf(place);
  if (found === undefined || found.isDirectory()) return;
  const name = parts.join("/");
  if (!found.isSymbolicLink()) throw new Error(`\`${name}\` is no folder`);
  if (!isInside(root, realPathOf(place))) throw new Error(`the link \`${name}\` leads out of the workspace`);
}

function lookAt(target: string, text: string): Before {
  const found = lstatOf(target);
  if (found === undefined) return "nothing";
  if (found.isSymbolicLink()) throw new Error("a link stands there, expected a file or nothing");
  if (found.isDirectory()) throw new Error("a folder stands there, expected a file or nothing");
  if (!found.isFile()) throw new Error("something other than a file stands there");
  const old = readFileSync(target, "utf8");
  return old === text ? "same" : { text: old };
}

/** A link to nothing leads nowhere that could be judged. */
function realPathOf(place: string): string {
  try {
    return realpathSync(place);
  } catch {
    return "";
  }
}

function lstatOf(place: string): Stats | undefined {
  return lstatSync(place, { throwIfNoEntry: false });
}

function isInside(root: string, place: string): boolean {
  const relative = path.relative(root, place);
  return place !== "" && relative !== ".." && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}
