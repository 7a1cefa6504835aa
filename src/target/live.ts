import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { EnvironmentError } from "../diagnostics/index.ts";
import { makeFolder } from "../files/index.ts";
import { requireFolder } from "./folders.ts";
import { CLUSTER_NAME } from "./sandbox.ts";
import { type Environment, inheritedEnv } from "./session-env.ts";
import type { Target } from "./target.ts";

/** How to open target live. */
export interface LiveOptions {
  readonly env: Environment;
  readonly stateDir: string;
  /** `--context`: a context of the user's own kubeconfig, named by the user for this course. */
  readonly context: string | undefined;
}

/**
 * The user's own Docker and kind. KUBECONFIG is a file of this course: kind writes its contexts there, and nothing is
 * merged into the user's. A current context in it that is not this tool's cluster is refused, unless it was named.
 */
export async function openLive(options: LiveOptions): Promise<Target> {
  const root = requireFolder(options.stateDir);
  const workspace = path.join(root, "workspace");
  makeFolder(workspace);
  const kubeconfig = path.join(root, "kubeconfig");
  if (options.context !== undefined) await adoptContext(kubeconfig, options.context, options.env);
  refuseForeignContext(kubeconfig, options.context);
  return {
    name: "live",
    label: "live (your own Docker and kind)",
    env: {
      ...inheritedEnv(options.env),
      KUBECONFIG: kubeconfig,
      CLUSTER: CLUSTER_NAME,
      KIND_CLUSTER_NAME: CLUSTER_NAME,
    },
    workspace,
    release: async () => {},
  };
}

/** Copy one context of the user's kubeconfig into ours; the user's file is only read. */
async function adoptContext(kubeconfig: string, context: string, env: Environment): Promise<void> {
  const args = ["config", "view", "--minify", "--flatten", "--raw", "--context", context];
  const { execa } = await import("execa");
  const result = await execa("kubectl", args, {
    env: env as Record<string, string>,
    extendEnv: false,
    stdin: "ignore",
    reject: false,
    timeout: 10_000,
  });
  if (result.failed) {
    throw new EnvironmentError(`The kubectl context \`${context}\` could not be read: ${result.stderr.trim()}`, {
      hint: "`kubectl config get-contexts` lists the ones that exist.",
    });
  }
  writeFileSync(kubeconfig, `${result.stdout}\n`, { mode: 0o600 });
}

/** `current-context` stands at the start of a line in every kubeconfig that kubectl or kind writes. */
function refuseForeignContext(kubeconfig: string, named: string | undefined): void {
  if (!existsSync(kubeconfig)) return;
  const current = /^current-context: *"?([^"\n]*)"?$/m.exec(readFileSync(kubeconfig, "utf8"))?.[1]?.trim() ?? "";
  if (current === "" || current === `kind-${CLUSTER_NAME}` || current === named) return;
  throw new EnvironmentError(`The kubectl context \`${current}\` was not made by learn-istio.`, {
    hint: `Name it by \`--context ${current}\` if the lessons shall really work on it.`,
  });
}
