const UNITS_MS = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;

/**
 * Milliseconds of `500ms`, `60s`, `1.5s`, `2m`, `1h` or a sum in falling units (`1m30s`); undefined for anything else,
 * a bare number included: a duration without a unit is a guess.
 */
export function parseDuration(text: string): number | undefined {
  const match = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?(?:(\d+)ms)?$/.exec(text);
  if (match === null || text === "") return undefined;
  const [, hours = "0", minutes = "0", seconds = "0", milliseconds = "0"] = match;
  const total =
    Number(hours) * UNITS_MS.h + Number(minutes) * UNITS_MS.m + Number(seconds) * UNITS_MS.s + Number(milliseconds);
  return Number.isSafeInteger(Math.round(total)) ? Math.round(total) : undefined;
}

/** A duration for reading: `340ms`, `2.4s`, `59s`, `1m 5s`, `1h 2m`. */
export function formatDuration(ms: number): string {
  if (ms < 999.5) return `${Math.max(0, Math.round(ms))}ms`;
  if (ms < 9950) return `${trimZero((ms / 1000).toFixed(1))}s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return joinUnits([minutes, "m"], [seconds % 60, "s"]);
  const roundedMinutes = Math.round(seconds / 60);
  return joinUnits([Math.floor(roundedMinutes / 60), "h"], [roundedMinutes % 60, "m"]);
}

function trimZero(decimal: string): string {
  return decimal.endsWith(".0") ? decimal.slice(0, -2) : decimal;
}

function joinUnits(first: readonly [number, string], second: readonly [number, string]): string {
  const head = first.join("");
  return second[0] === 0 ? head : `${head} ${second.join("")}`;
}
