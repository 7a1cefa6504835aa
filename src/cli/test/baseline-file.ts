import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { UsageError } from "../../diagnostics/index.ts";
import type { Baseline, Known } from "./baseline.ts";
import { writeWhole } from "./write-whole.ts";

/** What `--baseline FILE` lists. Errors: there is no such file (unless it is to be written), or it is none of ours. */
export function readBaseline(cwd: string, name: string, mayBeMissing: boolean): readonly Known[] {
  const file = path.resolve(cwd, name);
  if (!existsSync(file)) {
    if (mayBeMissing) return [];
    throw new UsageError(
      `There is no baseline \`${name}\`.`,
      "`--baseline-write` with it makes one of what fails now.",
    );
  }
  const baseline = parse(readFileSync(file, "utf8"));
  if (baseline !== undefined) return baseline.known;
  throw new UsageError(
    `\`${name}\` is not a baseline of version 1.`,
    "Remove it, and let `--baseline-write` make it anew; or name another file.",
  );
}

/** Write a baseline: whole or not at all. */
export function writeBaseline(cwd: string, name: string, baseline: Baseline): void {
  writeWhole(path.resolve(cwd, name), `${JSON.stringify(baseline, null, 2)}\n`);
}

function parse(text: string): Baseline | undefined {
  try {
    const { version, known } = JSON.parse(text) as Partial<Baseline>;
    const isSound = version === 1 && Array.isArray(known) && known.every(isKnown);
    return isSound ? { version, known } : undefined;
  } catch {
    return undefined;
  }
}

function isKnown(one: unknown): one is Known {
  if (typeof one !== "object" || one === null) return false;
  const { row, ...rest } = one as Record<string, unknown>;
  const texts = ["file", "kind", "what", "hash", "about"].every((key) => typeof rest[key] === "string");
  return texts && (row === undefined || typeof row === "string");
}
