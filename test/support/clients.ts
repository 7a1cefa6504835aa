import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import path from "node:path";
import { findKubectl, isExecutable } from "./kubectl.ts";

/** A real client program that tests run. */
export interface Client {
  /** E.g. `kubectl v1.32.4`; unique in the list that it is from. */
  readonly name: string;
  readonly file: string;
  /** Major and minor. */
  readonly version: readonly [number, number];
}

type Tool = "kubectl" | "helm";

const VERSION: Readonly<Record<Tool, readonly string[]>> = {
  kubectl: ["version", "--client", "--output=json"],
  helm: ["version", "--template={{.Version}}"],
};

/**
 * The clients that there are, oldest first, each version once: the machine's own, and `NAME/kubectl`, `NAME/helm` in
 * `$LEARN_ISTIO_CLIENTS` (`node scripts/fetch-clients.mjs DIR` brings them). There is always a kubectl; there may be no helm.
 */
export function findClients(tool: Tool): readonly Client[] {
  const own = tool === "kubectl" ? [findKubectl()] : inPath(tool).slice(0, 1);
  const found = [...own, ...fetched(tool)].map((file) => clientOf(tool, file));
  const once = found.filter((client, index) => found.findIndex((one) => one.name === client.name) === index);
  return once.sort((a, b) => a.version[0] - b.version[0] || a.version[1] - b.version[1]);
}

/** The first and the last of a list, or the only one. */
export function oldestAndNewest(clients: readonly Client[]): readonly Client[] {
  return [...new Set([clients[0], clients.at(-1)])].filter((client) => client !== undefined);
}

function clientOf(tool: Tool, file: string): Client {
  const said = execFileSync(file, [...VERSION[tool]], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  const [, version, major, minor] = /"?(v(\d+)\.(\d+)\.\d+[\w.-]*)/.exec(said) ?? [];
  if (version === undefined) throw new Error(`\`${file}\` does not tell its version, but: ${said}`);
  return { name: `${tool} ${version}`, file, version: [Number(major), Number(minor)] };
}

function inPath(tool: Tool): readonly string[] {
  return (process.env.PATH ?? "")
    .split(path.delimiter)
    .map((folder) => path.join(folder, tool))
    .filter(isExecutable);
}

function fetched(tool: Tool): readonly string[] {
  const folder = process.env.LEARN_ISTIO_CLIENTS;
  if (folder === undefined || folder === "") return [];
  const files = readdirSync(folder).map((name) => path.join(path.resolve(folder), name, tool));
  const found = files.filter(isExecutable);
  if (found.length === 0) throw new Error(`there is no ${tool} in \`LEARN_ISTIO_CLIENTS=${folder}\``);
  return found;
}
