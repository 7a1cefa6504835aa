/**
 * 64 bits over bytes, in hexadecimal digits: two multiplicative hashes with a final mix of each. Tells damage and mix-ups,
 * no forgery: who must be sure compares the bytes too. Node's own hashes take a tenth of a short command's time to load.
 */
export function fingerprint(bytes: Uint8Array): string {
  let a = 0xdeadbeef ^ bytes.length;
  let b = 0x41c6ce57 ^ bytes.length;
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0;
    a = Math.imul(a ^ byte, 0x9e3779b1);
    b = Math.imul(b ^ byte, 0x5f356495);
    // A byte reaches only the bits above it by multiplying: the upper ones come down.
    a ^= a >>> 15;
    b ^= b >>> 13;
  }
  return digits(mix(a)) + digits(mix(b));
}

function mix(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

function digits(value: number): string {
  return value.toString(16).padStart(8, "0");
}
