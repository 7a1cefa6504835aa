import { canonicalQuantity, parseQuantity } from "./quantity.ts";

/** Amounts by resource name, in billionths: exact sums of quantities. */
export type Amounts = ReadonlyMap<string, bigint>;

const NANO = 1_000_000_000n;

/** The amounts of a resource list such as `{ cpu: "100m" }`; what is no quantity is left out. */
export function amountsOf(list: Readonly<Record<string, string | number>> | undefined): Map<string, bigint> {
  const parsed = Object.entries(list ?? {}).map(([name, text]) => [name, parseQuantity(text)?.nanos] as const);
  return new Map(parsed.filter((pair): pair is readonly [string, bigint] => pair[1] !== undefined));
}

/** Adds amounts to others, in place. */
export function addAmounts(sum: Map<string, bigint>, more: Amounts): Map<string, bigint> {
  for (const [name, nanos] of more) sum.set(name, (sum.get(name) ?? 0n) + nanos);
  return sum;
}

/** An amount as Kubernetes writes it: bytes in binary units, the rest in decimal ones. */
export function amountText(name: string, nanos: bigint): string {
  const isBytes = /memory|storage|hugepages/.test(name);
  const whole = nanos / NANO;
  if (isBytes && nanos % NANO === 0n && whole % 1024n === 0n && whole > 0n)
    return canonicalQuantity(`${whole / 1024n}Ki`);
  return canonicalQuantity(`${nanos}n`);
}
