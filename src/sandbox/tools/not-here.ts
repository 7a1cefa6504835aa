import { accessSync, constants, existsSync, statSync } from "node:fs";
import path from "node:path";
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
    .find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
