import { clusterAdmission } from "./admission/index.ts";
import {
  createCertificate,
  issueCertificate,
  podTokens,
  Registry,
  readSigningRequest,
  secretToken,
  workloadCertificate,
} from "./api/index.ts";
import { type ClusterRecord, nodesOf, startedNow, versionOf } from "./cluster-record.ts";
import {
  accountTokenController,
  allControllers,
  ControlLoop,
  type Controller,
  conditionOf,
  GarbageCollector,
  type Happening,
  happened,
  ownServiceController,
  type Pace,
  type RunRef,
  type Runtime,
  realClock,
  rebooted,
  signingController,
  staticPodController,
} from "./control/index.ts";
import { controllerFaults } from "./controller-faults.ts";
import { gatewayApiController, istiodController } from "./istio/index.ts";
import type { Kind } from "./kinds/index.ts";
import type { Accept, Outside } from "./network/index.ts";
import type { KubeObject } from "./objects/index.ts";
import { Planting } from "./planting.ts";
import { MeshInterceptor } from "./proxies/index.ts";
import { RegistryWriter } from "./registry-writer.ts";
import { type NodeWish, ownService, staticPods } from "./seed/index.ts";
import { createStore, resourceKey, type SavableStore, type StoreDump } from "./store/index.ts";
import { areWarm, readyPods } from "./warmth.ts";
import { webhooks } from "./webhooks/index.ts";
import { type SavedContainers, Workloads } from "./workloads/index.ts";

/** Everything that a machine is, as JSON: what is saved to disk. */
export interface MachineState {
  readonly cluster: ClusterRecord | undefined;
  readonly store: StoreDump;
  /** What was written in the containers; absent where there are none. */
  readonly containers?: SavedContainers | undefined;
}

export interface MachineOptions {
  readonly pace: Pace;
  /** PEM; goes into every namespace's `kube-root-ca.crt`. */
  readonly rootCertificate: string;
  /** PEM; signs the tokens in pods. The API server's own, or it does not know them. */
  readonly tokenKey: string;
  readonly random: () => number;
  /** The API server, as pods reach it. */
  readonly apiServer?: Accept;
  /** What there is beyond the cluster. */
  readonly outside?: Outside;
  readonly log: (message: string, error?: unknown) => void;
}

/** A machine with room for one simulated cluster: store, API and controllers live as long as it does. */
export class Machine {
  readonly registry: Registry;
  readonly store: SavableStore;
  readonly #options: MachineOptions;
  /** The uids of the pods that were ready when the state was saved which this one came back from. */
  #wereReady: ReadonlySet<string> = new Set();
  #loop: ControlLoop | undefined;
  #workloads: Workloads | undefined;
  #mesh: MeshInterceptor | undefined;
  /** Makes them when somebody first asks, or when the event loop first has a turn: a start does not wait for it. */
  #makeWorkloads: (() => Workloads) | undefined;
  #cluster: ClusterRecord | undefined;
  /** What is kept of the containers of a cluster whose nodes are stopped. */
  #kept: SavedContainers | undefined;

  constructor(options: MachineOptions) {
    this.#options = options;
    this.store = createStore({ clock: Date.now, random: options.random });
    this.registry = new Registry({
      store: this.store,
      clock: Date.now,
      random: options.random,
      authorization: "RBAC",
      admit: clusterAdmission(this.store, webhooks(this.store)),
    });
  }

  get cluster(): ClusterRecord | undefined {
    return this.#cluster;
  }

  /** Make the cluster as `kind create cluster` does. There must be none. */
  createCluster(name: string, image: string, nodes?: readonly NodeWish[]): ClusterRecord {
    const now = Date.now();
    this.#cluster = { name, image, createdAt: new Date(now).toISOString(), ...(nodes !== undefined && { nodes }) };
    this.#planting().plant({ name, version: versionOf(image), nodes: nodesOf(this.#cluster) }, now);
    this.#run();
    return this.#cluster;
  }

  /** Forget the cluster and everything in it. Open watches end. */
  deleteCluster(): void {
    this.stop();
    this.#cluster = undefined;
    this.#kept = undefined;
    this.store.load({ resourceVersion: 0, resources: {} });
  }

  /** Stop all nodes of the cluster, as `docker stop` does. What was written stays; nothing runs until `startNodes`. */
  stopNodes(): void {
    if (this.#cluster === undefined || this.isStopped) return;
    this.#kept = this.workloads?.save();
    this.stop();
    this.#cluster = { ...this.#cluster, stoppedAt: new Date().toISOString() };
  }

  /** Start the nodes that were stopped, as `docker start` does. */
  startNodes(): void {
    if (this.#cluster === undefined || !this.isStopped) return;
    const { stoppedAt: _, ...cluster } = this.#cluster;
    const names = nodesOf(cluster).map(({ name }) => name);
    this.#cluster = startedNow(cluster, names);
    const kept = this.#kept;
    this.#kept = undefined;
    this.#run((loop) => this.#reboot(loop), kept);
  }

  /** Restart nodes that run, as `docker restart` does: what ran in their pods ends, and begins again by its policy. */
  restartNodes(names: readonly string[]): void {
    const loop = this.#loop;
    if (this.#cluster === undefined || loop === undefined) return;
    this.#cluster = startedNow(this.#cluster, names);
    this.#reboot(loop, (pod) => names.includes(pod.spec?.nodeName));
  }

  /** Whether the cluster's nodes were stopped. */
  get isStopped(): boolean {
    return this.#cluster?.stoppedAt !== undefined;
  }

  /** Whether the node says Ready: what `kind create cluster --wait` waits for. */
  get isReady(): boolean {
    const nodes = this.store.list("/nodes");
    return nodes.length > 0 && nodes.every((node) => conditionOf(node.status?.conditions, "Ready")?.status === "True");
  }

  /** Whether what was ready when the cluster was saved is ready again, or gone. */
  get isWarm(): boolean {
    return this.isStopped || areWarm(this.store.list("/pods"), this.#wereReady);
  }

  save(): MachineState {
    const containers = this.workloads?.save() ?? this.#kept;
    return { cluster: this.#cluster, store: this.store.dump(), ...(containers && { containers }) };
  }

  /**
   * Come back as after `docker restart`: everything is there, controllers look at all of it once. `isContinued`: not a restart
   * but a copy of that very moment, whose containers have not ended.
   */
  restore(state: MachineState, isContinued = false): void {
    this.store.load(state.store);
    this.#cluster = state.cluster;
    if (state.cluster === undefined) return;
    this.#planting().addMissing(nodesOf(state.cluster), Date.now());
    if (!isContinued) this.#wereReady = readyPods(this.store.list("/pods"));
    if (this.isStopped) this.#kept = state.containers;
    else this.#run((loop) => isContinued || this.#reboot(loop), state.containers);
  }

  /** The kubelets come back, and find that nothing of their pods runs any more. */
  #reboot(loop: ControlLoop, isMeant: (pod: KubeObject) => boolean = () => true): void {
    for (const pod of this.store.list("/pods").filter(isMeant)) loop.apply((snapshot) => rebooted(snapshot, pod));
  }

  /** What runs in the pods of the cluster; undefined while there is none. */
  get workloads(): Workloads | undefined {
    this.#workloads ??= this.#makeWorkloads?.();
    return this.#workloads;
  }

  stop(): void {
    this.#makeWorkloads = undefined;
    this.#workloads?.stop();
    this.#workloads = undefined;
    this.#mesh?.stop();
    this.#mesh = undefined;
    this.#loop?.stop();
    this.#loop = undefined;
  }

  /** Starts what lives in the cluster; `first` is done before anything else. */
  #run(first: (loop: ControlLoop) => unknown = () => {}, saved?: SavedContainers): void {
    const { pace, rootCertificate, tokenKey, random, apiServer, outside, log } = this.#options;
    const garbage = new GarbageCollector();
    for (const resource of this.#resources())
      for (const object of this.store.list(resource)) garbage.learn({ resource, object });
    const runtime: Runtime = {
      startError: (pod, container) => this.workloads?.startError(pod, container),
      isAssumed: (pod, container) => this.workloads?.isAssumed(pod, container) ?? true,
    };
    this.#loop = new ControlLoop({
      store: this.store,
      writer: new RegistryWriter(this.registry),
      clock: realClock,
      controllers: [
        ...allControllers(pace, rootCertificate, runtime),
        staticPodController(staticPods),
        ...this.#signers(),
        istiodController(() => createCertificate(Date.now())),
        gatewayApiController(),
      ],
      resources: () => this.#resources((kind) => kind.namespaced),
      follow: (event) => garbage.follow(event),
      onError: controllerFaults(log),
    });
    first(this.#loop);
    const mesh = this.#interceptor();
    this.#mesh = mesh;
    const make = (kept?: SavedContainers): Workloads =>
      new Workloads({
        store: this.store,
        saved: kept,
        podToken: podTokens({ key: tokenKey, store: this.store, clock: Date.now }),
        now: Date.now,
        random,
        ...(apiServer === undefined ? {} : { apiServer }),
        clock: realClock,
        ...(outside === undefined ? {} : { outside }),
        interceptor: mesh,
        secondMs: () => pace.second,
        log,
        tell: (pod, run, happening) => this.#happened(pod, run, happening),
      });
    this.#makeWorkloads = () => {
      try {
        return make(saved);
      } catch (error) {
        log("what was kept of the containers could not be brought back", error);
        return make();
      }
    };
    setImmediate(() => this.workloads);
    this.#loop.start();
  }

  /** The proxies of the cluster's mesh, if it ever has one. */
  #interceptor(): MeshInterceptor {
    const { pace, random, outside, log } = this.#options;
    return new MeshInterceptor({
      store: this.store,
      ...(outside === undefined ? {} : { outside }),
      now: Date.now,
      propagation: () => pace.propagation * (0.25 + 0.75 * random()),
      note: (proxy, line) => this.workloads?.note(proxy, "istio-proxy", line),
      certify: workloadCertificate,
      log,
    });
  }

  /** What the API server's own key and certificate are needed for. */
  #signers(): readonly Controller[] {
    const { rootCertificate: cert, tokenKey: key } = this.#options;
    return [
      ownServiceController(ownService()),
      accountTokenController(cert, (account, secret) => secretToken(account, secret, key)),
      signingController((text, wish) => {
        const request = readSigningRequest(text);
        return request && issueCertificate(request, { key, cert }, wish);
      }),
    ];
  }

  /** What the runtime and the probes tell becomes the pod's status, by the path of all the kubelet's writes. */
  #happened({ metadata }: KubeObject, run: RunRef, happening: Happening): void {
    const pod = this.store.get("/pods", metadata.namespace, metadata.name);
    if (pod?.metadata.uid !== metadata.uid || pod === undefined) return;
    try {
      this.#loop?.apply((snapshot) => happened(snapshot, pod, run, happening));
    } catch (error) {
      this.#options.log(`${metadata.namespace}/${metadata.name} ${run.container}`, error);
    }
  }

  /** Whatever is served now: custom resources come and go. */
  #resources(wanted: (kind: Kind) => boolean = () => true): readonly string[] {
    return [...new Set(this.registry.kinds.all().filter(wanted).map(resourceKey))];
  }

  #planting(): Planting {
    return new Planting(this.store, this.registry, this.#options.random);
  }
}
