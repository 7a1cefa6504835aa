import { Failure } from "../process.ts";

const MASKS: Readonly<Record<string, number>> = { a: 0o777, g: 0o070, o: 0o007, u: 0o700 };
const BITS: Readonly<Record<string, number>> = { r: 0o444, s: 0, w: 0o222, x: 0o111 };

/** A file's mode after `chmod MODE`: octal, or clauses like `u+x,go-w,a=rX`. Throws a `Failure` for what is no mode. */
export function applyMode(text: string, mode: number, isDirectory: boolean): number {
  if (/^[0-7]{1,4}$/.test(text)) return Number.parseInt(text, 8);
  let result = mode;
  for (const clause of text.split(",")) {
    const match = /^([ugoa]*)((?:[-+=][rwxXstugo]*)+)$/.exec(clause);
    if (!match) throw new Failure(`invalid mode: '${text}'`);
    const [, who = "", actions = ""] = match;
    const mask = [...(who || "a")].reduce((sum, one) => sum | (MASKS[one] ?? 0), 0);
    for (const [, sign = "", letters = ""] of actions.matchAll(/([-+=])([rwxXstugo]*)/g)) {
      const bits = [...letters].reduce((sum, one) => sum | bitsOf(one, result, isDirectory), 0) & mask;
      const sticky =
        (letters.includes("t") ? 0o1000 : 0) |
        (letters.includes("s") ? (mask & 0o700 ? 0o4000 : 0) | (mask & 0o070 ? 0o2000 : 0) : 0);
      if (sign === "+") result |= bits | sticky;
      else if (sign === "-") result &= ~(bits | sticky);
      else result = (result & ~mask) | bits;
    }
  }
  return result;
}

function bitsOf(letter: string, mode: number, isDirectory: boolean): number {
  if (letter === "X") return isDirectory || (mode & 0o111) !== 0 ? 0o111 : 0;
  const shift = { u: 6, g: 3, o: 0 }[letter];
  return shift === undefined ? (BITS[letter] ?? 0) : ((mode >> shift) & 7) * 0o111;
}
