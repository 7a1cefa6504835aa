/** One request to the API server: its body and its answer as JSON. */
export type ApiCall = (method: string, path: string, body?: unknown, type?: string) => Promise<ApiAnswer>;

export interface ApiAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what the API answers is walked by path
  readonly body: any;
}

/** One request to a port of a pod. */
export interface ForwardedRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly port: number;
  readonly method: string;
  readonly path: string;
}

export interface ForwardedAnswer {
  readonly status: number;
  readonly body: string;
}

/** What a program of the sandbox is given. Nothing else of the process is touched. */
export interface ToolContext {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether somebody reads the output, and may see it in colour. */
  readonly isTerminal?: boolean;
  /** Ask the sandbox. Rejects with `Refused` when it says no. */
  readonly call: <T>(command: string, body?: unknown) => Promise<T>;
  /** GET a path of the cluster's API, as its administrator. Rejects with `Refused` when it says no. */
  readonly get: (path: string) => Promise<string>;
  /** Ask the API server of the cluster, as its administrator. Rejects when nobody answers. */
  readonly api: ApiCall;
  /** Asks a pod's port by way of the API server. Rejects with `NotForwarded` when it cannot be reached. */
  readonly forward: (asked: ForwardedRequest) => Promise<ForwardedAnswer>;
  /** A line of standard input; undefined at its end. */
  readonly readLine: () => Promise<string | undefined>;
  readonly sleep: (ms: number) => Promise<void>;
  /** Now, in epoch milliseconds. */
  readonly now: () => number;
}

/** A program: arguments in, exit code out. */
export type Tool = (context: ToolContext) => Promise<number>;

/** A simulated cluster, as `clusters` gives it. */
export interface ClusterInfo {
  readonly name: string;
  readonly image: string;
  readonly createdAt: string;
  /** When its nodes were stopped; absent while they run. */
  readonly stoppedAt?: string;
  /** Where the API server is, on 127.0.0.1. */
  readonly apiPort: number;
  /** The control plane first. */
  readonly nodes: readonly NodeInfo[];
}

/** A node of it: for docker a container on the network `kind`. */
export interface NodeInfo {
  readonly name: string;
  readonly role: "control-plane" | "worker";
  readonly address: string;
  /** When it began to run: at its creation, or the last `docker start` or `restart`. */
  readonly startedAt: string;
}

export async function clustersOf(context: ToolContext): Promise<readonly ClusterInfo[]> {
  return (await context.call<{ clusters: readonly ClusterInfo[] }>("clusters")).clusters;
}
