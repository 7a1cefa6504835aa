import { cpSync, lstatSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import path from "node:path";
import { makeFolder } from "../files/index.ts";
import type { Sandbox } from "../sandbox/index.ts";
import { makeKeptFolder } from "./kept-folders.ts";

/** What lessons write into, beside the cluster. */
const FOLDERS = ["workspace", "home", "helm"] as const;
/** A file that is bigger is not looked into. */
const MOST_READ = 16 << 20;

/** A private sandbox's end state in a folder of its own, for others to begin from. */
export interface KeptTarget {
  readonly folder: string;
  release(): Promise<void>;
}

/**
 * Keep what stands in a private target: its cluster, its workspace, its homes. Undefined where that would not be the same
 * in another place: a file that names this one's folder or its server would lead a fork back to it.
 */
export async function keepSandbox(root: string, sandbox: Sandbox): Promise<KeptTarget | undefined> {
  const own = [root, ...(sandbox.opened.port === undefined ? [] : [`127.0.0.1:${sandbox.opened.port}`])];
  if (FOLDERS.some((name) => names(path.join(root, name), own))) return undefined;
  const folder = makeKeptFolder();
  const release = async (): Promise<void> => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  try {
    const cluster = path.join(folder, "sandbox");
    makeFolder(cluster);
    await sandbox.keep(cluster);
    if (!namesIn(path.join(cluster, "state.json"), own)) {
      copyFolders(root, folder);
      return { folder, release };
    }
  } catch (error) {
    await release();
    throw error;
  }
  await release();
  return undefined;
}

/** Where a kept cluster is, for `openSandbox`. */
export function keptCluster({ folder }: KeptTarget): string {
  return path.join(folder, "sandbox");
}

/** Put what was kept beside the cluster into a new target's folder. */
export function copyFolders(from: string, to: string): void {
  for (const name of FOLDERS) {
    const options = { recursive: true, verbatimSymlinks: true, preserveTimestamps: true, force: true };
    if (exists(path.join(from, name))) cpSync(path.join(from, name), path.join(to, name), options);
  }
}

function names(folder: string, words: readonly string[]): boolean {
  if (!exists(folder)) return false;
  return readdirSync(folder, { withFileTypes: true }).some((entry) => {
    const at = path.join(folder, entry.name);
    if (entry.isDirectory()) return names(at, words);
    if (entry.isSymbolicLink()) return words.some((word) => readlinkSync(at).includes(word));
    // A socket or a pipe is no one's but the process that made it.
    return !entry.isFile() || namesIn(at, words);
  });
}

function namesIn(file: string, words: readonly string[]): boolean {
  if (lstatSync(file).size > MOST_READ) return true;
  const bytes = readFileSync(file);
  return words.some((word) => bytes.includes(word));
}

function exists(file: string): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}
