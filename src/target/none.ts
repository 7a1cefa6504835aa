import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { makeFolder } from "../files/index.ts";
import { type Environment, inheritedEnv, minimalEnv } from "./session-env.ts";
import type { Target } from "./target.ts";

/** How to open target none. */
export interface NoneOptions {
  readonly env: Environment;
  /** `--inherit-env`: the user's whole environment, HOME and credentials too. */
  readonly inheritEnv: boolean;
  /** Where workspace and HOME are kept between runs (`start`); undefined: they go away with the run (`test`). */
  readonly stateDir?: string | undefined;
}

/**
 * No cluster: a workspace that goes away, an empty KUBECONFIG and a temporary HOME, so that a page under test cannot reach
 * what the user can.
 */
export function openNone(options: NoneOptions): Target {
  const root = options.stateDir ?? mkdtempSync(path.join(tmpdir(), "learn-istio-"));
  const home = path.join(root, "home");
  const workspace = path.join(root, "workspace");
  for (const folder of [home, workspace]) makeFolder(folder);
  const base = options.inheritEnv
    ? inheritedEnv(options.env)
    : // A path that does not exist is an empty configuration to kubectl, and cannot be written by accident: no folder.
      { ...minimalEnv(options.env), HOME: home, KUBECONFIG: path.join(root, "none", "kubeconfig") };
  return {
    name: "none",
    label: "none (no cluster)",
    env: base,
    workspace,
    ...(options.stateDir === undefined && { temporary: root }),
    release: async () => {
      if (options.stateDir === undefined) rmSync(root, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
