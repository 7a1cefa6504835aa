import type { Dialled } from "../network/index.ts";
import type { JsonObject, KubeObject } from "../objects/index.ts";

/** What runs in pods, as the API needs it. */
export interface Containers {
  /** Runs a command in a running container. Ends early when the signal says so: the client is gone. */
  exec(at: ContainerRef, command: readonly string[], io: ProcessIo): Promise<Exit>;
  /** Joins the container's own process. Resolves when that ends. */
  attach(at: ContainerRef, io: ProcessIo): Promise<Exit>;
  /** Opens a connection to a port of the pod from inside of it: what a forwarded port is. */
  forward(pod: KubeObject, port: number): Promise<Dialled>;
  /** Opens a connection from the node, where the API server is. */
  dial(address: string, port: number): Promise<Dialled>;
}

export interface ContainerRef {
  readonly pod: KubeObject;
  readonly container: string;
}

/** A process's ends. What is undefined was not asked for: input is at its end, output goes nowhere. */
export interface ProcessIo {
  readonly stdin: AsyncIterator<Buffer> | undefined;
  readonly stdout: ByteSink | undefined;
  readonly stderr: ByteSink | undefined;
  readonly tty: boolean;
  /** Tells of the terminal's size, now and when it changes. */
  readonly onResize: (listener: (size: TerminalSize) => void) => void;
  readonly signal: AbortSignal;
}

/** Resolves when more may be written; rejects when nobody is there any more. */
export type ByteSink = (chunk: Buffer) => Promise<void>;

export interface TerminalSize {
  readonly width: number;
  readonly height: number;
}

/** How a process ended, or why it could not begin, in the container runtime's words. */
export type Exit = { readonly code: number; readonly reason?: string } | { readonly failure: string };

export interface HttpRequest {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  /** The body bit by bit, where it is not known as a whole: `body` is empty then. */
  readonly stream?: AsyncIterable<Buffer>;
}

/** A cluster whose containers hold nothing. */
export const NO_CONTAINERS: Containers = {
  exec: async () => ({ failure: "this cluster's containers run nothing" }),
  attach: async () => ({ failure: "this cluster's containers run nothing" }),
  forward: async () => ({ kind: "refused" }),
  dial: async () => ({ kind: "refused" }),
};

/** The pod's containers by the names of the lists that they stand in. */
export function containerNames(
  pod: KubeObject,
  field: "containers" | "initContainers" | "ephemeralContainers",
): string[] {
  return ((pod.spec?.[field] ?? []) as JsonObject[]).map(({ name }) => String(name));
}

/** The status of one container, wherever it stands. */
export function containerStatus(pod: KubeObject, name: string): JsonObject | undefined {
  const { containerStatuses = [], initContainerStatuses = [], ephemeralContainerStatuses = [] } = pod.status ?? {};
  const all: JsonObject[] = [...containerStatuses, ...initContainerStatuses, ...ephemeralContainerStatuses];
  return all.find((status) => status.name === name);
}
