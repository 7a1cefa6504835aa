import type { Admission } from "../api/index.ts";
import { quotaUsage } from "../kinds/index.ts";
import { addAmounts, amountsOf, amountText, type JsonObject, type KubeObject } from "../objects/index.ts";
import { resourceKey, type Store } from "../store/index.ts";
import { refused } from "./refusal.ts";

const QUOTAS = "/resourcequotas";
/** Amounts that every container must state where a quota limits them. */
const STATED = /^(requests\.|limits\.)?(cpu|memory)$/;

/** ResourceQuota: refuses what would use more than a quota of the namespace allows. Used is what is there now. */
export function quotas(store: Pick<Store, "list">): Admission {
  return {
    validate: (write) => {
      const { kind, object, old, operation } = write;
      const { namespace } = object.metadata;
      if (operation === "DELETE" || namespace === undefined) return;
      const resource = resourceKey(kind);
      for (const quota of store.list(QUOTAS, namespace)) {
        const wanted = quotaUsage(quota, resource, object);
        if (operation === "CREATE" && resource === "/pods" && wanted.size > 0) checkStated(write, quota);
        const before = old ? quotaUsage(quota, resource, old) : new Map<string, bigint>();
        const more = [...wanted]
          .map(([name, nanos]) => [name, nanos - (before.get(name) ?? 0n)] as const)
          .filter(([, nanos]) => nanos > 0n);
        if (more.length > 0) checkRoom(store, write, quota, new Map(more));
      }
    },
  };
}

type Write = Parameters<NonNullable<Admission["validate"]>>[0];

function checkRoom(
  store: Pick<Store, "list">,
  write: Write,
  quota: KubeObject,
  more: ReadonlyMap<string, bigint>,
): void {
  const hard = amountsOf(quota.spec?.hard);
  const used = usedOf(store, quota, resourceKey(write.kind));
  const over = [...more.keys()]
    .filter((name) => (used.get(name) ?? 0n) + (more.get(name) ?? 0n) > (hard.get(name) ?? 0n))
    .sort();
  if (over.length === 0) return;
  const list = (amounts: ReadonlyMap<string, bigint>): string =>
    over.map((name) => `${name}=${amountText(name, amounts.get(name) ?? 0n)}`).join(",");
  const limited = over.map((name) => `${name}=${quota.spec?.hard?.[name]}`).join(",");
  const name = quota.metadata.name;
  throw refused(write, `exceeded quota: ${name}, requested: ${list(more)}, used: ${list(used)}, limited: ${limited}`);
}

function usedOf(store: Pick<Store, "list">, quota: KubeObject, resource: string): Map<string, bigint> {
  const used = new Map<string, bigint>();
  for (const object of store.list(resource, quota.metadata.namespace))
    addAmounts(used, quotaUsage(quota, resource, object));
  return used;
}

function checkStated(write: Write, quota: KubeObject): void {
  const names = Object.keys(quota.spec?.hard ?? {})
    .filter((name) => STATED.test(name))
    .sort();
  const containers = [
    ...(write.object.spec?.initContainers ?? []),
    ...(write.object.spec?.containers ?? []),
  ] as readonly JsonObject[];
  const missing = names.flatMap((name) => {
    const [part, amount] = name.includes(".") ? name.split(".") : ["requests", name];
    const without = containers.filter(({ resources }) => resources?.[part ?? ""]?.[amount ?? ""] === undefined);
    return without.length === 0 ? [] : [`${name} for: ${without.map((one) => one.name).join(",")}`];
  });
  if (missing.length === 0) return;
  throw refused(write, `failed quota: ${quota.metadata.name}: must specify ${missing.join("; ")}`);
}
