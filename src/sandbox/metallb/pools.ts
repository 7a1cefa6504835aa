import type { JsonObject, KubeObject } from "../objects/index.ts";
import { type AddressRange, addressNumber, addressText, parseRange } from "./addresses.ts";

/** An IPAddressPool, read. */
export interface Pool {
  readonly name: string;
  readonly ranges: readonly AddressRange[];
  readonly autoAssign: boolean;
  readonly avoidBuggyIps: boolean;
  /** Lower goes first; a pool without `serviceAllocation.priority` goes last. */
  readonly priority: number;
  /** Namespaces whose services may have its addresses; empty: all. */
  readonly namespaces: readonly string[];
}

/** What an IPAddressPool offers. Entries that nobody can read offer nothing: the webhook has refused them. */
export function poolOf(object: KubeObject): Pool {
  const { addresses = [], autoAssign = true, avoidBuggyIPs = false, serviceAllocation = {} } = object.spec ?? {};
  const ranges = (addresses as readonly unknown[]).map((entry) => parseRange(String(entry)));
  return {
    name: object.metadata.name,
    ranges: ranges.filter((range): range is AddressRange => typeof range === "object" && "first" in range),
    autoAssign: autoAssign !== false,
    avoidBuggyIps: avoidBuggyIPs === true,
    priority: Number(serviceAllocation.priority) || Number.POSITIVE_INFINITY,
    namespaces: serviceAllocation.namespaces ?? [],
  };
}

/** In the order in which they are asked for an address. */
export function poolsInOrder(objects: readonly KubeObject[]): readonly Pool[] {
  return objects
    .map(poolOf)
    .sort((a, b) => (a.priority === b.priority ? (a.name < b.name ? -1 : 1) : a.priority < b.priority ? -1 : 1));
}

/** The pool that an address belongs to. */
export function poolHolding(pools: readonly Pool[], address: string): Pool | undefined {
  const value = addressNumber(address);
  if (value === undefined) return undefined;
  return pools.find((pool) => isUsable(pool, value) && pool.ranges.some((range) => isIn(range, value)));
}

/** The lowest address of a pool that is not taken. */
export function freeAddress(pool: Pool, taken: ReadonlySet<string>): string | undefined {
  for (const { first, last } of pool.ranges) {
    for (let value = first; value <= last; value++) {
      const address = addressText(value);
      if (isUsable(pool, value) && !taken.has(address)) return address;
    }
  }
  return undefined;
}

function isIn({ first, last }: AddressRange, value: number): boolean {
  return first <= value && value <= last;
}

/** Addresses that end in 0 or 255 confuse some old routers: a pool may leave them out. */
function isUsable(pool: Pool, value: number): boolean {
  return !pool.avoidBuggyIps || ![0, 255].includes(value % 256);
}

/** What MetalLB's webhook has against a pool among the others; undefined when it is right. */
export function poolError(object: KubeObject, others: readonly KubeObject[]): string | undefined {
  const { name } = object.metadata;
  const entries: readonly unknown[] = object.spec?.addresses ?? [];
  if (entries.length === 0) return `parsing address pool ${name}: pool has no prefixes defined`;
  const seen: { readonly name: string; readonly entry: string; readonly range: AddressRange }[] = [];
  for (const other of others.filter((one) => one.metadata.name !== name)) {
    for (const range of poolOf(other).ranges) seen.push({ name: other.metadata.name, entry: cidrs(range), range });
  }
  for (const entry of entries.map(String)) {
    const range = parseRange(entry);
    if (range === "other") continue;
    if ("error" in range)
      return `parsing address pool ${name}: invalid CIDR "${entry}" in pool "${name}": ${range.error}`;
    const clash = seen.find((one) => one.range.first <= range.last && range.first <= one.range.last);
    if (clash !== undefined) {
      return `parsing address pool ${name}: CIDR "${entry}" in pool "${name}" overlaps with already defined CIDR "${clash.entry}"`;
    }
    seen.push({ name, entry, range });
  }
  return undefined;
}

function cidrs({ first, last }: AddressRange): string {
  return `${addressText(first)}-${addressText(last)}`;
}

/** The parts of a workload that say whose it is: MetalLB is known by its images, whatever its objects are called. */
export function runsImage(object: KubeObject, image: string): boolean {
  const containers: readonly JsonObject[] = object.spec?.template?.spec?.containers ?? object.spec?.containers ?? [];
  return containers.some((container) => new RegExp(`(^|/)${image}(?=[:@]|$)`).test(String(container.image)));
}
