const MILLISECOND_PART = /\.\d+Z$/;

/** meta/v1 Time: RFC 3339 in UTC, whole seconds. */
export function formatTime(ms: number): string {
  return new Date(ms).toISOString().replace(MILLISECOND_PART, "Z");
}

/** meta/v1 MicroTime: RFC 3339 in UTC with six decimals. */
export function formatMicroTime(ms: number, micros = 0): string {
  const digits = String(micros).padStart(3, "0");
  return new Date(ms).toISOString().replace(/Z$/, `${digits}Z`);
}

/** Epoch ms of an RFC 3339 time; undefined when it is none. */
export function parseTime(text: string | null | undefined): number | undefined {
  const ms = text ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
