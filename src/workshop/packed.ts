import { deflateRawSync, inflateRawSync } from "node:zlib";

/**
 * What messages are made of, the commonest last: none of it crosses the network again. A change here is another version
 * of the wire.
 */
const WORDS = Buffer.from(
  [
    '"agreed":true,"raised":false,"raised":true,"type":"gap","type":"follow","type":"hand","type":"close","type":"open"',
    '"verdict":"mismatch","verdict":"wrong-exit","verdict":"syntax-error","verdict":"timeout","verdict":"session-died"',
    '"verdict":"interrupted","verdict":"background-ended","verdict":"unproven","verdict":"already-true"',
    '"verdict":"solved-by-us","verdict":"skipped","verdict":"broken","diagnosis":1},{"type":"hint","at":17,"tier":1}]}',
    '"verdict":"check-failed","check":"","ms":1},{"type":"check-end","at":17,"check":"","verdict":"wrong"',
    '{"v":1,"from":1,"sent":17,"events":[{"type":"step-start","at":17,"lesson":"lesson-0',
    '","step":""},{"type":"step-end","at":17,"lesson":"lesson-0","step":"","verdict":"pass","ms":1}]}',
  ].join(","),
);
const OPTIONS = { dictionary: WORDS, level: 9, memLevel: 4 };

/**
 * A message → fewer bytes: most of it is the same words each time, and times that begin alike. It is sent without a
 * content type; one that has a content type is plain JSON.
 */
export function pack(message: object): Buffer {
  return deflateRawSync(JSON.stringify(message), OPTIONS);
}

/** The text of a packed message. Throws a SyntaxError for bytes that are none, or for a text of more than `most` bytes. */
export function unpack(bytes: Uint8Array, most: number): string {
  try {
    return inflateRawSync(bytes, { dictionary: WORDS, maxOutputLength: most }).toString("utf8");
  } catch (cause) {
    throw new SyntaxError("not packed as agreed, or too long", { cause });
  }
}
