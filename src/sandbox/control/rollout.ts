import type { KubeObject } from "../objects/index.ts";
import type { Snapshot } from "./controller.ts";
import { ownedBy } from "./owner.ts";
import { desiredOf, maxSurge, maxUnavailable, replicasOf } from "./replica-sets.ts";

/** One set gets a new size. */
export interface Scaling {
  readonly set: KubeObject;
  readonly replicas: number;
}

/** Upstream's rolling update, one move at a time: the new set up while there is room, else old ones down. */
export function rollingSteps(
  deployment: KubeObject,
  current: KubeObject,
  old: readonly KubeObject[],
): readonly Scaling[] {
  const up = scaleUp(deployment, current, old);
  return up.length > 0 ? up : scaleDown(deployment, current, old);
}

/** Recreate: old sets to 0; the new one up once the last old pod is gone. */
export function recreateSteps(
  snapshot: Snapshot,
  deployment: KubeObject,
  current: KubeObject,
  old: readonly KubeObject[],
): readonly Scaling[] {
  const running = old.filter((set) => replicasOf(set) > 0);
  if (running.length > 0) return running.map((set) => ({ set, replicas: 0 }));
  if (old.some((set) => ownedBy(snapshot, "/pods", set).length > 0)) return [];
  const replicas = desiredOf(deployment);
  return replicasOf(current) === replicas ? [] : [{ set: current, replicas }];
}

function scaleUp(deployment: KubeObject, current: KubeObject, old: readonly KubeObject[]): readonly Scaling[] {
  const desired = desiredOf(deployment);
  const now = replicasOf(current);
  if (now === desired) return [];
  if (now > desired) return [{ set: current, replicas: desired }];
  const room = desired + maxSurge(deployment) - total([current, ...old], replicasOf);
  return room <= 0 ? [] : [{ set: current, replicas: now + Math.min(room, desired - now) }];
}

/** Unhealthy old pods go first, as far as `maxUnavailable` allows; then healthy ones as new ones become available. */
function scaleDown(deployment: KubeObject, current: KubeObject, old: readonly KubeObject[]): readonly Scaling[] {
  const all = [current, ...old];
  const least = desiredOf(deployment) - maxUnavailable(deployment);
  const unavailable = replicasOf(current) - availableOf(current);
  const sizes = new Map(old.map((set) => [set, replicasOf(set)]));
  let budget = total(all, replicasOf) - least - unavailable;
  for (const set of old) {
    const broken = Math.min(Math.max(0, budget), replicasOf(set) - availableOf(set));
    sizes.set(set, replicasOf(set) - Math.max(0, broken));
    budget -= Math.max(0, broken);
  }
  let healthy = total(all, availableOf) - least;
  for (const set of old) {
    const size = sizes.get(set) ?? 0;
    const fewer = Math.min(Math.max(0, healthy), size, Math.max(0, budget));
    sizes.set(set, size - fewer);
    healthy -= fewer;
    budget -= fewer;
  }
  return [...sizes].filter(([set, size]) => size !== replicasOf(set)).map(([set, replicas]) => ({ set, replicas }));
}

function availableOf(set: KubeObject): number {
  return set.status?.availableReplicas ?? 0;
}

function total(sets: readonly KubeObject[], count: (set: KubeObject) => number): number {
  return sets.reduce((sum, set) => sum + count(set), 0);
}
