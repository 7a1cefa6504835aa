import type { KubeObject } from "./objects/index.ts";

/** How long a cluster that came back may take until all of it is ready again. */
export const WARMING_MS = 5000;

/** The uids of the pods that are ready. */
export function readyPods(pods: readonly KubeObject[]): ReadonlySet<string> {
  return new Set(pods.filter(isReady).map(({ metadata }) => String(metadata.uid)));
}

/** Whether the pods of before are ready again, or gone. */
export function areWarm(pods: readonly KubeObject[], before: ReadonlySet<string>): boolean {
  const cold = pods.filter(
    ({ metadata }) => before.has(String(metadata.uid)) && metadata.deletionTimestamp === undefined,
  );
  return cold.every(isReady);
}

function isReady({ status }: KubeObject): boolean {
  const conditions: readonly { readonly type?: string; readonly status?: string }[] = status?.conditions ?? [];
  return conditions.some((one) => one.type === "Ready" && one.status === "True");
}
