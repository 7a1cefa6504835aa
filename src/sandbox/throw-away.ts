import { rmSync } from "node:fs";
import type { StateFiles } from "./files.ts";
import { removeContext } from "./kubeconfig.ts";
import { readSavedState } from "./saved-state.ts";

/**
 * Remove what a sandbox that does not run has kept of its cluster. Its certificate, its port and its password stay, so that
 * a shell that was opened before goes on working. Only for whoever holds the lock.
 */
export async function throwAway(files: StateFiles): Promise<void> {
  const read = readSavedState(files.state);
  if (read.kind === "none") return;
  if (read.kind === "whole" && read.state.cluster !== undefined) await removeContext(files, read.state.cluster.name);
  else rmSync(files.kubeconfig, { force: true });
  rmSync(files.kubecache, { recursive: true, force: true });
  rmSync(files.state, { recursive: true, force: true });
}
