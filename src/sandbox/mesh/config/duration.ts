const UNITS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1, us: 1e-3, ns: 1e-6 };

/** Milliseconds of a duration as Go and protobuf write it, `1h2m3.5s`; undefined for what is none. */
export function milliseconds(text: unknown): number | undefined {
  if (typeof text !== "string" || !/^(?:[\d.]+(?:h|ms|m|s|us|ns))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit = ""] of text.matchAll(/([\d.]+)(h|ms|m|s|us|ns)/g)) {
    total += Number(amount) * (UNITS[unit] ?? 0);
  }
  return total;
}
