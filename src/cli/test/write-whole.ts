import { renameSync, rmSync, writeFileSync } from "node:fs";
import { EnvironmentError } from "../../diagnostics/index.ts";

/** Write a file beside and rename it: whoever reads it finds the old text or the new one. Errors: it cannot be written. */
export function writeWhole(file: string, text: string): void {
  const draft = `${file}.${process.pid}`;
  try {
    writeFileSync(draft, text);
    renameSync(draft, file);
  } catch (cause) {
    rmSync(draft, { force: true });
    const why = (cause as NodeJS.ErrnoException).code ?? "unknown reason";
    throw new EnvironmentError(`\`${file}\` cannot be written (${why}).`, { hint: "Name another file.", cause });
  }
}
