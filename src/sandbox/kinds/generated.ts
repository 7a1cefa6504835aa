import { readFileSync } from "node:fs";

/**
 * Reads a table of scripts/generate-kubernetes.mjs. The build copies the folder beside the bundled chunks, so the relative
 * address is the same from the sources and from the bundle.
 */
export function readGenerated(file: string): unknown {
  return JSON.parse(readFileSync(new URL(`./generated/${file}`, import.meta.url), "utf8"));
}
