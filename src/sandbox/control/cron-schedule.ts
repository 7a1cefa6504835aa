const MINUTE_MS = 60_000;
/** Schedules that never come (31 February) are given up after this. */
const HORIZON_MS = 5 * 366 * 24 * 60 * MINUTE_MS;
const MACROS: Readonly<Record<string, string>> = {
  "@annually": "0 0 1 1 *",
  "@daily": "0 0 * * *",
  "@hourly": "0 * * * *",
  "@midnight": "0 0 * * *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@yearly": "0 0 1 1 *",
};
const NAMES: readonly (readonly string[])[] = [
  [],
  [],
  [],
  ["", "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"],
  ["sun", "mon", "tue", "wed", "thu", "fri", "sat"],
];
/** Minute, hour, day of month, month, day of week. */
const BOUNDS: readonly (readonly [number, number])[] = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 7],
];

/** The first time (epoch ms, UTC, whole minutes) after `after` that a cron schedule names; undefined when it names none. */
export function nextTime(schedule: string, after: number): number | undefined {
  const fields = (MACROS[schedule] ?? schedule).trim().split(/\s+/);
  const sets = fields.map((field, index) => valuesOf(field.toLowerCase(), index));
  if (fields.length !== BOUNDS.length || sets.some((set) => set === undefined)) return undefined;
  const [minutes, hours, days, months, weekdays] = sets as Set<number>[];
  // With both days given, either is enough.
  const either = !/^[*?]/.test(fields[2] ?? "") && !/^[*?]/.test(fields[4] ?? "");
  const end = after + HORIZON_MS;
  let at = Math.floor(after / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
  while (at < end) {
    const date = new Date(at);
    const inDays = days?.has(date.getUTCDate()) === true;
    const inWeek = weekdays?.has(date.getUTCDay()) === true;
    const onDay = months?.has(date.getUTCMonth() + 1) === true && (either ? inDays || inWeek : inDays && inWeek);
    if (!onDay) at = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate() + 1);
    else if (hours?.has(date.getUTCHours()) !== true) at += (60 - date.getUTCMinutes()) * MINUTE_MS;
    else if (minutes?.has(date.getUTCMinutes()) !== true) at += MINUTE_MS;
    else return at;
  }
  return undefined;
}

function valuesOf(field: string, index: number): Set<number> | undefined {
  const all = new Set<number>();
  for (const part of field.split(",")) {
    const range = rangeOf(part, index);
    if (range === undefined) return undefined;
    const [from, to, step] = range;
    for (let value = from; value <= to; value += step) all.add(index === 4 ? value % 7 : value);
  }
  return all;
}

function rangeOf(part: string, index: number): readonly [number, number, number] | undefined {
  const [least = 0, most = 0] = BOUNDS[index] ?? [];
  const [, range = "", stepText] = /^([^/]+)(?:\/([1-9]\d*))?$/.exec(part) ?? [];
  const step = Number(stepText ?? 1);
  if (range === "*" || range === "?") return [least, index === 4 ? 6 : most, step];
  const [from, to = stepText === undefined ? from : most] = range.split("-").map((word) => numberOf(word, index));
  const isRange = from !== undefined && to !== undefined && from >= least && to <= most && from <= to;
  return isRange ? [from, to, step] : undefined;
}

function numberOf(word: string, index: number): number {
  const named = word === "" ? -1 : (NAMES[index]?.indexOf(word) ?? -1);
  if (named >= 0) return named;
  return /^\d+$/.test(word) ? Number(word) : Number.NaN;
}
