import { findHelm, findKubectl, findProgram, probeKubectl, userFolders } from "../../target/index.ts";
import type { Io } from "../io.ts";

/** What the programs that lessons use say of themselves; those that are not there are left out. */
export async function toolVersions(io: Io): Promise<Readonly<Record<string, string>>> {
  const { cache } = userFolders(io.env);
  const rows = [
    ["bash", await firstLine(findProgram("bash", io.env), "--version")],
    ["curl", await firstLine(findProgram("curl", io.env), "--version")],
    ["helm", await firstLine(findHelm(io.env, cache), "version", "--short")],
    ["kubectl", await kubectl(io, cache)],
  ] as const;
  return Object.fromEntries(rows.filter((row): row is [(typeof row)[0], string] => row[1] !== undefined));
}

async function kubectl(io: Io, cache: string): Promise<string | undefined> {
  try {
    const found = findKubectl(io.env, cache);
    return found === undefined ? undefined : (await probeKubectl(found, io.env, cache)).version;
  } catch {
    // A kubectl that does not run has no version; whoever needed it has said so.
    return undefined;
  }
}

async function firstLine(program: string | undefined, ...args: readonly string[]): Promise<string | undefined> {
  if (program === undefined) return undefined;
  const { execa } = await import("execa");
  const { failed, stdout } = await execa(program, args, { stdin: "ignore", reject: false, timeout: 5000 });
  return failed ? undefined : stdout.split("\n")[0]?.trim();
}
