import { Failure } from "../process.ts";
import { formatDate } from "./date-format.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  "\\": "\\",
  a: "\x07",
  b: "\b",
  e: "\x1b",
  f: "\f",
  v: "\v",
  '"': '"',
};
const DIRECTIVE =
  /\\([0-7]{1,3}|x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|[\s\S])|%([-0+ #']*)(\d*|\*)(?:\.(\d+|\*)?)?([sdiuxXofFcbeEgGq%]|\([^)]*\)T)|(%)|[^\\%]+|[\s\S]/g;

/** What `printf` prints, and what it complains of. */
export interface Printed {
  readonly text: string;
  readonly complaints: readonly string[];
}

/** Formats; the format is used again while there are arguments. `now` is in milliseconds. */
export function printf(args: readonly string[], now: number): Printed {
  const [format, ...values] = args[0] === "--" ? args.slice(1) : args;
  if (format === undefined) throw new Failure("usage: printf format [arguments]", 2);
  const complaints: string[] = [];
  let text = "";
  for (;;) {
    const left = values.length;
    const { shown, isEnd } = pass(format, values, complaints, now);
    text += shown;
    if (isEnd || values.length === left || values.length === 0) return { text, complaints };
  }
}

function pass(format: string, values: string[], complaints: string[], now: number): { shown: string; isEnd: boolean } {
  let shown = "";
  for (const [whole, sequence, flags = "", width = "", precision, kind, bare] of format.matchAll(DIRECTIVE)) {
    if (sequence === "c") return { shown, isEnd: true };
    if (sequence !== undefined) shown += unescaped(sequence);
    else if (bare !== undefined) throw new Failure(`%: invalid directive`);
    else if (kind === undefined) shown += whole;
    else if (kind === "%") shown += "%";
    else {
      const size = width === "*" ? Number(values.shift() ?? 0) : Number(width || 0);
      const given = precision === "*" ? values.shift() : precision;
      const hasPrecision = whole.includes(".");
      const value = values.shift();
      if (kind === "b" && value !== undefined && /\\c/.test(value)) {
        return { shown: shown + unescapedText(value.slice(0, value.indexOf("\\c"))), isEnd: true };
      }
      const one = converted(kind, value, hasPrecision ? Number(given ?? 0) : undefined, flags, complaints, now);
      shown += padded(one, size, flags, /[dioxXufFeEgG]/.test(kind) && !(hasPrecision && /[dioxXu]/.test(kind)));
    }
  }
  return { shown, isEnd: false };
}

function padded(text: string, size: number, flags: string, isNumber: boolean): string {
  if (flags.includes("-") || size < 0) return text.padEnd(Math.abs(size));
  if (!flags.includes("0") || !isNumber) return text.padStart(size);
  const sign = /^[-+ ]?(?:0x)?/i.exec(text)?.[0] ?? "";
  return sign + text.slice(sign.length).padStart(size - sign.length, "0");
}

/** `\n`, `\101`, `\x41`: the text after the backslash. */
export function unescaped(sequence: string): string {
  if (/^[0-7]/.test(sequence)) return ofByte(Number.parseInt(sequence, 8) & 255);
  if (/^x./.test(sequence)) return ofByte(Number.parseInt(sequence.slice(1), 16));
  if (/^u./.test(sequence)) return String.fromCharCode(Number.parseInt(sequence.slice(1), 16));
  return ESCAPES[sequence] ?? `\\${sequence}`;
}

/** A byte that is no character of its own stands as half a surrogate until it is written. */
function ofByte(byte: number): string {
  return String.fromCharCode(byte < 128 ? byte : 0xdc00 + byte);
}

/** A text with such bytes as it is written. */
export function rawBytes(text: string): string | Buffer {
  if (!/[\udc80-\udcff]/.test(text)) return text;
  const parts = text.split(/((?<![\ud800-\udbff])[\udc80-\udcff])/);
  return Buffer.concat(
    parts.map((one, at) => (at % 2 === 0 ? Buffer.from(one) : Buffer.of(one.charCodeAt(0) - 0xdc00))),
  );
}

/** The escapes of `%b` and of `echo -e`. */
export function unescapedText(text: string): string {
  return text.replaceAll(/\\(0[0-7]{0,3}|[1-7][0-7]{0,2}|x[0-9a-fA-F]{1,2}|[\s\S])/g, (_, one: string) =>
    unescaped(/^0[0-7]+/.test(one) ? one.slice(1) : one),
  );
}

function converted(
  kind: string,
  value: string | undefined,
  precision: number | undefined,
  flags: string,
  complaints: string[],
  now: number,
): string {
  const text = value ?? "";
  if (kind === "s" || kind === "b") {
    const plain = kind === "b" ? unescapedText(text) : text;
    return precision === undefined ? plain : plain.slice(0, precision);
  }
  if (kind === "c") return text.slice(0, 1);
  if (kind === "q")
    return /^[\w@%+=:,./-]+$/.test(text) ? text : text === "" ? "''" : text.replaceAll(/[^\w@%+=:,./-]/g, "\\$&");
  if (kind.startsWith("(")) {
    const at = value === undefined || value === "-1" ? now : Number(value) * 1000;
    return formatDate(kind.slice(1, -2) || "%X", new Date(at));
  }
  const number = numeric(text, complaints);
  const signed = (shown: string): string =>
    shown.startsWith("-") ? shown : flags.includes("+") ? `+${shown}` : flags.includes(" ") ? ` ${shown}` : shown;
  if (/[fFeEgG]/.test(kind)) return signed(floating(kind, number, precision ?? 6, flags));
  let whole = BigInt(
    Number.isFinite(number) ? (/^[-+]?\d+$/.test(text.trim()) ? text.trim().replace("+", "") : Math.trunc(number)) : 0,
  );
  if (/^0[0-7]+$/.test(text)) whole = BigInt(number);
  if (kind === "d" || kind === "i") {
    const digits = (whole < 0n ? -whole : whole).toString().padStart(precision ?? 0, "0");
    return signed(whole < 0n ? `-${digits}` : digits);
  }
  const unsigned = BigInt.asUintN(64, whole);
  const digits = unsigned.toString(kind === "o" ? 8 : kind === "u" ? 10 : 16).padStart(precision ?? 0, "0");
  const prefix = flags.includes("#") && unsigned !== 0n ? (kind === "o" ? "0" : kind === "u" ? "" : "0x") : "";
  return kind === "X" ? (prefix + digits).toUpperCase() : prefix + digits;
}

function numeric(text: string, complaints: string[]): number {
  if (text === "") return 0;
  if (/^["'][\s\S]/.test(text)) return text.codePointAt(1) ?? 0;
  if (/^[-+]?0[0-7]+$/.test(text)) return Number.parseInt(text, 8);
  const number = Number(text);
  if (!Number.isNaN(number)) return number;
  if (/^[-+]?(inf|nan)/i.test(text))
    return /nan/i.test(text) ? Number.NaN : text.startsWith("-") ? -Infinity : Infinity;
  complaints.push(text);
  return Number.parseFloat(text) || 0;
}

/** `%f`, `%e` and `%g` as C has them. */
export function floating(kind: string, number: number, precision: number, flags = ""): string {
  if (!Number.isFinite(number)) return Number.isNaN(number) ? "nan" : number > 0 ? "inf" : "-inf";
  const exponential = (digits: number): string => number.toExponential(digits).replace(/e([-+])(\d)$/, "e$10$2");
  const lower = kind.toLowerCase();
  if (lower === "f")
    return Math.abs(number) >= 1e21 ? BigInt(number).toString() : number.toFixed(Math.min(precision, 100));
  if (lower === "e") return kind === "E" ? exponential(precision).toUpperCase() : exponential(precision);
  const digits = precision === 0 ? 1 : precision;
  const exponent = number === 0 ? 0 : Number(number.toExponential(digits - 1).split("e")[1]);
  const isPlain = exponent >= -4 && exponent < digits;
  const text = isPlain ? number.toFixed(Math.max(0, digits - 1 - exponent)) : exponential(digits - 1);
  const [mantissa = "", power] = text.split("e");
  const short = flags.includes("#") || !mantissa.includes(".") ? mantissa : mantissa.replace(/\.?0+$/, "");
  return power === undefined ? short : `${short}e${power}`;
}
