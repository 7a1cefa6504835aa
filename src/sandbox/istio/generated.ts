import { readFileSync } from "node:fs";
import type { KubeObject } from "../objects/index.ts";

/**
 * Reads a table of scripts/generate-istio.mjs. The build copies the folder beside the bundled chunks, so the relative
 * address is the same from the sources and from the bundle.
 */
export function readDefinitions(file: string): readonly KubeObject[] {
  return JSON.parse(readFileSync(new URL(`./generated/${file}`, import.meta.url), "utf8"));
}
