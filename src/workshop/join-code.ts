/** Letters and digits that are not taken for each other when they are read aloud or off a wall. */
const ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ";
const LENGTH = 8;

/** A code from random bytes (16 or more): eight signs in two groups, 39 bits. */
export function makeJoinCode(bytes: Uint8Array): string {
  // Bytes of the last, incomplete round of the alphabet would make its first signs more likely: left out.
  const fair = [...bytes].filter((byte) => byte < 256 - (256 % ALPHABET.length)).slice(0, LENGTH);
  if (fair.length < LENGTH) throw new RangeError("too few random bytes for a join code");
  const code = fair.map((byte) => ALPHABET[byte % ALPHABET.length]).join("");
  return `${code.slice(0, 4)}-${code.slice(4)}`;
}

/** A code as it was typed → as it was made: hyphens, blanks and case do not count. */
export function plainCode(typed: string): string {
  return typed.replaceAll(/[\s-]/g, "").toUpperCase();
}

/** Where a class is, and the code to get in. */
export interface Invitation {
  /** `http://host:port`, without a path. */
  readonly url: string;
  readonly code: string;
}

/** `http://HOST:PORT/#CODE` → its parts; undefined where it is none. */
export function readInvitation(text: string): Invitation | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.protocol !== "http:" || url.hash.length < 2) return undefined;
  if (url.username !== "" || url.password !== "" || url.search !== "" || url.pathname !== "/") return undefined;
  const code = plainCode(url.hash.slice(1).replaceAll("%20", ""));
  return /^[0-9A-Z]{1,32}$/.test(code) ? { url: url.origin, code } : undefined;
}
