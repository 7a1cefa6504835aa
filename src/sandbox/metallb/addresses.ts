/** A range of IPv4 addresses as numbers, both ends in it. */
export interface AddressRange {
  readonly first: number;
  readonly last: number;
}

/** `172.18.255.200` as a number; undefined for anything else. */
export function addressNumber(text: string): number | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255)) {
    return undefined;
  }
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** The address of a number. */
export function addressText(value: number): string {
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".");
}

/**
 * One entry of a pool's `addresses`: `172.18.255.200-172.18.255.250` or `172.18.255.0/24`. IPv6 gives `"other"`: valid, and
 * nothing here hands it out. A text says what is wrong with it.
 */
export function parseRange(entry: string): AddressRange | "other" | { readonly error: string } {
  const text = entry.trim();
  if (text.includes("-")) return parseEnds(text);
  const [base = "", bits = ""] = text.split("/");
  if (base.includes(":") && /^\d+$/.test(bits)) return "other";
  const start = addressNumber(base);
  const length = /^\d{1,2}$/.test(bits) ? Number(bits) : 99;
  if (start === undefined || length > 32) return { error: `invalid CIDR "${entry}"` };
  const size = 2 ** (32 - length);
  const first = Math.floor(start / size) * size;
  return { first, last: first + size - 1 };
}

function parseEnds(text: string): AddressRange | "other" | { readonly error: string } {
  const ends = text.split("-").map((end) => end.trim());
  const [from = "", to = ""] = ends;
  if (ends.length !== 2) return { error: `invalid IP range "${text}"` };
  if (from.includes(":") && to.includes(":")) return "other";
  const first = addressNumber(from);
  const last = addressNumber(to);
  if (first === undefined) return { error: `invalid IP range "${text}": invalid start IP "${from}"` };
  if (last === undefined) return { error: `invalid IP range "${text}": invalid end IP "${to}"` };
  if (last < first) return { error: `invalid IP range "${text}": start IP "${from}" is after the end IP "${to}"` };
  return { first, last };
}
