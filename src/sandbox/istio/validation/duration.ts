/** Nanoseconds of each unit of Go's durations. */
const UNITS: Readonly<Record<string, number>> = {
  h: 3.6e12,
  m: 6e10,
  ms: 1e6,
  ns: 1,
  s: 1e9,
  us: 1e3,
  µs: 1e3,
};
const MILLISECOND = 1e6;

/** A duration as Go reads it, in nanoseconds; or why it cannot be read. */
export function parseDuration(text: string): { readonly ns: number } | { readonly error: string } {
  const [, sign = "", rest = ""] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (rest === "0") return { ns: 0 };
  const invalid = { error: `time: invalid duration ${JSON.stringify(text)}` };
  if (!/^(?:\d+\.?\d*|\.\d+)/.test(rest)) return invalid;
  let ns = 0;
  for (let left = rest; left !== ""; ) {
    const [all = "", amount = "", unit = ""] = /^(\d+\.?\d*|\.\d+)([^\d.]*)/.exec(left) ?? [];
    if (all === "") return invalid;
    if (unit === "") return { error: `time: missing unit in duration ${JSON.stringify(text)}` };
    const size = UNITS[unit];
    if (size === undefined) {
      return { error: `time: unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}` };
    }
    ns += Number(amount) * size;
    left = left.slice(all.length);
  }
  return { ns: sign === "-" ? -ns : ns };
}

/** Whether a duration that is set can be used: at least a millisecond, nothing finer. */
export function durationError(value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  const parsed = parseDuration(String(value));
  if ("error" in parsed) return parsed.error;
  if (parsed.ns < MILLISECOND) return "duration must be greater than 1ms";
  return Math.round(parsed.ns) % MILLISECOND === 0 ? undefined : "only durations to ms precision are supported";
}
