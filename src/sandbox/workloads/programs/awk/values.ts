import { Failure } from "../../process.ts";
import { floating } from "../printf.ts";

/** A number, a text, or a text that came from outside: that counts as a number where it looks like one. */
export type Value = number | string | Outside;

export class Outside {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

const NUMBER = /^\s*[-+]?(?:\d+\.?\d*(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?)/;

export function toNumber(value: Value): number {
  if (typeof value === "number") return value;
  return Number(NUMBER.exec(typeof value === "string" ? value : value.text)?.[0] ?? 0);
}

export function toText(value: Value, format = "%.6g"): string {
  if (typeof value === "string") return value;
  if (value instanceof Outside) return value.text;
  if (Number.isInteger(value) && Math.abs(value) < 1e16) return String(value === 0 ? 0 : value);
  const match = /^%\.(\d+)([a-z])$/.exec(format);
  return floating(match?.[2] ?? "g", value, Number(match?.[1] ?? 6));
}

export function isNumeric(value: Value): boolean {
  if (typeof value === "number") return true;
  if (typeof value === "string") return false;
  const match = NUMBER.exec(value.text);
  return match !== null && value.text.slice(match[0].length).trim() === "";
}

export function isTrue(value: Value): boolean {
  return isNumeric(value) ? toNumber(value) !== 0 : toText(value) !== "";
}

/** Numbers by their size where both are numbers, texts by their characters otherwise. */
export function compareValues(a: Value, b: Value): number {
  if (isNumeric(a) && isNumeric(b)) return toNumber(a) - toNumber(b);
  const [x, y] = [toText(a), toText(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** What each comparison wants of an order. */
export const ORDERS: Readonly<{ [operator: string]: (order: number) => boolean }> = {
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  "==": (order) => order === 0,
  "!=": (order) => order !== 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

/** Arithmetic's two-handed signs. Throws a `Failure` for a division by zero. */
export function calculate(operator: string, a: number, b: number): number {
  if ((operator === "/" || operator === "%") && b === 0)
    throw new Failure(`division by zero${operator === "%" ? " in %" : ""}`, 2);
  if (operator === "+") return a + b;
  if (operator === "-") return a - b;
  if (operator === "*") return a * b;
  if (operator === "/") return a / b;
  return operator === "%" ? a % b : a ** b;
}
