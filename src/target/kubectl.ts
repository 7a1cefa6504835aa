import path from "node:path";
import { execa } from "execa";
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

/** The folder of fetched programs in the cache. */
export function toolsFolder(cacheDir: string): string {
  return path.join(cacheDir, "tools", `${TOOLS_VERSION}-${process.platform}-${process.arch}`);
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

/** Run `kubectl version --client`. Errors: it does not run, or does not answer like a kubectl. */
export async function probeKubectl(kubectl: Kubectl, env: Environment): Promise<ProbedKubectl> {
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
  return { ...kubectl, version, warning: skewWarning(version) };
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
