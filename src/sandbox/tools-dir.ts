import { chmodSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { makeFolder } from "../files/index.ts";
import type { StateFiles } from "./files.ts";

const TOOLS = ["docker", "istioctl", "kind"] as const;

/** Write the sandbox's programs, which stand first in the session's PATH: each runs `tool.cjs` under its own name. */
export function writeTools(files: StateFiles, toolModule: string): void {
  makeFolder(files.bin);
  for (const tool of TOOLS) writeScript(path.join(files.bin, tool), script(tool, files, toolModule));
}

/** Extra certificates slow Node's start and none of them is needed: the sandbox has its own. */
function script(tool: string, files: StateFiles, toolModule: string): string {
  return [
    "#!/bin/sh",
    "unset NODE_EXTRA_CA_CERTS NODE_OPTIONS",
    `LEARN_ISTIO_SANDBOX_STATE=${quote(files.dir)} exec ${quote(process.execPath)} ${quote(toolModule)} ${tool} "$@"`,
    "",
  ].join("\n");
}

function writeScript(file: string, text: string): void {
  if (unchanged(file, text)) return;
  writeFileSync(file, text, { mode: 0o700 });
  chmodSync(file, 0o700);
}

function unchanged(file: string, text: string): boolean {
  try {
    return readFileSync(file, "utf8") === text;
  } catch {
    return false;
  }
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
