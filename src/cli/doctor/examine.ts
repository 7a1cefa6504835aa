import { accessSync, constants, existsSync } from "node:fs";
import path from "node:path";
import { execa } from "execa";
import { EnvironmentError } from "../../diagnostics/index.ts";
import { type Folders, findHelm, findKubectl, findProgram, isHelmPinned, probeKubectl } from "../../target/index.ts";
import type { ProblemCode } from "../../workshop/index.ts";
import type { Io } from "../io.ts";

/**
 * One thing that doctor looked at. `missing`: the sandbox, the default, does not work without it; `warning`: something may
 * not work; `absent`: only what was not asked for needs it.
 */
export interface Examined {
  readonly name: string;
  readonly state: "ok" | "warning" | "missing" | "absent";
  readonly found: string;
  readonly remedy?: string;
  /** Of a program: its numbers alone. */
  readonly version?: string;
  /** What a report calls it that is not right. */
  readonly problem?: ProblemCode;
  /** GiB that Docker may use. */
  readonly memory?: number;
}

const TIMEOUT_MS = 10_000;
const PER_GIB = 1024 ** 3;

/** What the sandbox, the default, needs. Looks only: nothing is created or fetched. */
export async function examineSandbox(io: Io, folders: Folders): Promise<readonly Examined[]> {
  const install = "with your system's package manager";
  return [
    { name: "node", state: "ok", found: `${process.version}, ${process.execPath}`, ...versionIn(process.version) },
    await examineProgram(io, "bash", "no-bash", `Install bash ${install}.`),
    await examineProgram(io, "curl", "no-curl", `Install curl ${install}; lessons send their requests with it.`),
    await examineKubectl(io, folders),
    await examineHelm(io, folders),
    examineFolder("state", folders.state, "XDG_STATE_HOME", "missing", "no-state"),
    examineFolder("cache", folders.cache, "XDG_CACHE_HOME", "warning", "no-cache"),
  ];
}

/** What target live would need beside it; its absence is nobody's fault. */
export async function examineLive(io: Io): Promise<readonly Examined[]> {
  return Promise.all([examineDocker(io), examineKind(io)]);
}

async function examineProgram(io: Io, name: string, problem: ProblemCode, remedy: string): Promise<Examined> {
  const file = findProgram(name, io.env);
  if (file === undefined) return { name, state: "missing", found: "not in PATH", remedy, problem };
  const { stdout, failed } = await ask(file, ["--version"]);
  if (failed) return { name, state: "missing", found: `\`${file}\` does not run`, remedy, problem };
  const shown = /\d+\.\d+[\w.()-]*/.exec(stdout)?.[0] ?? "?";
  return { name, state: "ok", found: `${shown}, ${file}`, ...versionIn(stdout) };
}

/** The kubectl that lessons would be driven with. */
export async function examineKubectl(io: Io, folders: Folders): Promise<Examined> {
  const remedy = "`learn-istio doctor --fix` fetches a pinned one into the cache; `KUBECTL=path` names your own.";
  const missing = { name: "kubectl", state: "missing", remedy, problem: "no-kubectl" } as const;
  try {
    const found = findKubectl(io.env, folders.cache);
    if (found === undefined) return { ...missing, found: "none in PATH or cache" };
    const { version, warning, path: file } = await probeKubectl(found, io.env);
    const row = { name: "kubectl", found: `${version}, ${file}`, ...versionIn(version) };
    if (warning === undefined) return { ...row, state: "ok" };
    return { ...row, state: "warning", remedy: `${warning}.`, problem: "other-kubectl" };
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    return { ...missing, found: error.message };
  }
}

async function examineHelm(io: Io, folders: Folders): Promise<Examined> {
  const file = findHelm(io.env, folders.cache);
  if (file === undefined) {
    return {
      name: "helm",
      state: "absent",
      found: "not in PATH or cache",
      remedy: `Only lessons that use charts need it: ${isHelmPinned() ? "`learn-istio doctor --fix` fetches a pinned one into the cache" : "https://helm.sh/docs/intro/install/"}.`,
      problem: "no-helm",
    };
  }
  const { stdout, failed } = await ask(file, ["version", "--short"]);
  if (failed) return { name: "helm", state: "warning", found: `does not run, ${file}`, problem: "no-helm" };
  return { name: "helm", state: "ok", found: `${stdout.trim()}, ${file}`, ...versionIn(stdout) };
}

/** Looks only: nothing is created. The nearest folder that exists has to be writable. */
function examineFolder(
  name: string,
  folder: string,
  variable: string,
  state: "missing" | "warning",
  problem: ProblemCode,
): Examined {
  try {
    accessSync(nearestFolder(folder), constants.W_OK);
    return { name, state: "ok", found: folder };
  } catch {
    const found = `\`${folder}\` cannot be written`;
    return { name, state, found, remedy: `Set ${variable} to a folder that can.`, problem };
  }
}

/** The folder, or the first one above it that is there. */
export function nearestFolder(folder: string): string {
  let nearest = folder;
  while (!existsSync(nearest) && path.dirname(nearest) !== nearest) nearest = path.dirname(nearest);
  return nearest;
}

/** Installed is not enough: a lesson's first command fails where the engine behind it does not answer. */
async function examineDocker(io: Io): Promise<Examined> {
  const name = "docker";
  const file = findProgram(name, io.env);
  if (file === undefined) {
    const remedy = "Install Docker: https://docs.docker.com/get-started/get-docker/";
    return { name, state: "absent", found: "not in PATH", remedy, problem: "no-docker" };
  }
  const { stdout, failed } = await ask(file, ["info", "--format", "{{.ServerVersion}} {{.MemTotal}}"], io.env);
  const [, server = "", bytes = ""] = /^(\S+) (\d+)\s*$/m.exec(stdout) ?? [];
  if (failed || bytes === "") {
    const remedy = "Start Docker; on Linux you have to be allowed to reach it (the group `docker`).";
    return { name, state: "absent", found: `${file}, which does not answer`, remedy, problem: "docker-silent" };
  }
  const memory = Math.round(Number(bytes) / PER_GIB);
  const row = { name, found: `${server}, ${memory} GiB of memory, ${file}`, memory, ...versionIn(server) };
  if (memory >= 7) return { ...row, state: "ok" };
  return { ...row, state: "warning", remedy: "Give it 8 GB of memory in its settings.", problem: "docker-memory" };
}

async function examineKind(io: Io): Promise<Examined> {
  const name = "kind";
  const file = findProgram(name, io.env);
  if (file === undefined) {
    const remedy = "Install kind: https://kind.sigs.k8s.io/docs/user/quick-start/";
    return { name, state: "absent", found: "not in PATH", remedy, problem: "no-kind" };
  }
  const { stdout } = await ask(file, ["version"]);
  return { name, state: "ok", found: file, ...versionIn(stdout) };
}

function ask(file: string, args: readonly string[], env?: Io["env"]) {
  return execa(file, args, {
    ...(env !== undefined && { env: env as Record<string, string>, extendEnv: false }),
    stdin: "ignore",
    reject: false,
    timeout: TIMEOUT_MS,
  });
}

/** The numbers of the first version in a text; what stands around them may name who built it. */
function versionIn(text: string): { version?: string } {
  const version = /\d{1,6}(?:\.\d{1,6}){1,3}/.exec(text)?.[0];
  return version === undefined ? {} : { version };
}
