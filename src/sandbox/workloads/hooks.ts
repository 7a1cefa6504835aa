import { containerStatus } from "../api/index.ts";
import type { Clock, Happening, RunRef } from "../control/index.ts";
import type { JsonObject, KubeObject } from "../objects/index.ts";
import { specsOf } from "./container-process.ts";
import { type Callee, call } from "./handler.ts";

export interface HooksOptions {
  readonly clock: Clock;
  /** Milliseconds that one of the kubelet's own seconds takes. */
  readonly secondMs: () => number;
  readonly callee: Callee;
  readonly tell: (pod: KubeObject, run: RunRef, happening: Happening) => void;
  /** A hook of a container that nothing stands behind cannot fail: what it calls is not simulated. */
  readonly canFail: (pod: KubeObject, container: string) => boolean;
}

/** Calls the hooks of containers: after their start, and before their end when their pod is deleted. Each once a run. */
export class Hooks {
  readonly #options: HooksOptions;
  readonly #called = new Set<string>();

  constructor(options: HooksOptions) {
    this.#options = options;
  }

  /** A pod has changed: hooks whose time has come are called. */
  follow(pod: KubeObject): void {
    const hook = pod.metadata.deletionTimestamp === undefined ? "postStart" : "preStop";
    for (const spec of specsOf(pod)) {
      const handler: JsonObject | undefined = spec.lifecycle?.[hook];
      const status = containerStatus(pod, spec.name);
      if (handler === undefined || status?.state?.running === undefined) continue;
      const run = { container: String(spec.name), restartCount: Number(status.restartCount ?? 0) };
      const key = `${pod.metadata.uid}/${run.container}/${run.restartCount}/${hook}`;
      if (this.#called.has(key)) continue;
      this.#called.add(key);
      void this.#call(pod, run, hook, handler);
    }
  }

  /** The pod is gone. */
  forget(pod: KubeObject): void {
    for (const key of this.#called) if (key.startsWith(`${pod.metadata.uid}/`)) this.#called.delete(key);
  }

  async #call(pod: KubeObject, run: RunRef, hook: "postStart" | "preStop", handler: JsonObject): Promise<void> {
    const { callee, clock, secondMs, tell, canFail } = this.#options;
    const grace = pod.metadata.deletionGracePeriodSeconds ?? pod.spec?.terminationGracePeriodSeconds ?? 30;
    const at = { pod, container: run.container };
    const hasFailed = await call(callee, at, handler, { seconds: Number(grace), clock, secondMs: secondMs() }).then(
      ({ result }) => result !== "success" && canFail(pod, run.container),
      () => canFail(pod, run.container),
    );
    if (hook === "preStop") tell(pod, run, { kind: "stopped", hookFailed: hasFailed });
    else if (hasFailed) tell(pod, run, { kind: "post-start-failed" });
  }
}
