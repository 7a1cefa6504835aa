import {
  accessLogText,
  countRequest,
  type Endpoint,
  emptyState,
  type fromPod,
  type Hop,
  type HttpAnswer,
  type HttpRequest,
  LOCAL_REPLIES,
  localResponse,
  type Mesh,
  perform,
  prometheusText,
  type RequestCounts,
  type Surroundings,
  statsMatcher,
  statsText,
  type Workload,
} from "../mesh/index.ts";
import type { Dialled, Flow, Way } from "../network/index.ts";
import type { KubeObject } from "../objects/index.ts";
import { Configuration, type ConfigurationOptions } from "./configuration.ts";
import { exchange } from "./exchange.ts";
import type { Answer, Leaving } from "./http-door.ts";
import { asLeft } from "./leaving.ts";
import type { Told } from "./own-ports.ts";
import { seededRandom } from "./random.ts";

export interface DataPlaneOptions extends ConfigurationOptions {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Writes a line to the log of a workload's proxy. */
  readonly note: (workload: Workload, line: string) => void;
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
  readonly #state = emptyState();
  readonly #counts: RequestCounts = new Map();
  readonly #random = seededRandom(SEED);
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(options: DataPlaneOptions) {
    this.#options = options;
    this.configuration = new Configuration(options);
  }

  stop(): void {
    this.configuration.stop();
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
      sleep: (ms) => this.#sleep(ms),
      ask: ({ endpoint, request, from }) => this.#ask(endpoint, request, from, flow, next),
      onError: (error) => this.#options.log("a request beside another one", error),
    };
    return async (request, leaving) => {
      const answer = await perform(task(this.mesh(leaving), request), surroundings);
      return answer === "unreachable" ? localResponse(LOCAL_REPLIES.connectTimeout) : answer;
    };
  }

  /** What a pod's proxy tells of itself. */
  told(proxy: Workload, { metadata }: KubeObject): Told {
    const { parseYaml } = this.#options;
    const keeps = (): ReturnType<typeof statsMatcher> => statsMatcher(metadata.annotations ?? {}, parseYaml);
    return {
      stats: () => statsText(this.#state, this.configuration.now, proxy, this.#options.now(), keeps()),
      metrics: () => prometheusText(this.#counts, proxy),
    };
  }

  /** A proxy's part in a request is over: it is counted, and written down. */
  #tell(hop: Hop): void {
    const { now: config } = this.configuration;
    countRequest(this.#counts, hop, config);
    if (config.accessLog(hop.workload)) this.#options.note(hop.workload, accessLogText(hop));
  }

  /** All that decides about a request. */
  mesh(leaving: Leaving): Mesh {
    const { now } = this.#options;
    return {
      config: this.configuration.now,
      state: this.#state,
      now,
      random: this.#random,
      onHop: (hop) => this.#tell(asLeft(hop, leaving)),
    };
  }

  /** Asks what listens at an endpoint, as the proxy before it does. */
  async #ask(
    endpoint: Endpoint,
    request: HttpRequest,
    from: string,
    flow: Flow | undefined,
    next: Next,
  ): Promise<HttpAnswer> {
    const dialled = this.connect(endpoint, from, flow, next);
    if (dialled.kind !== "connected") return "refused";
    const answer = await exchange(dialled.socket, request);
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
    return isOwn || isNode ? next() : { kind: "unreachable" };
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

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        resolve();
      }, ms).unref();
      this.#timers.add(timer);
    });
  }
}
