import { existsSync, mkdtempSync, readlinkSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { makeFolder } from "../files/index.ts";
import { openSandbox as openCluster, type SandboxStatus } from "../sandbox/index.ts";
import { requireFolder } from "./folders.ts";
import { sweepKeptFolders } from "./kept-folders.ts";
import { copyFolders, type KeptTarget, keepSandbox, keptCluster } from "./kept-sandbox.ts";
import { type Environment, minimalEnv } from "./session-env.ts";
import type { Target } from "./target.ts";

/** The name of the cluster that lessons make; never kind's own default, so that nothing of the user's is ever meant. */
export const CLUSTER_NAME = "learn-istio";

const IDLE_MS = 2 * 60 * 60 * 1000;

/** How to open target sandbox. */
export interface SandboxTargetOptions {
  readonly env: Environment;
  /** The course's state folder for this target; undefined: a private sandbox that ends with the run (`test`). */
  readonly stateDir: string | undefined;
  readonly kubectl: string;
  readonly helm: string | undefined;
  /** `ready`: with the cluster made, for pages and for `sandbox start`. */
  readonly cluster: "none" | "ready";
  /** A private one begins as what another one kept. */
  readonly from?: KeptTarget | undefined;
  readonly signal?: AbortSignal;
  readonly notice: (text: string) => void;
}

/** Target sandbox, and how its process was when it was opened. */
export interface SandboxTarget extends Target {
  readonly opened: SandboxStatus;
}

/**
 * The simulated cluster, driven by the user's kubectl and helm. PATH is: our stand-ins (`docker`, `kind`), then a folder
 * with just the chosen kubectl and helm, then the user's own.
 */
export async function openSandboxTarget(options: SandboxTargetOptions): Promise<SandboxTarget> {
  const temporary = options.stateDir === undefined ? mkdtempSync(path.join(tmpdir(), "learn-istio-")) : undefined;
  const root = temporary ?? requireFolder(options.stateDir ?? "");
  if (temporary !== undefined) sweepKeptFolders();
  try {
    if (options.from !== undefined) copyFolders(options.from.folder, root);
    const sandbox = await openCluster({
      stateDir: folder(root, "sandbox"),
      pace: temporary === undefined ? "learner" : "test",
      cluster: options.cluster,
      idleMs: IDLE_MS,
      private: temporary !== undefined,
      ...(options.from && { from: keptCluster(options.from) }),
      ...(options.signal && { signal: options.signal }),
    });
    for (const notice of sandbox.notices) options.notice(notice);
    // Who looks at what stands there must not find it on its way up.
    if (temporary === undefined && options.cluster === "none") await sandbox.warm();
    const base = minimalEnv(options.env);
    const search = [sandbox.binDir, chosenTools(root, options), base.PATH ?? ""].filter((part) => part !== "");
    return {
      name: "sandbox",
      label: "sandbox (simulated)",
      env: {
        ...base,
        ...homes(root, options.env, temporary !== undefined),
        ...sandbox.env,
        PATH: search.join(path.delimiter),
        CLUSTER: CLUSTER_NAME,
        KIND_CLUSTER_NAME: CLUSTER_NAME,
      },
      workspace: folder(root, "workspace"),
      opened: sandbox.opened,
      survey: () => sandbox.inventory(),
      hurry: (seconds) => sandbox.hurry(seconds),
      ...(temporary !== undefined && { temporary, keep: () => keepSandbox(temporary, sandbox) }),
      release: async () => {
        if (temporary === undefined) return sandbox.disconnect();
        await sandbox.stop();
        rmSync(temporary, { recursive: true, force: true, maxRetries: 3 });
      },
    };
  } catch (error) {
    if (temporary !== undefined) rmSync(temporary, { recursive: true, force: true, maxRetries: 3 });
    throw error;
  }
}

function folder(root: string, name: string): string {
  const made = path.join(root, name);
  makeFolder(made);
  return made;
}

/** A test gets a HOME that goes away; a learner keeps theirs, but helm's repositories stay the sandbox's. */
function homes(root: string, env: Environment, temporary: boolean): Record<string, string> {
  const helm = folder(root, "helm");
  const helmHomes = {
    HELM_CACHE_HOME: path.join(helm, "cache"),
    HELM_CONFIG_HOME: path.join(helm, "config"),
    HELM_DATA_HOME: path.join(helm, "data"),
  };
  return { ...helmHomes, HOME: temporary || env.HOME === undefined ? folder(root, "home") : env.HOME };
}

/**
 * A folder that holds the chosen kubectl and helm alone. A link is replaced only when it leads elsewhere, by a rename, so
 * that a session which uses it at this moment always finds a kubectl.
 */
function chosenTools(root: string, { kubectl, helm }: SandboxTargetOptions): string {
  const tools = folder(root, "tools");
  link(behindOurs(kubectl), path.join(tools, "kubectl"));
  if (helm !== undefined) link(behindOurs(helm), path.join(tools, "helm"));
  else rmSync(path.join(tools, "helm"), { force: true });
  return tools;
}

/**
 * The user's own program. From inside a session PATH leads to such a folder of ours first, and a link to that would in the end
 * be a link to itself.
 */
function behindOurs(program: string): string {
  const folder = path.dirname(program);
  const isOurs = path.basename(folder) === "tools" && existsSync(path.join(folder, "..", "sandbox", "identity.json"));
  return isOurs ? behindOurs(path.resolve(folder, readlinkSync(program))) : program;
}

function link(program: string, at: string): void {
  if (existsSync(at) && readlinkSync(at) === program) return;
  const fresh = `${at}.${process.pid}`;
  rmSync(fresh, { force: true });
  symlinkSync(program, fresh);
  renameSync(fresh, at);
}
