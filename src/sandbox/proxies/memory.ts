import { emptyState, forgetWorkload, type RequestCounts } from "../mesh/index.ts";
import type { KubeObject } from "../objects/index.ts";

/** What proxies know of what they have seen and were told: each pod's for as long as there is the pod. */
export class Memory {
  readonly state = emptyState();
  readonly counts: RequestCounts = new Map();
  readonly #logLevels = new Map<string, Map<string, string>>();

  /** The levels of a proxy's loggers, to be read and set; `uid` is its pod's. */
  logLevels(uid: string): Map<string, string> {
    const known = this.#logLevels.get(uid) ?? new Map<string, string>();
    this.#logLevels.set(uid, known);
    return known;
  }

  /** The pod is gone, and its address free. */
  forget({ metadata, status }: KubeObject): void {
    const uid = String(metadata.uid);
    this.counts.delete(uid);
    this.#logLevels.delete(uid);
    forgetWorkload(this.state, uid, String(status?.podIP ?? ""));
  }
}
