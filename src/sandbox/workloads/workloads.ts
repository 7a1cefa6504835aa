import {
  type ContainerRef,
  type Containers,
  containerStatus,
  type Exit,
  type LogOptions,
  type PodTokens,
  type ProcessIo,
} from "../api/index.ts";
import { type Clock, type Happening, type RunRef, type Runtime, realClock } from "../control/index.ts";
import { type Accept, ClusterNetwork, type Dialled, type Interceptor, type Outside } from "../network/index.ts";
import type { JsonObject, KubeObject } from "../objects/index.ts";
import type { Store } from "../store/index.ts";
import type { Files } from "./container/files.ts";
import { makeFiles } from "./container/make.ts";
import type { SharedVolumes, VolumeSources } from "./container/mounts.ts";
import { ownServer, runsCommand, specsOf } from "./container-process.ts";
import { ContainerRun } from "./container-run.ts";
import type { Callee } from "./handler.ts";
import { Hooks } from "./hooks.ts";
import { imageNamed } from "./images/index.ts";
import type { Line } from "./log.ts";
import { Prober } from "./prober.ts";
import { loadVolumes, roomForAll, type SavedContainers, saveVolumes } from "./saved-containers.ts";
import { Serving } from "./serving.ts";
import { isSimulated, startError } from "./simulated.ts";

export interface WorkloadsOptions {
  readonly store: Pick<Store, "get" | "list" | "watch">;
  /** Signs the tokens that pods have mounted; without it they have none. */
  readonly podToken?: PodTokens;
  /** Milliseconds. */
  readonly now: () => number;
  /** What was kept of the containers when the cluster was saved. */
  readonly saved?: SavedContainers | undefined;
  /** Chooses among a service's endpoints. */
  readonly random?: () => number;
  /** Who sits in between: a mesh. */
  readonly interceptor?: Interceptor;
  /** What there is beyond the cluster. */
  readonly outside?: Outside;
  /** The API server, where pods can reach it. */
  readonly apiServer?: Accept;
  /** For what the kubelet does at a time: probes, hooks. */
  readonly clock?: Clock;
  /** Milliseconds that one of the kubelet's own seconds takes; default 1000. */
  readonly secondMs?: () => number;
  /** Something has happened to a container's run. */
  readonly tell?: (pod: KubeObject, run: RunRef, happening: Happening) => void;
  readonly log?: (message: string, error?: unknown) => void;
}

/** What runs in the cluster's pods: servers by their image, commands in a shell, each with files and a log. */
export class Workloads implements Containers, Runtime {
  readonly #options: WorkloadsOptions;
  /** What every connection to, from and between pods goes through. */
  readonly network: ClusterNetwork;
  readonly #serving: Serving;
  readonly #runs = new Map<string, ContainerRun>();
  readonly #volumes = new Map<string, SharedVolumes>();
  readonly #prober: Prober;
  readonly #hooks: Hooks;
  /** Logs of runs that nobody has looked at since they were saved. */
  readonly #logs: Map<string, readonly Line[]>;
  readonly #stopWatching: () => void;

  constructor(options: WorkloadsOptions) {
    this.#options = options;
    const { logs = {}, volumes = {} } = options.saved ?? {};
    this.#logs = new Map(Object.entries(logs));
    for (const [uid, saved] of Object.entries(volumes)) this.#volumes.set(uid, loadVolumes(saved));
    const { store, clock = realClock, secondMs = () => 1000, tell = () => {} } = options;
    const { now, random = Math.random, interceptor, apiServer, outside } = options;
    this.#serving = new Serving(options.log ?? (() => {}));
    this.network = new ClusterNetwork({
      objects: store,
      random,
      now,
      listener: (pod, port) => this.#listener(find(pod), port),
      interceptor,
      apiServer,
      outside,
    });
    const find = ({ metadata: { namespace, name, uid } }: KubeObject): KubeObject | undefined => {
      const pod = store.get("/pods", namespace, name);
      return pod?.metadata.uid === uid ? pod : undefined;
    };
    const callee: Callee = {
      exec: (at, command, io) => this.#run(at).exec(command, io, "kubelet"),
      dial: (address, port) => this.network.dial({ kind: "node" }, address, port),
    };
    const canFail = (pod: KubeObject, container: string): boolean => this.#canFail(pod, container);
    this.#prober = new Prober({ clock, secondMs, callee, find, tell, canFail });
    this.#hooks = new Hooks({ clock, secondMs, callee, tell, canFail });
    this.#stopWatching = options.store.watch("/pods", undefined, ({ type, object }) => {
      if (type === "DELETED") this.#forget(object);
      else this.#follow(object);
    });
    for (const pod of options.store.list("/pods")) this.#follow(pod);
  }

  /** What is to be kept of the containers. */
  save(): SavedContainers {
    const room = roomForAll();
    const logs = new Map(this.#logs);
    for (const [key, run] of this.#runs) logs.set(key, run.log.save());
    const volumes = [...this.#volumes].map(([uid, own]) => [uid, saveVolumes(own, room)] as const);
    return {
      logs: Object.fromEntries(logs),
      volumes: Object.fromEntries(volumes.filter(([, own]) => Object.keys(own).length > 0)),
    };
  }

  /** Ends everything that runs. */
  stop(): void {
    this.#stopWatching();
    this.#prober.stop();
    for (const run of this.#runs.values()) run.end();
    this.#runs.clear();
  }

  async exec(at: ContainerRef, command: readonly string[], io: ProcessIo): Promise<Exit> {
    return this.#run(at).exec(command, io);
  }

  async attach(at: ContainerRef, io: ProcessIo): Promise<Exit> {
    return this.#run(at).attach(io);
  }

  forward(pod: KubeObject, port: number): Promise<Dialled> {
    return this.network.follow({ kind: "node" }, { kind: "pod", pod, port, from: "127.0.0.1" });
  }

  dial(address: string, port: number): Promise<Dialled> {
    return this.network.dial({ kind: "node", name: this.#controlPlane }, address, port);
  }

  /** Where the API server is. */
  get #controlPlane(): string | undefined {
    const nodes = this.#options.store.list("/nodes");
    const isPlane = ({ metadata }: KubeObject): boolean =>
      metadata.labels?.["node-role.kubernetes.io/control-plane"] !== undefined;
    return nodes.find(isPlane)?.metadata.name;
  }

  /** A container's log: of its last run, or of the one before that. */
  logs(pod: KubeObject, container: string, options: LogOptions): AsyncIterable<string> {
    const at = { pod, container };
    const isWaiting = containerStatus(pod, container)?.state?.waiting !== undefined;
    // While it waits to be started again, the last run is the one before.
    const back = options.previous && !isWaiting ? 1 : 0;
    return this.#run(at, countOf(at) - back).log.read(options);
  }

  /** Writes a line to a container's log, if its pod is still there. */
  note(
    { namespace, name }: { readonly namespace: string; readonly name: string },
    container: string,
    line: string,
  ): void {
    const pod = this.#options.store.get("/pods", namespace, name);
    if (pod !== undefined) this.#run({ pod, container }).log.add(line);
  }

  startError(pod: KubeObject, spec: JsonObject): string | undefined {
    return startError(pod, spec, () => this.#filesFor(pod, spec));
  }

  /**
   * The one rule about what is not simulated: nobody can tell how it fares, so that its probes pass, on whatever port they
   * ask, and upstream's manifests become Ready. What is simulated is judged by what it does.
   */
  isAssumed(pod: KubeObject, spec: JsonObject): boolean {
    return !isSimulated(spec, () => this.#filesFor(pod, spec));
  }

  #canFail(pod: KubeObject, container: string): boolean {
    const spec = specsOf(pod).find((one) => one.name === container);
    const known = this.#runs.get(keyOf({ pod, container }, countOf({ pod, container })));
    return spec !== undefined && !this.isAssumed(pod, spec) && known?.isGuess !== true;
  }

  /** All containers of a pod share its ports; only what runs listens. */
  #listener(pod: KubeObject | undefined, port: number): Accept | undefined {
    if (pod === undefined) return undefined;
    for (const spec of specsOf(pod)) {
      if (
        (ownServer(spec) === undefined && !runsCommand(spec)) ||
        containerStatus(pod, spec.name)?.state?.running === undefined
      )
        continue;
      const run = this.#run({ pod, container: spec.name });
      if (run.server !== undefined && run.listensAt(port)) {
        const accept = this.#serving.accept(run.server, (arrival) => run.serverContext(arrival));
        return (socket, arrival) => {
          run.take(socket);
          accept(socket, arrival);
        };
      }
    }
    return undefined;
  }

  /** The container's present run, made when it is first asked for. */
  #run(at: ContainerRef, restartCount = countOf(at)): ContainerRun {
    const { pod, container } = at;
    const spec = specsOf(pod).find((one) => one.name === container);
    if (!spec) throw new Error(`no container ${container} in pod ${pod.metadata.name}`);
    const key = keyOf(at, restartCount);
    const found = this.#runs.get(key);
    if (found) return found;
    const { now, tell, log, secondMs = () => 1000 } = this.#options;
    const run = new ContainerRun(at, spec, {
      store: this.#sources,
      network: this.network,
      now,
      secondMs,
      volumes: this.#volumesOf(pod),
      written: this.#logs.get(key),
      onExit: (exitCode, reason) =>
        tell?.(pod, { container, restartCount }, { kind: "exited", exitCode, ...(reason && { reason }) }),
      log: (error) => log?.(`${pod.metadata.namespace}/${pod.metadata.name} ${container}`, error),
    });
    // The kubelet keeps the run before this one, and no more.
    this.#runs.delete(keyOf(at, restartCount - 2));
    this.#logs.delete(keyOf(at, restartCount - 2));
    this.#logs.delete(key);
    this.#runs.set(key, run);
    return run;
  }

  /** What containers' files and environment are made from. */
  get #sources(): Pick<Store, "get" | "list"> & VolumeSources {
    const { store, podToken } = this.#options;
    return {
      get: (resource, namespace, name) => store.get(resource, namespace, name),
      list: (resource, namespace) => store.list(resource, namespace),
      ...(podToken && { podToken }),
    };
  }

  #volumesOf({ metadata }: KubeObject): SharedVolumes {
    const volumes = this.#volumes.get(String(metadata.uid)) ?? new Map();
    this.#volumes.set(String(metadata.uid), volumes);
    return volumes;
  }

  /** What the container's files will be: for a look before it starts. */
  #filesFor(pod: KubeObject, spec: JsonObject): Files {
    const { now } = this.#options;
    return makeFiles(this.#sources, pod, spec, imageNamed(String(spec.image)), this.#volumesOf(pod), now);
  }

  /** A pod has changed: what its containers run begins and ends with them, as do hooks and probes. */
  #follow(pod: KubeObject): void {
    for (const spec of specsOf(pod)) {
      const status = containerStatus(pod, spec.name);
      const at = { pod, container: String(spec.name) };
      const known = this.#runs.get(keyOf(at, countOf(at)));
      if (status?.state?.running !== undefined) {
        this.#runs.get(keyOf(at, countOf(at) - 1))?.end();
        if (runsCommand(spec)) this.#run(at).begin();
        // A hook has its time first; the rest of the grace period is the process's.
        if (pod.metadata.deletionTimestamp !== undefined && spec.lifecycle?.preStop === undefined) known?.terminate();
      } else if (known !== undefined) known.end();
      // What it had written was saved: it is not run again for that.
      else if (status?.state?.terminated !== undefined && this.#logs.has(keyOf(at, countOf(at)))) this.#run(at).end();
      else if (status?.state?.terminated !== undefined && runsCommand(spec)) this.#run(at).beginLate();
    }
    this.#hooks.follow(pod);
    this.#prober.follow(pod, (spec) => !this.isAssumed(pod, spec));
  }

  #forget(pod: KubeObject): void {
    const prefix = `${pod.metadata.uid}/`;
    this.#volumes.delete(String(pod.metadata.uid));
    this.#hooks.forget(pod);
    this.#prober.forget(pod);
    for (const key of this.#logs.keys()) if (key.startsWith(prefix)) this.#logs.delete(key);
    for (const [key, run] of this.#runs) {
      if (!key.startsWith(prefix)) continue;
      run.end();
      this.#runs.delete(key);
    }
  }
}

function keyOf({ pod, container }: ContainerRef, restartCount: number): string {
  return `${pod.metadata.uid}/${container}/${restartCount}`;
}

function countOf({ pod, container }: ContainerRef): number {
  return Number(containerStatus(pod, container)?.restartCount ?? 0);
}
