import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { type Identity, makeStateDir, readIdentity, type StateFiles, stateFiles, writeWhole } from "./files.ts";
import { freshToken } from "./identity.ts";
import type { Machine } from "./machine.ts";
import { partsOf } from "./saved-state.ts";

/**
 * Keep what a machine is now in a folder from which others begin: its state, its kubeconfig, its certificate. A port and
 * a token each of them gets for itself.
 */
export function keepFork(folder: string, machine: Machine, own: StateFiles, identity: Identity): object {
  const kept = stateFiles(folder);
  makeStateDir(kept);
  writeWhole(kept.state, [...partsOf(machine.save(), true)].join(""), false);
  writeWhole(kept.identity, JSON.stringify(identity), false);
  if (existsSync(own.kubeconfig)) copyFileSync(own.kubeconfig, kept.kubeconfig);
  return {};
}

/** Who was kept, and who a fork of it is until it has a port. */
export interface Forked {
  readonly before: Identity;
  readonly identity: Identity;
}

/**
 * Let a state folder begin as what was kept in another one. The certificate is the same, because the cluster's objects
 * hold it; the token is new and the port is still to be found. A folder that has a life of its own keeps it.
 */
export function beginFromFork(folder: string, own: StateFiles): Forked | undefined {
  if (existsSync(own.state) || existsSync(own.identity)) return undefined;
  const kept = stateFiles(folder);
  const before = readIdentity(kept);
  if (before === undefined) throw new Error(`nothing was kept in \`${folder}\` that a sandbox could begin from`);
  copyFileSync(kept.state, own.state);
  if (existsSync(kept.kubeconfig)) copyFileSync(kept.kubeconfig, own.kubeconfig);
  return { before, identity: { ...before, token: freshToken(), port: 0 } };
}

/** Lead a kubeconfig that was taken over to its new server; contexts, namespaces and what else a user put there stay. */
export function takeKubeconfigOver(own: StateFiles, before: Identity, now: Identity): void {
  if (!existsSync(own.kubeconfig)) return;
  const text = readFileSync(own.kubeconfig, "utf8")
    .replaceAll(new RegExp(`https://127\\.0\\.0\\.1:${before.port}\\b`, "g"), `https://127.0.0.1:${now.port}`)
    .replaceAll(before.token, now.token);
  writeWhole(own.kubeconfig, text, false);
}
