import {
  type ContainerRef,
  type Containers,
  containerStatus,
  type Exit,
  type HttpRequest,
  type HttpResponse,
  type LogOptions,
  type ProcessIo,
} from "../api/index.ts";
import { BrokenPipe } from "../bytes/index.ts";
import type { JsonObject, KubeObject } from "../objects/index.ts";
import type { Store } from "../store/index.ts";
import { ClusterNetwork } from "./cluster-network.ts";
import { environment, expanded } from "./container/environment.ts";
import { makeFiles } from "./container/make.ts";
import type { SharedVolumes } from "./container/mounts.ts";
import type { Server } from "./images/image.ts";
import { imageNamed } from "./images/index.ts";
import { ContainerLog } from "./log.ts";
import type { Machine } from "./machine.ts";
import type { Network } from "./network.ts";

export interface WorkloadsOptions {
  readonly store: Pick<Store, "get" | "list" | "watch">;
  /** Milliseconds. */
  readonly now: () => number;
  /** The plain network when there is no other. */
  readonly network?: Network;
  /** A container's own process has ended by itself. */
  readonly onExit?: (at: ContainerRef, code: number) => void;
  readonly log?: (message: string, error?: unknown) => void;
}

/** One run of a container. */
interface Box {
  readonly machine: Machine;
  readonly spec: JsonObject;
  readonly env: ReadonlyMap<string, string>;
  readonly log: ContainerLog;
  readonly stop: AbortController;
  /** Its own process, where that is a command that can be run here. */
  main: Promise<Exit> | undefined;
  /** Clients of attach get what it writes. */
  readonly attached: Set<ProcessIo>;
  nextPid: number;
}

const WAIT_FOR_ATTACH_MS = 2000;

/** What runs in the cluster's pods: servers by their image, commands in a shell, each with files and a log. */
export class Workloads implements Containers {
  readonly #options: WorkloadsOptions;
  readonly #network: Network;
  readonly #boxes = new Map<string, Box>();
  readonly #volumes = new Map<string, SharedVolumes>();
  readonly #stopWatching: () => void;

  constructor(options: WorkloadsOptions) {
    this.#options = options;
    this.#network =
      options.network ??
      new ClusterNetwork(options.store, (pod, port, request, from) => this.#serve(pod, port, request, from));
    this.#stopWatching = options.store.watch("/pods", undefined, ({ type, object }) => {
      if (type === "DELETED") this.#forget(object);
      else this.#follow(object);
    });
    for (const pod of options.store.list("/pods")) this.#follow(pod);
  }

  /** Ends everything that runs. */
  stop(): void {
    this.#stopWatching();
    for (const box of this.#boxes.values()) end(box);
    this.#boxes.clear();
  }

  async exec(at: ContainerRef, command: readonly string[], io: ProcessIo): Promise<Exit> {
    const box = this.#box(at);
    const { runIn } = await import("./run.ts");
    const signal = AbortSignal.any([io.signal, box.stop.signal]);
    const exit = await runIn(
      { machine: box.machine, env: box.env, workdir: workdirOf(box), words: command, pid: box.nextPid++ },
      { ...io, signal },
    );
    if ("code" in exit) return exit;
    return {
      failure: `error executing command in container: failed to exec in container: failed to start exec "${box.machine.pod.metadata.uid}": ${exit.failure}`,
    };
  }

  async attach(at: ContainerRef, io: ProcessIo): Promise<Exit> {
    const box = this.#box(at);
    if (box.spec.stdin === true && box.main === undefined) {
      box.main = this.#runMain(at, box, io);
      return box.main;
    }
    box.attached.add(io);
    await Promise.race([box.main ?? aborted(box.stop.signal), aborted(io.signal), aborted(box.stop.signal)]);
    box.attached.delete(io);
    return { code: 0 };
  }

  async request(
    pod: KubeObject,
    port: number,
    request: HttpRequest,
    from = "127.0.0.1",
  ): Promise<HttpResponse | "refused" | "reset"> {
    return this.#serve(pod, port, request, from);
  }

  listens(pod: KubeObject, port: number): boolean {
    return this.#listener(pod, port) !== undefined;
  }

  /** A container's log; `previous` is the API's affair. */
  logs(pod: KubeObject, container: string, options: LogOptions): AsyncIterable<string> {
    return this.#box({ pod, container }).log.read(options);
  }

  async #serve(
    pod: KubeObject,
    port: number,
    request: HttpRequest,
    from: string,
  ): Promise<HttpResponse | "refused" | "reset"> {
    const found = this.#listener(pod, port);
    if (!found) return "refused";
    const { box, server } = found;
    const context = {
      pod: box.machine.pod,
      image: String(box.spec.image),
      port,
      from,
      now: this.#options.now(),
      readFile: (path: string) => {
        const node = box.machine.files.find(path);
        return node?.kind === "file" ? node.data : undefined;
      },
    };
    const response = await server.serve(request, context);
    for (const line of server.requestLog?.(request, response, { ...context, now: this.#options.now() }) ?? [])
      box.log.add(line);
    return response;
  }

  /** All containers of a pod share its ports; only what runs listens. */
  #listener(pod: KubeObject, port: number): { box: Box; server: Server } | undefined {
    for (const spec of specs(pod)) {
      const server = ownServer(spec);
      if (!server?.ports.includes(port) || containerStatus(pod, spec.name)?.state?.running === undefined) continue;
      return { box: this.#box({ pod, container: spec.name }), server };
    }
    return undefined;
  }

  #box({ pod, container }: ContainerRef): Box {
    const spec = specs(pod).find((one) => one.name === container);
    if (!spec) throw new Error(`no container ${container} in pod ${pod.metadata.name}`);
    const status = containerStatus(pod, container);
    const key = `${pod.metadata.uid}/${container}/${status?.restartCount ?? 0}`;
    const found = this.#boxes.get(key);
    if (found) return found;
    const { store, now } = this.#options;
    const image = imageNamed(String(spec.image));
    const volumes = this.#volumes.get(String(pod.metadata.uid)) ?? new Map();
    this.#volumes.set(String(pod.metadata.uid), volumes);
    const files = makeFiles(store, pod, spec, image, volumes, now);
    const machine: Machine = { pod, container, image, files, network: this.#network, now, processes: new Map() };
    const env = environment(store, pod, spec, image.env);
    const box: Box = {
      machine,
      spec,
      env,
      log: new ContainerLog(now),
      stop: new AbortController(),
      main: undefined,
      attached: new Set(),
      nextPid: 7,
    };
    this.#boxes.set(key, box);
    machine.processes.set(1, { pid: 1, words: mainWords(box), startedAt: now(), kill: () => {} });
    const startedAt =
      Date.parse(status?.state?.running?.startedAt ?? status?.state?.terminated?.startedAt ?? "") || now();
    const context = { pod, image: String(spec.image), port: 0, from: "", now: startedAt, readFile: () => undefined };
    for (const line of ownServer(spec)?.startLog(context) ?? []) box.log.add(line, startedAt);
    return box;
  }

  /** A pod has changed: commands of containers that run now begin, those of ended ones end. */
  #follow(pod: KubeObject): void {
    for (const spec of specs(pod)) {
      const state = containerStatus(pod, spec.name)?.state;
      const at = { pod, container: String(spec.name) };
      if (state?.terminated !== undefined) {
        const key = `${pod.metadata.uid}/${spec.name}/${containerStatus(pod, spec.name)?.restartCount ?? 0}`;
        const known = this.#boxes.get(key);
        if (known) end(known);
        else if (runsCommand(spec)) this.#runLate(at);
      }
      if (state?.running !== undefined && runsCommand(spec)) this.#begin(at);
    }
  }

  #begin(at: ContainerRef): void {
    const box = this.#box(at);
    if (box.main !== undefined || box.stop.signal.aborted) return;
    if (box.spec.stdin !== true) {
      box.main = this.#runMain(at, box);
      return;
    }
    // `kubectl run -i` attaches at once; nobody else types anything in.
    const late = setTimeout(() => {
      if (!box.stop.signal.aborted) box.main ??= this.#runMain(at, box);
    }, WAIT_FOR_ATTACH_MS);
    late.unref();
    box.stop.signal.addEventListener("abort", () => clearTimeout(late));
  }

  /** A container that was over before it was seen to run: what it would have written is still its log. */
  #runLate(at: ContainerRef): void {
    const box = this.#box(at);
    box.main ??= this.#runMain(at, box);
    void box.main.then(() => end(box));
  }

  async #runMain(at: ContainerRef, box: Box, first?: ProcessIo): Promise<Exit> {
    if (first) box.attached.add(first);
    const words = mainWords(box);
    const write =
      (stream: "stdout" | "stderr") =>
      async (chunk: Buffer): Promise<void> => {
        box.log.write(chunk);
        for (const io of box.attached) {
          await (io[stream] ?? io.stdout)?.(chunk).catch((error) => {
            box.attached.delete(io);
            if (io === first && !(error instanceof BrokenPipe)) throw error;
          });
        }
      };
    const signal = first ? AbortSignal.any([box.stop.signal, first.signal]) : box.stop.signal;
    const io: ProcessIo = {
      stdin: first?.stdin,
      stdout: write("stdout"),
      stderr: write("stderr"),
      tty: first !== undefined && box.spec.tty === true,
      onResize: () => {},
      signal,
    };
    try {
      const { runIn, refusal } = await import("./run.ts");
      const start = { machine: box.machine, env: box.env, workdir: workdirOf(box), words, pid: 1 };
      // A program that is not simulated runs on in silence.
      if (refusal(start) !== undefined) return await aborted(box.stop.signal);
      const exit = await runIn(start, io);
      if (!box.stop.signal.aborted) this.#options.onExit?.(at, "code" in exit ? exit.code : 128);
      return exit;
    } catch (error) {
      this.#options.log?.(`${at.pod.metadata.namespace}/${at.pod.metadata.name} ${at.container}`, error);
      return { code: 137 };
    }
  }

  #forget(pod: KubeObject): void {
    const prefix = `${pod.metadata.uid}/`;
    this.#volumes.delete(String(pod.metadata.uid));
    for (const [key, box] of this.#boxes) {
      if (!key.startsWith(prefix)) continue;
      end(box);
      this.#boxes.delete(key);
    }
  }
}

function end(box: Box): void {
  box.log.end();
  box.stop.abort();
}

function aborted(signal: AbortSignal): Promise<Exit> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve({ code: 137 });
    signal.addEventListener("abort", () => resolve({ code: 137 }), { once: true });
  });
}

function specs(pod: KubeObject): JsonObject[] {
  const { containers = [], initContainers = [], ephemeralContainers = [] } = pod.spec ?? {};
  return [...initContainers, ...containers, ...ephemeralContainers];
}

/** A command of the pod's own replaces the image's server. */
function ownServer(spec: JsonObject): Server | undefined {
  return spec.command === undefined ? imageNamed(String(spec.image)).server : undefined;
}

/** Whether the container's process is a command to run, not a server of the image. */
function runsCommand(spec: JsonObject): boolean {
  const image = imageNamed(String(spec.image));
  if (spec.command !== undefined) return true;
  if (image.server !== undefined) return false;
  return (
    (spec.args !== undefined && (image.argsAreCommand || image.command.length > 0)) ||
    (image.argsAreCommand && spec.stdin === true)
  );
}

function mainWords({ machine: { image }, spec, env }: Box): readonly string[] {
  const [first = ""] = spec.args ?? [];
  // Some entry points run what they are given where that is a program, and take it for their arguments where it is not.
  const replaces = spec.args !== undefined && (image.argsAreCommand || image.programs.includes(first));
  const command: string[] = spec.command ?? (replaces ? [] : image.command);
  return [...command, ...(spec.args ?? [])].map((one) => expanded(String(one), env));
}

function workdirOf({ spec, machine }: Box): string {
  return spec.workingDir || machine.image.workdir;
}
