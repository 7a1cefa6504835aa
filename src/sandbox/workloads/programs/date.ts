import { absolute } from "../container/files.ts";
import { Failure, type Program } from "../process.ts";
import { isBusybox } from "../shell/dialect.ts";
import { formatDate } from "./date-format.ts";
import { readOptions } from "./options.ts";

const MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split(" ");
const UNITS_MS: Readonly<Record<string, number>> = {
  sec: 1000,
  second: 1000,
  min: 60_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
  fortnight: 1_209_600_000,
};
const WORDS: Readonly<Record<string, number>> = { last: -1, next: 1, this: 0, a: 1, an: 1 };

/** A time as people write it: `@0`, `2024-02-29 12:00`, `yesterday`, `+2 days`, `1 hour ago`. Milliseconds; undefined for none. */
export function parseTime(text: string, now: number): number | undefined {
  let rest = ` ${text.trim().toLowerCase()} `;
  let at = now;
  const take = (pattern: RegExp, use: (...parts: string[]) => void): void => {
    const match = pattern.exec(rest);
    if (!match) return;
    rest = rest.replace(match[0], " ");
    use(...match.map((one) => one ?? "").slice(1));
  };
  let base = now;
  let isDay = false;
  take(/ @(-?\d+(?:\.\d+)?) /, (seconds) => {
    base = Number(seconds) * 1000;
  });
  take(/ (\d{4})-(\d{1,2})-(\d{1,2})(?=[t ])t?/, (year, month, day) => {
    base = Date.UTC(Number(year), Number(month) - 1, Number(day));
    const real = new Date(base);
    if (real.getUTCMonth() !== Number(month) - 1) base = Number.NaN;
    isDay = true;
  });
  take(/ (\d{4})(\d{2})(\d{2}) /, (year, month, day) => {
    base = Date.UTC(Number(year), Number(month) - 1, Number(day));
    isDay = true;
  });
  take(/ (\d{1,2})\/(\d{1,2})\/(\d{4}) /, (month, day, year) => {
    base = Date.UTC(Number(year), Number(month) - 1, Number(day));
    isDay = true;
  });
  const names = MONTHS.join("|");
  const named = (day: string, month: string, year: string): void => {
    const own = year === "" ? new Date(now).getUTCFullYear() : Number(year);
    base = Date.UTC(own, MONTHS.indexOf(month), Number(day));
    isDay = true;
  };
  take(
    new RegExp(` (?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? )?(\\d{1,2})[ -](${names})[a-z]*(?:[ -](\\d{4}))?(?= )`),
    named,
  );
  take(
    new RegExp(` (?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? )?(${names})[a-z]* +(\\d{1,2})(?:,? (\\d{4}))?(?= )`),
    (month, day, year) => named(day, month, year),
  );
  let hasTime = false;
  take(
    /[ t]?(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,](\d+))?)? ?(am|pm)? ?(z|utc|gmt|[-+]\d{2}:?\d{2})?(?= )/,
    (...parts) => {
      const [hour = "", minute = "", second = "", fraction = "", half = "", zone = ""] = parts;
      hasTime = true;
      const hours = half === "" ? Number(hour) : (Number(hour) % 12) + (half === "pm" ? 12 : 0);
      if (hours > 24 || Number(minute) > 59 || Number(second) > 60) base = Number.NaN;
      const sign = zone.startsWith("-") ? -1 : 1;
      const shift = /\d/.test(zone) ? sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2))) : 0;
      const day = isDay ? base : Math.floor(base / 86_400_000) * 86_400_000;
      base =
        day +
        ((hours * 60 + Number(minute) - shift) * 60 + Number(second)) * 1000 +
        Math.floor(Number(`0.${fraction || 0}`) * 1000);
    },
  );
  take(/ (\d{1,2}) ?(am|pm)(?= )/, (hour, half) => {
    const day = isDay ? base : Math.floor(base / 86_400_000) * 86_400_000;
    base = day + ((Number(hour) % 12) + (half === "pm" ? 12 : 0)) * 3_600_000;
  });
  at = base;
  take(/ (?:utc|gmt|z) /, () => {});
  take(/ (yesterday|today|now|tomorrow|midnight) /, (word) => {
    if (word === "midnight" && !hasTime) at = Math.floor(at / 86_400_000) * 86_400_000;
    at += { yesterday: -1, tomorrow: 1 }[word as "tomorrow"]
      ? ({ yesterday: -1, tomorrow: 1 }[word as "tomorrow"] ?? 0) * 86_400_000
      : 0;
  });
  for (;;) {
    const match =
      / ?([-+]? ?\d+|last|next|this|an?) ?(sec|second|min|minute|hour|day|week|fortnight|month|year)s?( ago)?(?= )/.exec(
        rest,
      );
    if (!match) break;
    rest = rest.replace(match[0], "");
    const [, amount = "", unit = "", ago] = match;
    const count = (WORDS[amount] ?? Number(amount.replace(" ", ""))) * (ago ? -1 : 1);
    const ms = UNITS_MS[unit];
    const date = new Date(at);
    if (ms !== undefined) at += count * ms;
    else if (unit === "month") at = date.setUTCMonth(date.getUTCMonth() + count);
    else at = date.setUTCFullYear(date.getUTCFullYear() + count);
  }
  return rest.trim() === "" && !Number.isNaN(at) ? at : undefined;
}

const ISO: Readonly<Record<string, string>> = {
  "": "%F",
  date: "%F",
  hours: "%FT%H%:z",
  minutes: "%FT%H:%M%:z",
  ns: "%FT%T,%N%:z",
  seconds: "%FT%T%:z",
};

/** By the beginning of its name. */
function isoFormat(name: string): string {
  const found = Object.keys(ISO).find((one) => (name === "" ? one === "" : one.startsWith(name)));
  if (found === undefined) throw new Failure(`invalid argument ‘${name}’ for ‘--iso-8601’`);
  return ISO[found] ?? "";
}

/** `date`, in UTC: the only zone that containers know. */
export const date: Program = async (process) => {
  const args = process.args.filter((one) => !one.startsWith("+"));
  const iso = args.map((one) => /^(?:-I|--iso-8601=?)(.*)$/.exec(one)?.[1]).find((one) => one !== undefined);
  const options = readOptions(
    args.filter((one) => !/^(-I|--iso-8601)/.test(one)),
    "uR",
    "dsrD",
    ["utc:u", "universal:u", "date=:d", "reference=:r", "rfc-email:R", "rfc-2822:R", "rfc-3339=:3", "set=:s"],
  );
  const { now, files, image } = process.machine;
  const given = options.flags.get("d");
  const like = options.flags.get("r");
  const file = like === undefined ? undefined : files.find(absolute(process.cwd, like));
  if (like !== undefined && !file) throw new Failure(`${like}: No such file or directory`);
  const at = given === undefined ? (file?.changed ?? now()) : parseTime(given, now());
  if (at === undefined) throw new Failure(`invalid date '${given}'`);
  if (options.has("s")) throw new Failure(`${isBusybox(image) ? "can't" : "cannot"} set date: Operation not permitted`);
  const rfc = options.flags.get("3");
  const format =
    process.args.find((one) => one.startsWith("+"))?.slice(1) ?? (iso === undefined ? undefined : isoFormat(iso));
  const wanted = options.has("R")
    ? "%a, %d %b %Y %H:%M:%S %z"
    : rfc !== undefined
      ? (ISO[rfc] ?? "%F").replace("T", " ")
      : (format ?? "%a %b %e %H:%M:%S UTC %Y");
  await process.stdout(`${formatDate(wanted, new Date(at))}\n`);
  return 0;
};
