import path from "node:path";
import type { Io } from "../io.ts";
import { VERSION } from "../version.ts";
import type { Evidence } from "./evidence.ts";
import { toolVersions } from "./tool-versions.ts";
import { writeWhole } from "./write-whole.ts";

/**
 * Before the run: a record of nothing, so that what an earlier run left there is not taken for this one's, not even when this
 * one is killed. Errors: the file cannot be written, said before minutes have gone by.
 */
export function beginEvidence(io: Io, name: string, evidence: Evidence): void {
  writeWhole(path.resolve(io.cwd, name), evidence.text({ ...aboutThis(), exitCode: null }));
}

/** Write the record of a run: by which program, on what, with which tools. `exitCode` is the command's own. */
export async function saveEvidence(io: Io, name: string, evidence: Evidence, exitCode: number): Promise<void> {
  const about = { ...aboutThis(), tools: await toolVersions(io), exitCode };
  writeWhole(path.resolve(io.cwd, name), evidence.text(about));
}

function aboutThis() {
  const program = { name: "learn-istio", version: VERSION, node: process.version };
  return { program, os: process.platform, arch: process.arch };
}
