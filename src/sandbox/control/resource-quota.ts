import { quotaUsage } from "../kinds/index.ts";
import { addAmounts, amountText, deepEqual, type KubeObject } from "../objects/index.ts";
import { type Controller, NOTHING, type Snapshot } from "./controller.ts";
import { nameOf } from "./owner.ts";

const QUOTAS = "/resourcequotas";

/** Counts what a namespace uses of each of its quotas. */
export const quotaController: Controller = {
  name: "resourcequota-controller",
  resource: QUOTAS,
  wakes: {
    "*": ({ metadata }, snapshot) =>
      metadata.namespace === undefined ? [] : snapshot.list(QUOTAS, metadata.namespace).map(nameOf),
  },
  reconcile(snapshot, { namespace, name }) {
    const quota = snapshot.get(QUOTAS, namespace, name);
    if (quota === undefined) return NOTHING;
    const hard = quota.spec?.hard ?? {};
    const status = { hard, used: usedOf(snapshot, quota) };
    if (deepEqual(status, quota.status ?? {})) return NOTHING;
    return { changes: [{ kind: "update-status", resource: QUOTAS, ...nameOf(quota), status }] };
  },
};

function usedOf(snapshot: Snapshot, quota: KubeObject): Record<string, string> {
  const used = new Map<string, bigint>();
  for (const resource of snapshot.resources()) {
    for (const object of snapshot.list(resource, quota.metadata.namespace))
      addAmounts(used, quotaUsage(quota, resource, object));
  }
  return Object.fromEntries(
    Object.keys(quota.spec?.hard ?? {}).map((name) => [name, amountText(name, used.get(name) ?? 0n)]),
  );
}
