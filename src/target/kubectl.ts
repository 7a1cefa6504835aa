import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { EnvironmentError } from "../diagnostics/index.ts";
import { findProgram, isProgram } from "./find-program.ts";
import type { Environment } from "./session-env.ts";
import { KUBERNETES_MINOR, TOOLS_VERSION } from "./tool-pins.ts";

/** A kubectl on this machine. `from` says who chose it. */
export interface Kubectl {
  readonly path: string;
  readonly from: "KUBECTL" | "PATH" | "cache";
}

/** A kubectl that was asked for its version. */
export interface ProbedKubectl extends Kubectl {
  readonly version: string;
  /** Set when it is more than one minor version away from the cluster's. */
  readonly warning: string | undefined;
}

/** The folder of fetched programs in the cache, of this machine or of others of that kind. */
export function toolsFolder(
  cacheDir: string,
  platform: string = process.platform,
  arch: string = process.arch,
): string {
  return path.join(cacheDir, "tools", `${TOOLS_VERSION}-${platform}-${arch}`);
}

/**
 * The kubectl to use: `$KUBECTL`, else the one in PATH, else the one in the cache; undefined when there is none. Looks,
 * does not run it. Errors: `$KUBECTL` names no program.
 */
export function findKubectl(env: Environment, cacheDir: string): Kubectl | undefined {
  const named = env.KUBECTL;
  if (named !== undefined && named !== "") {
    const found = named.includes("/") ? path.resolve(named) : findProgram(named, env);
    if (found !== undefined && isProgram(found)) return { path: found, from: "KUBECTL" };
    throw new EnvironmentError(`\`KUBECTL\` is \`${named}\`, which is not a program.`, {
      hint: "Name an executable file, or unset `KUBECTL`.",
    });
  }
  const inPath = findProgram("kubectl", env);
  if (inPath !== undefined) return { path: inPath, from: "PATH" };
  const cached = path.join(toolsFolder(cacheDir), "kubectl");
  return isProgram(cached) ? { path: cached, from: "cache" } : undefined;
}

/** The helm to use: the one in PATH, else the one that was fetched with kubectl. */
export function findHelm(env: Environment, cacheDir: string): string | undefined {
  const cached = path.join(toolsFolder(cacheDir), "helm");
  return findProgram("helm", env) ?? (isProgram(cached) ? cached : undefined);
}

/** What the last probe found, and of which file: a program that is the same file is not asked again. */
interface Remembered {
  readonly program: string;
  readonly version: string;
}

/**
 * The version by `kubectl version --client`. With a cache folder the program runs once and then again only when its file
 * has changed. Errors: it does not run, or does not answer like a kubectl.
 */
export async function probeKubectl(kubectl: Kubectl, env: Environment, cacheDir?: string): Promise<ProbedKubectl> {
  const program = fileIdentity(kubectl.path);
  const known = cacheDir === undefined ? undefined : recall(cacheDir);
  if (known !== undefined && known.program === program) {
    return { ...kubectl, version: known.version, warning: skewWarning(known.version) };
  }
  const version = await askVersion(kubectl, env);
  if (cacheDir !== undefined && program !== undefined) remember(cacheDir, { program, version });
  return { ...kubectl, version, warning: skewWarning(version) };
}

async function askVersion(kubectl: Kubectl, env: Environment): Promise<string> {
  const { execa } = await import("execa");
  const result = await execa(kubectl.path, ["version", "--client", "-o", "json"], {
    env: { ...(env as Record<string, string>), KUBECONFIG: "/dev/null" },
    extendEnv: false,
    stdin: "ignore",
    reject: false,
    timeout: 10_000,
  });
  const version = result.failed ? undefined : clientVersion(result.stdout);
  if (version === undefined) {
    throw new EnvironmentError(`\`${kubectl.path}\` does not run as kubectl: ${result.shortMessage ?? "no version"}`, {
      hint: "Name another by `KUBECTL=/path/to/kubectl`, or run `learn-istio doctor --fix`.",
    });
  }
  return version;
}

/** Path, size and times of the file that runs, whatever links lead to it; undefined when there is none. */
function fileIdentity(program: string): string | undefined {
  try {
    const { ino, size, mtimeMs } = statSync(program);
    return `${program} ${ino} ${size} ${mtimeMs}`;
  } catch {
    return undefined;
  }
}

function memory(cacheDir: string): string {
  return path.join(cacheDir, "kubectl.json");
}

function recall(cacheDir: string): Remembered | undefined {
  try {
    const found = JSON.parse(readFileSync(memory(cacheDir), "utf8")) as Partial<Remembered> | null;
    const { program, version } = found ?? {};
    return typeof program === "string" && typeof version === "string" ? { program, version } : undefined;
  } catch {
    return undefined;
  }
}

/** A cache that cannot be written costs time, not the command. */
function remember(cacheDir: string, found: Remembered): void {
  const next = `${memory(cacheDir)}.${process.pid}`;
  try {
    mkdirSync(cacheDir, { recursive: true, mode: 0o700 });
    writeFileSync(next, JSON.stringify(found), { mode: 0o600 });
    renameSync(next, memory(cacheDir));
  } catch {
    // Asked again next time.
  }
}

function clientVersion(json: string): string | undefined {
  try {
    const answer = JSON.parse(json) as { clientVersion?: { gitVersion?: unknown } };
    const version = answer.clientVersion?.gitVersion;
    return typeof version === "string" ? version : undefined;
  } catch {
    return undefined;
  }
}

/** kubectl is supported within one minor version of the API server (Kubernetes' version skew policy). */
export function skewWarning(version: string): string | undefined {
  const minor = Number(/^v1\.(\d+)/.exec(version)?.[1]);
  if (Math.abs(minor - KUBERNETES_MINOR) <= 1) return undefined;
  return `kubectl ${version} is more than one minor version away from the cluster's 1.${KUBERNETES_MINOR}; most things work`;
}
