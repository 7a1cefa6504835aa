import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A file of `src/shell/bash`, which the build copies beside the bundle. */
export function shellFile(name: string): string {
  const beside = fileURLToPath(new URL(`./bash/${name}`, import.meta.url));
  return existsSync(beside) ? beside : fileURLToPath(new URL(`../bash/${name}`, import.meta.url));
}
