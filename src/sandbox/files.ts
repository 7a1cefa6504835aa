import {
  close,
  closeSync,
  existsSync,
  fsync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import path from "node:path";
import { createSecureContext } from "node:tls";
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
  /** The proxy's port and password. */
  readonly proxy: string;
  /** `CURL_HOME`, with what curl reads there. */
  readonly curlHome: string;
  readonly curlConfig: string;
  readonly curlAuthority: string;
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
    proxy: at("proxy.json"),
    curlHome: at("curl"),
    curlConfig: at("curl/.curlrc"),
    curlAuthority: at("curl/ca.pem"),
  };
}

/** Make the folder, private, if it is not there. */
export function makeStateDir(files: StateFiles): void {
  makeFolder(files.dir);
}

/** Whether two paths lead to one folder. */
export function isSameFolder(one: string, other: string): boolean {
  if (one === other) return true;
  try {
    return realpathSync(one) === realpathSync(other);
  } catch {
    return false;
  }
}

/** A file's JSON; undefined when there is none or it is not whole. */
export function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as T;
  } catch {
    return undefined;
  }
}

/** The identity that was kept; undefined when there is none, or it is not one that TLS takes. */
export function readIdentity(files: StateFiles): Identity | undefined {
  const found = readJson<Partial<Identity> | null>(files.identity);
  const { token, port, key, cert } = found ?? {};
  if (typeof token !== "string" || typeof port !== "number" || typeof key !== "string" || typeof cert !== "string")
    return undefined;
  try {
    // No authorities: to read the public ones takes 30 ms.
    createSecureContext({ key, cert, ca: [] });
    return { token, port, key, cert };
  } catch {
    return undefined;
  }
}

/** Take a file that cannot be read out of the way, in place of one taken before. Returns where it is kept. */
export function setAside(file: string): string {
  const kept = `${file}.unreadable`;
  rmSync(kept, { recursive: true, force: true });
  renameSync(file, kept);
  return kept;
}

/** Remove what a process that was killed while it wrote has left half. Only for whoever holds the lock. */
export function removeHalfWritten({ dir }: StateFiles): void {
  for (const name of readdirSync(dir))
    if (/\.\d+(\.now)?\.tmp$/.test(name)) rmSync(path.join(dir, name), { force: true });
}

/**
 * Replace a file in one step: whoever reads sees the old or the new text, after a crash of the machine too, unless
 * `isKept` is false: for what means nothing after one. A file that was not there has nothing to lose: a crash soon after
 * leaves none or one that is not whole, which is made anew. So nobody waits until it is on the disk.
 */
export function writeWhole(file: string, text: string, isKept = true): void {
  const next = `${file}.${process.pid}.tmp`;
  const isNew = !existsSync(file);
  const handle = openSync(next, "w", 0o600);
  let isOpen = true;
  try {
    writeSync(handle, text);
    if (isKept && !isNew) fsyncSync(handle);
    if (isKept && isNew) {
      isOpen = false;
      // A disk that refuses now says so again when the file is next written.
      fsync(handle, () => close(handle, () => {}));
    }
  } finally {
    if (isOpen) closeSync(handle);
  }
  renameSync(next, file);
}
