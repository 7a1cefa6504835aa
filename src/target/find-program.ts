import { accessSync, constants, statSync } from "node:fs";
import path from "node:path";
import type { Environment } from "./session-env.ts";

/** Where a program stands in PATH; undefined when it is not there. Relative PATH entries are not followed. */
export function findProgram(name: string, env: Environment): string | undefined {
  return (env.PATH ?? "")
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => path.join(folder, name))
    .find(isProgram);
}

/** An executable file? */
export function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
