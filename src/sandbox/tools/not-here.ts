import { accessSync, closeSync, constants, existsSync, openSync, readSync, statSync } from "node:fs";
import path from "node:path";
import { SIMULATED_MARK } from "../istio/index.ts";
import type { ToolContext } from "./tool.ts";

/** The sandbox does not do this: one sentence with the way to the real program. Exit code 1. */
export function notHere(context: ToolContext, tool: string, what: string): number {
  const real = realBinary(tool, context.env);
  const where = real === undefined ? `no real ${tool} was found in PATH` : `the real ${tool} is \`${real}\``;
  context.err(
    `${tool} (sandbox): \`${what}\` is not simulated; ${where}, and \`learn-istio start --target live\` runs the lessons on it.\n`,
  );
  return 1;
}

/** The first program of that name in PATH that is not one of ours; another sandbox's are ours too. */
function realBinary(tool: string, env: Readonly<Record<string, string | undefined>>): string | undefined {
  return (env.PATH ?? "")
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder) && !existsSync(path.join(folder, "..", "identity.json")))
    .map((folder) => path.join(folder, tool))
    .find((file) => isExecutable(file) && !isDownloaded(file));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Whether it is of a release that was downloaded in a sandbox. */
function isDownloaded(file: string): boolean {
  try {
    const handle = openSync(file, "r");
    try {
      const head = Buffer.alloc(SIMULATED_MARK.length);
      return readSync(handle, head) === head.length && head.toString() === SIMULATED_MARK;
    } finally {
      closeSync(handle);
    }
  } catch {
    // A program that may be run and not read is none of ours.
    return false;
  }
}
