import { createHash } from "node:crypto";
import type { Json } from "../objects/index.ts";

/** Letters that cannot spell a word: what Kubernetes makes generated names of. */
const LETTERS = "bcdfghjklmnpqrstvwxz2456789";

/** 32-bit FNV-1a. */
function fnv(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash ^= text.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}

/** A value's hash as it stands in names and labels (`pod-template-hash`): equal values, equal hash, key order aside. */
export function templateHash(value: unknown): string {
  return safe(String(fnv(canonical(value))));
}

/** Five letters that look random and follow from `seed`: keeps controllers pure. */
export function suffix(seed: string): string {
  let state = fnv(seed);
  let text = "";
  for (let index = 0; index < 5; index += 1) {
    state = Math.imul(state ^ (state >>> 15), 0x2c1b3c6d) >>> 0;
    state = Math.imul(state ^ (state >>> 12), 0x297a2d39) >>> 0;
    text += LETTERS[state % LETTERS.length];
  }
  return text;
}

/** `length` (up to 64) hex digits that follow from `seed`: container ids and image digests. */
export function hex(seed: string, length: number): string {
  return createHash("sha256").update(seed).digest("hex").slice(0, length);
}

function safe(digits: string): string {
  return [...digits].map((digit) => LETTERS[digit.charCodeAt(0) % LETTERS.length]).join("");
}

/** JSON with sorted keys. */
export function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: Json) =>
    inner !== null && typeof inner === "object" && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}
