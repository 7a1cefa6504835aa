import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { type Environment, inheritedEnv, minimalEnv } from "./session-env.ts";
import type { Target } from "./target.ts";

/** How to open target none. */
export interface NoneOptions {
  readonly env: Environment;
  /** `--inherit-env`: the user's whole environment, HOME and credentials too. */
  readonly inheritEnv: boolean;
}

/**
 * No cluster: a workspace that goes away, an empty KUBECONFIG and a temporary HOME, so that a page under test cannot reach
 * what the user can.
 */
export function openNone(options: NoneOptions): Target {
  const root = mkdtempSync(path.join(tmpdir(), "learn-istio-"));
  const home = mkdtempSync(path.join(root, "home-"));
  const workspace = mkdtempSync(path.join(root, "workspace-"));
  const base = options.inheritEnv
    ? inheritedEnv(options.env)
    : // A path that does not exist is an empty configuration to kubectl, and cannot be written by accident: no folder.
      { ...minimalEnv(options.env), HOME: home, KUBECONFIG: path.join(root, "none", "kubeconfig") };
  return {
    name: "none",
    label: "none (no cluster)",
    env: base,
    workspace,
    release: async () => rmSync(root, { recursive: true, force: true, maxRetries: 3 }),
  };
}
