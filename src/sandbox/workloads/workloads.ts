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
import type { KubeObject } from "../objects/index.ts";
import type { Store } from "../store/index.ts";
import { ClusterNetwork } from "./cluster-network.ts";
import type { SharedVolumes } from "./container/mounts.ts";
import { ownServer, runsCommand, specsOf } from "./container-process.ts";
import { ContainerRun } from "./container-run.ts";
import type { Server } from "./images/image.ts";
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

/** What runs in the cluster's pods: servers by their image, commands in a shell, each with files and a log. */
export class Workloads implements Containers {
  readonly #options: WorkloadsOptions;
  readonly #network: Network;
  readonly #runs = new Map<string, ContainerRun>();
  readonly #volumes = new Map<string, SharedVolumes>();
  readonly #stopWatching: () => void;

  constructor(options: WorkloadsOptions) {
    this.#options = options;
    this.#network =
      options.network ??
      new ClusterNetwork(options.store, (pod, port, request, from) => this.request(pod, port, request, from));
    this.#stopWatching = options.store.watch("/pods", undefined, ({ type, object }) => {
      if (type === "DELETED") this.#forget(object);
      else this.#follow(object);
    });
    for (const pod of options.store.list("/pods")) this.#follow(pod);
  }

  /** Ends everything that runs. */
  stop(): void {
    this.#stopWatching();
    for (const run of this.#runs.values()) run.end();
    this.#runs.clear();
  }

  async exec(at: ContainerRef, command: readonly string[], io: ProcessIo): Promise<Exit> {
    return this.#run(at).exec(command, io);
  }

  async attach(at: ContainerRef, io: ProcessIo): Promise<Exit> {
    return this.#run(at).attach(io);
  }

  async request(
    pod: KubeObject,
    port: number,
    request: HttpRequest,
    from = "127.0.0.1",
  ): Promise<HttpResponse | "refused" | "reset"> {
    const found = this.#listener(pod, port);
    if (!found) return "refused";
    const { run, server } = found;
    const context = {
      pod: run.machine.pod,
      image: String(run.spec.image),
      port,
      from,
      now: this.#options.now(),
      readFile: (path: string) => {
        const node = run.machine.files.find(path);
        return node?.kind === "file" ? node.data : undefined;
      },
    };
    const response = await server.serve(request, context);
    for (const line of server.requestLog?.(request, response, { ...context, now: this.#options.now() }) ?? [])
      run.log.add(line);
    return response;
  }

  listens(pod: KubeObject, port: number): boolean {
    return this.#listener(pod, port) !== undefined;
  }

  /** A container's log; `previous` is the API's affair. */
  logs(pod: KubeObject, container: string, options: LogOptions): AsyncIterable<string> {
    return this.#run({ pod, container }).log.read(options);
  }

  /** All containers of a pod share its ports; only what runs listens. */
  #listener(pod: KubeObject, port: number): { run: ContainerRun; server: Server } | undefined {
    for (const spec of specsOf(pod)) {
      const server = ownServer(spec);
      if (!server?.ports.includes(port) || containerStatus(pod, spec.name)?.state?.running === undefined) continue;
      return { run: this.#run({ pod, container: spec.name }), server };
    }
    return undefined;
  }

  /** The container's present run, made when it is first asked for. */
  #run(at: ContainerRef): ContainerRun {
    const { pod, container } = at;
    const spec = specsOf(pod).find((one) => one.name === container);
    if (!spec) throw new Error(`no container ${container} in pod ${pod.metadata.name}`);
    const key = keyOf(at);
    const found = this.#runs.get(key);
    if (found) return found;
    const { store, now } = this.#options;
    const volumes = this.#volumes.get(String(pod.metadata.uid)) ?? new Map();
    this.#volumes.set(String(pod.metadata.uid), volumes);
    const run = new ContainerRun(at, spec, {
      store,
      network: this.#network,
      now,
      volumes,
      onExit: (code) => this.#options.onExit?.(at, code),
      log: (error) => this.#options.log?.(`${pod.metadata.namespace}/${pod.metadata.name} ${container}`, error),
    });
    this.#runs.set(key, run);
    return run;
  }

  /** A pod has changed: commands of containers that run now begin, those of ended ones end. */
  #follow(pod: KubeObject): void {
    for (const spec of specsOf(pod)) {
      const state = containerStatus(pod, spec.name)?.state;
      const at = { pod, container: String(spec.name) };
      if (state?.terminated !== undefined) {
        const known = this.#runs.get(keyOf(at));
        if (known) known.end();
        else if (runsCommand(spec)) this.#run(at).beginLate();
      }
      if (state?.running !== undefined && runsCommand(spec)) this.#run(at).begin();
    }
  }

  #forget(pod: KubeObject): void {
    const prefix = `${pod.metadata.uid}/`;
    this.#volumes.delete(String(pod.metadata.uid));
    for (const [key, run] of this.#runs) {
      if (!key.startsWith(prefix)) continue;
      run.end();
      this.#runs.delete(key);
    }
  }
}

function keyOf({ pod, container }: ContainerRef): string {
  return `${pod.metadata.uid}/${container}/${containerStatus(pod, container)?.restartCount ?? 0}`;
}
