import path from "node:path";
import type { Io } from "../io.ts";
import { VERSION } from "../version.ts";
import type { Evidence } from "./evidence.ts";
import { toolVersions } from "./tool-versions.ts";
import { writeWhole } from "./write-whole.ts";

/** Write the record of a run: by which program, on what, with which tools. */
export async function saveEvidence(io: Io, name: string, evidence: Evidence, exitCode: number): Promise<void> {
  const program = { name: "learn-istio", version: VERSION, node: process.version };
  const about = { program, os: process.platform, arch: process.arch, tools: await toolVersions(io), exitCode };
  writeWhole(path.resolve(io.cwd, name), evidence.text(about));
}
