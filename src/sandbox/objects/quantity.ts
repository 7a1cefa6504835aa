/** A resource quantity (`500m`, `1Gi`), exact to a billionth, as upstream keeps it. */
export interface Quantity {
  readonly nanos: bigint;
  readonly format: "DecimalSI" | "BinarySI" | "DecimalExponent";
}

/** Upstream's own words for a text that is no quantity. */
export const QUANTITY_ERROR =
  "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";

const TEXT = /^([+-]?)(\d*)(?:\.(\d*))?(?:([KMGTPE]i)|([numkMGTPE]?)|[eE]([+-]?\d{1,3}))$/;
const NANO = 1_000_000_000n;
const NANO_DIGITS = 9;
const BINARY = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];
const DECIMAL: Readonly<Record<string, number>> = { n: -9, u: -6, m: -3, "": 0, k: 3, M: 6, G: 9, T: 12, P: 15, E: 18 };
const SUFFIXES = new Map(Object.entries(DECIMAL).map(([suffix, power]) => [power, suffix]));

/** Reads a quantity; JSON numbers count as their text. Undefined when it is none. */
export function parseQuantity(input: string | number): Quantity | undefined {
  const [, sign, whole = "", fraction = "", binary, suffix = "", exponent] = TEXT.exec(String(input)) ?? [];
  if (sign === undefined || whole + fraction === "") return undefined;
  const digits = BigInt(whole + fraction);
  const power = exponent === undefined ? (DECIMAL[suffix] ?? 0) : Number(exponent);
  const factor = binary === undefined ? 1n : 1024n ** BigInt(BINARY.indexOf(binary));
  const nanos = scaleUp(digits * factor, power - fraction.length + NANO_DIGITS);
  const format = binary !== undefined ? "BinarySI" : exponent !== undefined ? "DecimalExponent" : "DecimalSI";
  return { nanos: sign === "-" ? -nanos : nanos, format };
}

/** What is finer than a billionth is rounded away from zero. */
function scaleUp(value: bigint, power: number): bigint {
  if (power >= 0) return value * 10n ** BigInt(power);
  const divisor = 10n ** BigInt(-power);
  return (value + divisor - 1n) / divisor;
}

/** The canonical text: no fraction, and the largest suffix that allows it. */
function formatQuantity({ nanos, format }: Quantity): string {
  if (nanos === 0n) return "0";
  const size = nanos < 0n ? -nanos : nanos;
  const sign = nanos < 0n ? "-" : "";
  if (format === "BinarySI" && size >= 1024n * NANO && size % NANO === 0n) return sign + binaryText(size / NANO);
  return sign + decimalText(size, format === "DecimalExponent");
}

function binaryText(value: bigint): string {
  let index = 0;
  let rest = value;
  while (rest % 1024n === 0n && index < BINARY.length - 1) {
    rest /= 1024n;
    index++;
  }
  return `${rest}${BINARY[index]}`;
}

function decimalText(nanos: bigint, asExponent: boolean): string {
  let power = -NANO_DIGITS;
  let rest = nanos;
  while (rest % 1000n === 0n && power < 18) {
    rest /= 1000n;
    power += 3;
  }
  if (!asExponent) return `${rest}${SUFFIXES.get(power) ?? ""}`;
  return power === 0 ? `${rest}` : `${rest}e${power}`;
}

/** The canonical form of a quantity; what is no quantity comes back as it is. */
export function canonicalQuantity(input: string | number): string {
  const quantity = parseQuantity(input);
  return quantity === undefined ? String(input) : formatQuantity(quantity);
}

/** The value as a number, in cores, bytes or pieces. Exact up to 2^53. */
export function quantityValue(input: string | number): number {
  const quantity = parseQuantity(input);
  if (quantity === undefined) return Number.NaN;
  return Number(quantity.nanos / NANO) + Number(quantity.nanos % NANO) / Number(NANO);
}
