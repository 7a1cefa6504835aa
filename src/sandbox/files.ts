import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from "node:fs";
import path from "node:path";
import { makeFolder } from "../files/index.ts";
import { RUNNING_FILE } from "./tools/index.ts";

/** The files of one state folder. All of them are private to the user (0600). */
export interface StateFiles {
  readonly dir: string;
  /** What it keeps for life: certificate, token, port. */
  readonly identity: string;
  /** Who runs now: the handshake. Gone when nobody does. */
  readonly running: string;
  readonly state: string;
  readonly kubeconfig: string;
  readonly kubecache: string;
  readonly log: string;
  readonly bin: string;
}

export interface Identity {
  readonly token: string;
  readonly port: number;
  readonly key: string;
  readonly cert: string;
}

export function stateFiles(stateDir: string): StateFiles {
  const dir = path.resolve(stateDir);
  const at = (name: string): string => path.join(dir, name);
  return {
    dir,
    identity: at("identity.json"),
    running: at(RUNNING_FILE),
    state: at("state.json"),
    kubeconfig: at("kubeconfig"),
    kubecache: at("kube-cache"),
    log: at("sandbox.log"),
    bin: at("bin"),
  };
}

/** Make the folder, private, if it is not there. */
export function makeStateDir(files: StateFiles): void {
  makeFolder(files.dir);
}

/** A file's JSON; undefined when there is none or it is not whole. */
export function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as T;
  } catch {
    return undefined;
  }
}

/** Replace a file in one step: whoever reads sees the old or the new text, after a crash too. */
export function writeWhole(file: string, text: string, mode = 0o600): void {
  const next = `${file}.${process.pid}.tmp`;
  const handle = openSync(next, "w", mode);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(next, file);
}
