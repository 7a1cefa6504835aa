import { Failure } from "../process.ts";

const ESCAPES: Readonly<Record<string, string>> = {
  n: "\n",
  t: "\t",
  r: "\r",
  "\\": "\\",
  a: "\x07",
  e: "\x1b",
  '"': '"',
};
const DIRECTIVE = /\\([0-7]{1,3}|x[0-9a-fA-F]{1,2}|.)|%([-0+ #]*)(\d*|\*)(?:\.(\d+))?([sdiuxXofcbeg%])|[^\\%]+|[\s\S]/g;

/** What `printf` prints; the format is used again while there are arguments. */
export function printf(args: readonly string[]): string {
  const [format, ...values] = args;
  if (format === undefined) throw new Failure("usage: printf FORMAT [ARG]...", 1);
  let text = "";
  do {
    const left = values.length;
    text += pass(format, values);
    if (values.length === left) break;
  } while (values.length > 0);
  return text;
}

function pass(format: string, values: string[]): string {
  return format.replaceAll(DIRECTIVE, (whole, sequence, flags = "", width = "", precision, kind) => {
    if (sequence !== undefined) return unescaped(sequence);
    if (kind === undefined) return whole;
    if (kind === "%") return "%";
    const value = shown(kind, values.shift() ?? "", precision);
    const size = Number(width || 0);
    if (flags.includes("-")) return value.padEnd(size);
    return flags.includes("0") && kind !== "s" ? value.padStart(size, "0") : value.padStart(size);
  });
}

function unescaped(sequence: string): string {
  if (/^[0-7]/.test(sequence)) return String.fromCharCode(Number.parseInt(sequence, 8));
  if (/^x./.test(sequence)) return String.fromCharCode(Number.parseInt(sequence.slice(1), 16));
  return ESCAPES[sequence] ?? `\\${escape}`;
}

function shown(kind: string, value: string, precision: string | undefined): string {
  if (kind === "s") return precision === undefined ? value : value.slice(0, Number(precision));
  if (kind === "b") return value.replaceAll(/\\(.)/g, (_, char: string) => unescaped(char));
  if (kind === "c") return value.slice(0, 1);
  const number = Number(value) || 0;
  if (kind === "f") return number.toFixed(Number(precision ?? 6));
  if (kind === "e" || kind === "g") return String(number);
  const whole = Math.trunc(number);
  if (kind === "x") return whole.toString(16);
  if (kind === "X") return whole.toString(16).toUpperCase();
  return kind === "o" ? whole.toString(8) : String(whole);
}
