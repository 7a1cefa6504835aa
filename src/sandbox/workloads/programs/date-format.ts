const DAYS = "Sunday Monday Tuesday Wednesday Thursday Friday Saturday".split(" ");
const MONTHS = "January February March April May June July August September October November December".split(" ");
const DAY_MS = 86_400_000;

/** A time as `date +FORMAT` shows it, in UTC: the only zone that containers know. */
export function formatDate(format: string, at: Date): string {
  return format.replaceAll(/%([-_0^]?)(\d*)(:?[a-zA-Z%])/g, (whole, flag: string, width: string, letter: string) => {
    const field = FIELDS[letter];
    if (field === undefined) return whole;
    const text = field(at);
    if (letter === "N" && width !== "") return text.slice(0, Number(width));
    if (flag === "-") return text.replace(/^[0 ]+(?=.)/, "");
    if (flag === "_") return text.replace(/^0+(?=.)/, (zeros) => " ".repeat(zeros.length));
    const shown = flag === "^" ? text.toUpperCase() : text;
    return shown.padStart(Number(width), /^\d/.test(shown) && flag !== "_" ? "0" : " ");
  });
}

const two = (value: number): string => String(value).padStart(2, "0");
const dayOfYear = (at: Date): number => Math.floor((at.getTime() - Date.UTC(at.getUTCFullYear(), 0, 1)) / DAY_MS) + 1;

function isoWeek(at: Date): { year: number; week: number } {
  const thursday = new Date(at.getTime() + (4 - (at.getUTCDay() || 7)) * DAY_MS);
  return { year: thursday.getUTCFullYear(), week: Math.floor((dayOfYear(thursday) - 1) / 7) + 1 };
}

const FIELDS: Readonly<Record<string, (at: Date) => string>> = {
  "%": () => "%",
  A: (at) => DAYS[at.getUTCDay()] ?? "",
  B: (at) => MONTHS[at.getUTCMonth()] ?? "",
  C: (at) => two(Math.floor(at.getUTCFullYear() / 100)),
  D: (at) => formatDate("%m/%d/%y", at),
  F: (at) => formatDate("%Y-%m-%d", at),
  G: (at) => String(isoWeek(at).year),
  H: (at) => two(at.getUTCHours()),
  I: (at) => two(at.getUTCHours() % 12 || 12),
  M: (at) => two(at.getUTCMinutes()),
  N: (at) => `${String(at.getUTCMilliseconds()).padStart(3, "0")}000000`,
  P: (at) => (at.getUTCHours() < 12 ? "am" : "pm"),
  R: (at) => formatDate("%H:%M", at),
  S: (at) => two(at.getUTCSeconds()),
  T: (at) => formatDate("%H:%M:%S", at),
  U: (at) => two(Math.floor((dayOfYear(at) + 6 - at.getUTCDay()) / 7)),
  V: (at) => two(isoWeek(at).week),
  W: (at) => two(Math.floor((dayOfYear(at) + 6 - ((at.getUTCDay() + 6) % 7)) / 7)),
  X: (at) => formatDate("%H:%M:%S", at),
  Y: (at) => String(at.getUTCFullYear()),
  Z: () => "UTC",
  a: (at) => (DAYS[at.getUTCDay()] ?? "").slice(0, 3),
  b: (at) => (MONTHS[at.getUTCMonth()] ?? "").slice(0, 3),
  c: (at) => formatDate("%a %b %e %H:%M:%S %Y", at),
  d: (at) => two(at.getUTCDate()),
  e: (at) => String(at.getUTCDate()).padStart(2),
  g: (at) => two(isoWeek(at).year % 100),
  h: (at) => (MONTHS[at.getUTCMonth()] ?? "").slice(0, 3),
  j: (at) => String(dayOfYear(at)).padStart(3, "0"),
  k: (at) => String(at.getUTCHours()).padStart(2),
  l: (at) => String(at.getUTCHours() % 12 || 12).padStart(2),
  m: (at) => two(at.getUTCMonth() + 1),
  n: () => "\n",
  p: (at) => (at.getUTCHours() < 12 ? "AM" : "PM"),
  r: (at) => formatDate("%I:%M:%S %p", at),
  s: (at) => String(Math.floor(at.getTime() / 1000)),
  t: () => "\t",
  u: (at) => String(at.getUTCDay() || 7),
  w: (at) => String(at.getUTCDay()),
  x: (at) => formatDate("%m/%d/%y", at),
  y: (at) => two(at.getUTCFullYear() % 100),
  z: () => "+0000",
  ":z": () => "+00:00",
};
