import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { Failure } from "./failure.ts";

/** Documents of a YAML text, each as it was written; empty ones are left out. */
export function documentsOf(text: string): readonly string[] {
  return text
    .split(/^---(?:[ \t].*)?$/m)
    .filter((one) => one.split("\n").some((line) => line.trim() !== "" && !line.trim().startsWith("#")));
}

/** The text of a file; `-` is standard input. Throws `Failure` in Go's words. */
export async function readInput(file: string): Promise<string> {
  try {
    return await readFile(file === "-" ? "/dev/stdin" : file, "utf8");
  } catch (error) {
    throw new Failure(`open ${file}: ${reason(error)}`);
  }
}

/** The files that a name means: itself, or the YAML and JSON below a folder. Throws `Failure` when there is nothing. */
export async function filesNamed(name: string): Promise<readonly string[]> {
  if (name === "-") return [name];
  const found = await stat(name).catch((error: unknown) => {
    throw new Failure(`cannot stat file ${JSON.stringify(name)}: stat ${name}: ${reason(error)}`);
  });
  if (!found.isDirectory()) return [name];
  const files = await readdir(name, { recursive: true });
  return files
    .filter((file) => [".json", ".yaml", ".yml"].includes(path.extname(file)))
    .map((file) => path.join(name, file))
    .sort();
}

/** Why a file cannot be had, in Go's words. */
export function reason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code ?? "";
  return { EACCES: "permission denied", EISDIR: "is a directory", ENOENT: "no such file or directory" }[code] ?? code;
}
