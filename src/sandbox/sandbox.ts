import type { PaceName } from "./control/index.ts";
import type { InventoryItem } from "./inventory.ts";

export type { PaceName };

/** What a user of the sandbox holds: the environment that leads tools to it, and its life. */
export interface Sandbox {
  /** To be laid over the session's environment: KUBECONFIG, KUBECACHEDIR, LEARN_ISTIO_SANDBOX... */
  readonly env: Readonly<Record<string, string>>;
  /** Folder with `docker` and `kind`; to stand first in PATH. */
  readonly binDir: string;
  /** What had to be said while it started (a port that changed, another build's process replaced), one line each. */
  readonly notices: readonly string[];
  /** How it was when it was opened; costs no question. */
  readonly opened: SandboxStatus;
  status(): Promise<SandboxStatus>;
  /** What somebody made in its cluster; nothing where there is no cluster. */
  inventory(): Promise<readonly InventoryItem[]>;
  /** Resolves when what was ready before it was started is ready again; at once when it ran already, and after 5 s at the latest. */
  warm(): Promise<void>;
  /** For so many seconds what takes its time only to be watched goes at the pace of tests; 0 ends it. */
  hurry(seconds: number): Promise<void>;
  /** Keep what is in it now, in a folder from which others can begin (`from`). It goes on as if nothing had been asked. */
  keep(folder: string): Promise<void>;
  /** Save and end the background process. Its clusters come back with the next `openSandbox`. */
  stop(): Promise<void>;
  /** Back to an empty machine (or a ready cluster, when opened so): everything in it is gone. */
  reset(): Promise<void>;
  /** Let go without ending it. A private sandbox ends. */
  disconnect(): void;
}

export interface SandboxOptions {
  /** Where its state, its kubeconfig and its log are kept. One background process for each folder. */
  readonly stateDir: string;
  /** How long a pod's stages take: to be watched (`learner`), to be seen passing (`test`), or nothing (`instant`). */
  readonly pace: PaceName;
  /** `none`: an empty machine; `ready`: with the cluster `learn-istio` in it. */
  readonly cluster: "none" | "ready";
  /** Milliseconds without a request or an open watch after which it stops by itself. */
  readonly idleMs: number;
  /** Gives up waiting for the start. */
  readonly signal?: AbortSignal;
  /** True: it ends with the process that opened it, however that one ends. For `test`. */
  readonly private?: boolean;
  /** A folder that `keep` made: a state folder that is new begins as what was kept there, with a port and a token of its own. */
  readonly from?: string;
  /** The bundled background process; default: `daemon.cjs` beside this module, or the repository's `dist/`. */
  readonly daemonPath?: string;
}

/** How a sandbox is doing; of one that does not run only `running`, `clusters` and `state` say anything. */
export interface SandboxStatus {
  readonly running: boolean;
  readonly pid: number | undefined;
  readonly build: string | undefined;
  readonly url: string | undefined;
  readonly port: number | undefined;
  readonly clusters: readonly string[];
  readonly startedAt: string | undefined;
  /** Resident memory in bytes. */
  readonly memory: number | undefined;
  /** Watches, followed logs, exec and port-forward connections that are open. */
  readonly openStreams: number | undefined;
  /** When it stops if nobody asks anything of it until then; an open stream puts it off. */
  readonly idleStopAt: string | undefined;
  /** When its state was last put on the disk. */
  readonly savedAt: string | undefined;
  /** Why that went wrong the last time. */
  readonly saveError: string | undefined;
  /** The file that its state is kept in. */
  readonly state: string;
}
