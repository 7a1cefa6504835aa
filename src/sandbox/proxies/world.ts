import {
  type Administered,
  accessLogLine,
  countRequest,
  type Endpoint,
  type fromPod,
  type Hop,
  type HttpAnswer,
  type HttpRequest,
  LOCAL_REPLIES,
  localResponse,
  type Mesh,
  perform,
  type Surroundings,
  statsMatcher,
  type Workload,
} from "../mesh/index.ts";
import { type Dialled, type Flow, HOST_ADDRESS, type Way } from "../network/index.ts";
import type { KubeObject } from "../objects/index.ts";
import type { Answer, Leaving } from "./answer.ts";
import { Certificates, type Certify } from "./certificates.ts";
import { Configuration, type ConfigurationOptions } from "./configuration.ts";
import { exchange } from "./exchange.ts";
import { asLeft } from "./leaving.ts";
import { Memory } from "./memory.ts";
import { beginTls } from "./outside-tls.ts";
import { isIstiod, isProxyUp, isReady, runningSince, versionOf } from "./pods.ts";
import { seededRandom } from "./random.ts";

export interface DataPlaneOptions extends ConfigurationOptions {
  /** Writes a line to the log of a workload's proxy. */
  readonly note: (workload: Workload, line: string) => void;
  readonly certify: Certify;
  readonly log: (message: string, error?: unknown) => void;
}

/** Opens a connection where the plain network takes it, or another way. */
export type Next = (way?: Way) => Dialled;

/** The same requests in the same order are decided alike in every sandbox. */
const SEED = 1;
/** What a program sees of those whom its sidecar lets in. */
export const BEHIND_SIDECAR = "127.0.0.6";

/** What the mesh needs to decide, and what it has done for it: waiting, and asking the programs in the pods. */
export class World {
  readonly configuration: Configuration;
  readonly #options: DataPlaneOptions;
  readonly #memory = new Memory();
  readonly #random = seededRandom(SEED);
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #certificates: Certificates;
  readonly #stopWatching: () => void;

  constructor(options: DataPlaneOptions) {
    this.#options = options;
    this.#certificates = new Certificates(options.certify, (name) =>
      options.store.get("/secrets", this.configuration.latest.rootNamespace, name),
    );
    this.configuration = new Configuration(options);
    this.#stopWatching = options.store.watch("/pods", undefined, ({ type, object }) => {
      if (type !== "DELETED") return;
      this.#memory.forget(object);
      this.#certificates.forget(object);
    });
  }

  stop(): void {
    this.configuration.stop();
    this.#stopWatching();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }

  /** Has requests decided by a task of the mesh. */
  answering(
    next: Next,
    flow: Flow | undefined,
    task: (mesh: Mesh, request: HttpRequest) => ReturnType<typeof fromPod>,
  ): Answer {
    const surroundings: Surroundings = {
      sleep: (ms, signal) => this.#sleep(ms, signal),
      ask: ({ endpoint, request, from, sni }) => this.#ask(endpoint, request, sni, from, flow, next),
      onError: (error) => this.#options.log("a request beside another one", error),
    };
    return async (request, leaving) => {
      const answer = await perform(task(this.mesh(leaving), request), surroundings);
      return answer === "unreachable" ? localResponse(LOCAL_REPLIES.connectTimeout) : answer;
    };
  }

  /** What a pod's proxy tells of itself. */
  told(proxy: Workload, pod: KubeObject, config: Mesh["config"] = this.configuration.now): Administered {
    const { parseYaml, now: clock } = this.#options;
    const now = clock();
    const startedAt = runningSince(pod) ?? now;
    return {
      proxy,
      config,
      inventory: config.inventory(proxy),
      state: this.#memory.state,
      counts: this.#memory.counts,
      includes: statsMatcher(pod.metadata.annotations ?? {}, parseYaml),
      logLevels: this.#memory.logLevels(proxy.uid),
      version: versionOf(pod),
      startedAt,
      updatedAt: Math.max(startedAt, this.configuration.toldAt),
      now,
      certificates: this.#certificates.of(proxy, config.trustDomain, now),
    };
  }

  /** The proxies that run, each with its pod. */
  running(): readonly (readonly [Workload, KubeObject])[] {
    return this.#options.store.list("/pods").flatMap((pod) => {
      const proxy = isProxyUp(pod) ? this.workload(pod) : undefined;
      return proxy?.proxy === undefined ? [] : [[proxy, pod] as const];
    });
  }

  /** The pods of istiod that are ready, by name. */
  istiods(): readonly KubeObject[] {
    return this.#options.store
      .list("/pods")
      .filter((pod) => isIstiod(pod) && isReady(pod))
      .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  }

  /** A proxy's part in a request is over: it is counted, and written down. */
  #tell(hop: Hop): void {
    // What is still under way when its pod goes leaves nothing behind.
    if (this.#pod(hop.workload) === undefined) return;
    const { now: config } = this.configuration;
    countRequest(this.#memory.counts, hop, config);
    if (config.accessLog(hop.workload)) this.#options.note(hop.workload, accessLogLine(hop, config.accessLogForm));
  }

  /** All that decides about a request. */
  mesh(leaving: Leaving): Mesh {
    const { now } = this.#options;
    return {
      config: this.configuration.now,
      state: this.#memory.state,
      now,
      random: this.#random,
      onHop: (hop) => this.#tell(asLeft(hop, leaving)),
    };
  }

  /** Asks what listens at an endpoint, as the proxy before it does. */
  async #ask(
    endpoint: Endpoint,
    request: HttpRequest,
    sni: string | undefined,
    from: string,
    flow: Flow | undefined,
    next: Next,
  ): Promise<HttpAnswer> {
    const dialled = this.connect(endpoint, from, flow, next);
    if (dialled.kind !== "connected") return "refused";
    const carried =
      sni === undefined ? dialled.socket : await beginTls(dialled.socket, sni, this.#options.outside?.authority);
    if (carried === undefined) return "reset";
    const answer = await exchange(carried, request);
    // A program takes its time; one that answered before anybody else could ask would never be asked by two at once.
    await new Promise((resolve) => setImmediate(resolve));
    return answer;
  }

  /** Opens a connection to the program at an endpoint, past the proxy before it. */
  connect({ address, port, workload }: Endpoint, from: string, flow: Flow | undefined, next: Next): Dialled {
    if (workload !== undefined) {
      const pod = this.#pod(workload);
      return pod === undefined ? { kind: "refused" } : next({ kind: "pod", pod, port, from });
    }
    const isOwn = flow?.address === address && flow.port === port;
    const isNode =
      flow !== undefined && "address" in flow.way && flow.way.address === address && flow.way.port === port;
    if (isOwn || isNode) return next();
    const isThere = this.#options.outside?.isAt(address) ?? false;
    return isThere ? next({ kind: "outside", address, port, from: HOST_ADDRESS }) : { kind: "unreachable" };
  }

  /** Where the plain network takes a connection. */
  direct({ way }: Flow): Endpoint | "refused" | "unreachable" {
    if (!("from" in way)) return way.kind === "refused" ? "refused" : "unreachable";
    const workload = way.kind === "pod" ? this.workload(way.pod) : undefined;
    const address = way.kind === "pod" ? String(way.pod.status?.podIP ?? "") : way.address;
    return { address, port: way.port, workload, weight: 1 };
  }

  workload({ status }: KubeObject): Workload | undefined {
    return this.configuration.latest.workloadAt(String(status?.podIP ?? ""));
  }

  #pod({ namespace, name, uid }: Workload): KubeObject | undefined {
    const pod = this.#options.store.get("/pods", namespace, name);
    return pod?.metadata.uid === uid ? pod : undefined;
  }

  #sleep(ms: number, signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        resolve();
      }, ms).unref();
      this.#timers.add(timer);
      const forget = (): void => {
        clearTimeout(timer);
        this.#timers.delete(timer);
      };
      signal?.addEventListener("abort", forget, { once: true });
    });
  }
}
