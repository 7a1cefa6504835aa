/** Upstream's alphabet for generated names: no vowels and no look-alikes, so that no words come out. */
const ALPHABET = "bcdfghjklmnpqrstvwxz2456789";

/** A suffix as `generateName` and ReplicaSets make it; `random` gives numbers in [0, 1). */
export function randomSuffix(random: () => number, length = 5): string {
  return Array.from({ length }, () => ALPHABET[Math.floor(random() * ALPHABET.length)] ?? "b").join("");
}
