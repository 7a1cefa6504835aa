import { containerStatus } from "../api/index.ts";
import type { Clock, Happening, RunRef } from "../control/index.ts";
import type { JsonObject, KubeObject } from "../objects/index.ts";
import { specsOf } from "./container-process.ts";
import { type Called, type Callee, call } from "./handler.ts";

type Probe = "startup" | "liveness" | "readiness";

export interface ProberOptions {
  readonly clock: Clock;
  /** Milliseconds that one of a probe's seconds takes. */
  readonly secondMs: () => number;
  readonly callee: Callee;
  /** The pod as it is now; undefined when it is gone. */
  readonly find: (pod: KubeObject) => KubeObject | undefined;
  readonly tell: (pod: KubeObject, run: RunRef, happening: Happening) => void;
  /** A probe of a container that runs what is not simulated cannot fail. */
  readonly canFail: (pod: KubeObject, container: string) => boolean;
}

/** A probe at work on one run of a container. */
interface Worker {
  readonly probe: Probe;
  readonly run: RunRef;
  readonly how: JsonObject;
  /** What it stands at: what the kubelet believes until enough results say otherwise. */
  held: "success" | "failure" | undefined;
  last: "success" | "failure" | undefined;
  count: number;
  forget: () => void;
}

const OK: Called = { result: "success", output: "" };

const BEGINS_AT: Readonly<Record<Probe, Worker["held"]>> = {
  startup: undefined,
  liveness: "success",
  readiness: "failure",
};

/** Probes the containers that run, each as often as it says; tells what fails, and what changes. */
export class Prober {
  readonly #options: ProberOptions;
  readonly #workers = new Map<string, Worker>();

  constructor(options: ProberOptions) {
    this.#options = options;
  }

  /** A pod has changed: probes begin for what runs, and end with it. Startup probes come first, alone. */
  follow(pod: KubeObject, isProbed: (spec: JsonObject) => boolean): void {
    const wanted = new Set<string>();
    for (const spec of pod.metadata.deletionTimestamp === undefined ? specsOf(pod) : []) {
      const status = containerStatus(pod, spec.name);
      if (status?.state?.running === undefined) continue;
      const run = { container: String(spec.name), restartCount: Number(status.restartCount ?? 0) };
      for (const probe of probesOf(spec, status.started === true)) {
        const key = `${pod.metadata.uid}/${run.container}/${run.restartCount}/${probe}`;
        wanted.add(key);
        if (!this.#workers.has(key) && isProbed(spec)) this.#begin(key, pod, probe, run, spec[`${probe}Probe`]);
      }
    }
    for (const key of this.#workers.keys())
      if (key.startsWith(`${pod.metadata.uid}/`) && !wanted.has(key)) this.#end(key);
  }

  /** The pod is gone. */
  forget(pod: KubeObject): void {
    for (const key of this.#workers.keys()) if (key.startsWith(`${pod.metadata.uid}/`)) this.#end(key);
  }

  /** Ends every probe. */
  stop(): void {
    for (const key of this.#workers.keys()) this.#end(key);
  }

  #begin(key: string, pod: KubeObject, probe: Probe, run: RunRef, how: JsonObject): void {
    const worker: Worker = { probe, run, how, held: BEGINS_AT[probe], last: undefined, count: 0, forget: () => {} };
    this.#workers.set(key, worker);
    this.#later(key, pod, worker, Number(how.initialDelaySeconds ?? 0));
  }

  #end(key: string): void {
    this.#workers.get(key)?.forget();
    this.#workers.delete(key);
  }

  #later(key: string, pod: KubeObject, worker: Worker, seconds: number): void {
    const { clock, secondMs } = this.#options;
    worker.forget = clock.at(clock.now() + seconds * secondMs(), () => void this.#turn(key, pod, worker));
  }

  async #turn(key: string, known: KubeObject, worker: Worker): Promise<void> {
    const { callee, clock, secondMs, find, tell, canFail } = this.#options;
    const pod = find(known);
    if (pod === undefined) return this.#end(key);
    const seconds = Number(worker.how.timeoutSeconds ?? 1);
    const answer = await call(callee, { pod, container: worker.run.container }, worker.how, {
      seconds,
      clock,
      secondMs: secondMs(),
    }).catch((error): Called => ({ result: "unknown", output: String(error) }));
    if (this.#workers.get(key) !== worker) return;
    const called = answer.result === "success" || canFail(pod, worker.run.container) ? answer : OK;
    const { isDecisive, isChange } = judge(worker, called.result);
    this.#later(key, pod, worker, Number(worker.how.periodSeconds ?? 10));
    const { probe, run } = worker;
    if (called.result !== "success" || isChange) tell(pod, run, { kind: "probed", probe, isDecisive, ...called });
  }
}

/** Counts one result in; a result that could not be had counts for nothing. */
function judge(worker: Worker, result: Called["result"]): { isDecisive: boolean; isChange: boolean } {
  if (result === "unknown") return { isDecisive: false, isChange: false };
  worker.count = worker.last === result ? worker.count + 1 : 1;
  worker.last = result;
  const threshold =
    result === "success" ? Number(worker.how.successThreshold ?? 1) : Number(worker.how.failureThreshold ?? 3);
  const isDecisive = worker.count >= threshold;
  const isChange = isDecisive && worker.held !== result;
  if (isDecisive) worker.held = result;
  return { isDecisive, isChange };
}

function probesOf(spec: JsonObject, isStarted: boolean): readonly Probe[] {
  const all: readonly Probe[] = isStarted ? ["liveness", "readiness"] : ["startup"];
  return all.filter((probe) => spec[`${probe}Probe`] !== undefined);
}
