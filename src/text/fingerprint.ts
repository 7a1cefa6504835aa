/** How many characters of a text are looked at: a name has to be made in no time. */
const SAMPLES = 256;

/**
 * A short name for texts, of letters and digits: the same for the same texts, mostly another one for others. It looks at
 * lengths and at samples alone, so whoever finds something by that name has to compare the texts themselves.
 */
export function fingerprint(texts: readonly string[]): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  const take = (value: number): void => {
    a = Math.imul(a ^ value, 0x9e3779b1);
    b = Math.imul(b ^ value, 0x5f356495);
    // A value reaches only the bits above it by multiplying: the upper ones come down.
    a ^= a >>> 15;
    b ^= b >>> 13;
  };
  for (const text of texts) {
    take(text.length);
    const stride = Math.max(1, Math.floor(text.length / SAMPLES));
    for (let at = 0; at < text.length; at += stride) take(text.charCodeAt(at));
  }
  return digits(a) + digits(b);
}

function digits(value: number): string {
  return (value >>> 0).toString(16).padStart(8, "0");
}
