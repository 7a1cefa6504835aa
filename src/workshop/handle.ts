import { LIMITS } from "./wire.ts";

/** Invisible characters that emoji and scripts are joined with; every other format character could disguise a name. */
const JOINERS = /[\u200c\u200d]/g;

/** Why a handle cannot be taken, as a part of a sentence; undefined where it can. */
export function refuseHandle(handle: string): string | undefined {
  const length = [...handle].length;
  if (length === 0 || length > LIMITS.handle) return `it has ${length} characters, expected 1 to ${LIMITS.handle}`;
  if (/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]/u.test(handle.replaceAll(JOINERS, "")))
    return "it has characters that cannot be seen";
  if (/[\p{DI}\u2800]/u.test(handle.replaceAll(JOINERS, "").replaceAll(/(?<=\p{Emoji})\ufe0f/gu, "")))
    return "it has characters that cannot be seen";
  // No script stacks more on one letter; what does covers its neighbours on the board.
  if (/\p{M}{4}/u.test(handle.normalize("NFC"))) return "it stacks too many marks on one letter";
  if (handle.trim() !== handle || !/[\p{L}\p{N}\p{S}\p{P}]/u.test(handle)) return "it begins or ends with a blank";
  return undefined;
}

/** Two handles of the same key would be taken for the same person. */
export function handleKey(handle: string): string {
  const plain = handle.normalize("NFKC").replaceAll(JOINERS, "").replaceAll(/\s+/g, " ").toLowerCase();
  return plain.replaceAll(/[\u0370-\u052f]/g, (letter) => TWINS[letter] ?? letter);
}

/** Letters of Greek and Cyrillic that look like a Latin one, great or small (after Unicode's confusables, UTS 39). */
const TWINS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({
    a: "\u0430\u03b1",
    b: "\u0432\u03b2",
    c: "\u0441\u03f2",
    d: "\u0501",
    e: "\u0435\u03b5",
    h: "\u04bb\u043d\u03b7",
    i: "\u0456\u03b9",
    j: "\u0458\u03f3",
    k: "\u043a\u03ba",
    m: "\u043c\u03bc",
    n: "\u03bd",
    o: "\u043e\u03bf",
    p: "\u0440\u03c1",
    s: "\u0455",
    t: "\u0442\u03c4",
    v: "\u0475",
    w: "\u0461",
    x: "\u0445\u03c7",
    y: "\u0443\u04af\u03c5",
    z: "\u03b6",
  }).flatMap(([latin, twins]) => [...twins].map((twin) => [twin, latin])),
);
