import { readdir, stat } from "node:fs/promises";
import path from "node:path";
import { Failure } from "../failure.ts";
import { readInput } from "../input.ts";

const EXTENSIONS = [".json", ".yaml", ".yml"];

export interface Named {
  readonly name: string;
  readonly text: string;
}

/** The files that arguments mean, `-` being standard input. Others are told by `skip`. Throws `Failure`. */
export async function gatherFiles(
  args: readonly string[],
  isRecursive: boolean,
  skip: (text: string) => void,
): Promise<readonly Named[]> {
  const found: Named[] = [];
  for (const name of args) {
    const names = name === "-" ? [name] : await filesOf(name, isRecursive);
    for (const file of names) {
      if (file === "-" || EXTENSIONS.includes(path.extname(file)))
        found.push({ name: file, text: await readInput(file) });
      else skip(`Skipping file ${file}, recognized file extensions are: [${EXTENSIONS.join(" ")}]\n`);
    }
  }
  return found;
}

async function filesOf(name: string, isRecursive: boolean): Promise<readonly string[]> {
  const found = await stat(name).catch((error: NodeJS.ErrnoException) => {
    throw new Failure(`stat ${name}: ${error.code === "ENOENT" ? "no such file or directory" : error.code}`);
  });
  if (!found.isDirectory()) return [name];
  const entries = await readdir(name, { withFileTypes: true });
  const files: string[] = [];
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const file = path.join(name, entry.name);
    if (!entry.isDirectory()) files.push(file);
    else if (isRecursive) files.push(...(await filesOf(file, true)));
  }
  return files;
}
