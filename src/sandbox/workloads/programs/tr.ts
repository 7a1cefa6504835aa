import { Failure, type Program } from "../process.ts";
import { readOptions } from "./options.ts";

/** `tr`: bytes by bytes, as in the C locale. */
export const tr: Program = async (process) => {
  const options = readOptions(process.args, "dscCt", "", [
    "delete:d",
    "squeeze-repeats:s",
    "complement:c",
    "truncate-set1:t",
  ]);
  const [first, second] = options.rest;
  const isDelete = options.has("d");
  if (first === undefined) throw new Failure("missing operand");
  if (second === undefined && !isDelete && !options.has("s")) throw new Failure(`missing operand after '${first}'`);
  const isComplement = options.has("c", "C");
  const listed = bytesOf(first);
  const inFirst = new Set(listed);
  const from = isComplement
    ? Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => !inFirst.has(byte))
    : listed;
  const to = second === undefined ? [] : bytesOf(second, from.length);
  const map = Array.from({ length: 256 }, (_, byte) => byte);
  if (!isDelete && to.length > 0) {
    for (const [at, byte] of from.entries()) {
      if (at < to.length || !options.has("t")) map[byte] = to[Math.min(at, to.length - 1)] ?? byte;
    }
  }
  const removed = new Set(isDelete ? from : []);
  const squeezed = new Set(options.has("s") ? (second === undefined ? from : to) : []);
  let last = -1;
  for (let chunk = await process.stdin.read(); chunk; chunk = await process.stdin.read()) {
    const result = Buffer.alloc(chunk.length);
    let size = 0;
    for (const byte of chunk) {
      if (removed.has(byte)) continue;
      const next = map[byte] ?? byte;
      if (next === last && squeezed.has(next)) continue;
      last = next;
      result[size++] = next;
    }
    await process.stdout(result.subarray(0, size));
  }
  return 0;
};

const CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /[A-Za-z0-9]/,
  alpha: /[A-Za-z]/,
  blank: /[ \t]/,
  cntrl: /[\x00-\x1f\x7f]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t-\r]/,
  upper: /[A-Z]/,
  xdigit: /[0-9A-Fa-f]/,
};
const ESCAPES: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, "\\": 92 };
const PART = /\[:(\w+):\]|\[=(.)=\]|\[(\\?[\s\S])\*(\d*)\]|\\([0-7]{1,3}|[\s\S])|([\s\S])/gu;

/** The bytes that a set names; `[x*]` fills it up to `size`. */
function bytesOf(set: string, size = 0): number[] {
  const parts: { bytes: number[]; isSingle: boolean; fills: boolean }[] = [];
  for (const [whole, name, same, repeated, count, escaped, plain] of set.matchAll(PART)) {
    const single = (byte: number): void => void parts.push({ bytes: [byte], isSingle: true, fills: false });
    if (name !== undefined) {
      const pattern = CLASSES[name];
      if (!pattern) throw new Failure(`invalid character class '${name}'`);
      const bytes = Array.from({ length: 128 }, (_, byte) => byte).filter((byte) =>
        pattern.test(String.fromCharCode(byte)),
      );
      parts.push({ bytes, isSingle: false, fills: false });
    } else if (same !== undefined) single(same.charCodeAt(0));
    else if (repeated !== undefined) {
      const byte = repeated.length > 1 ? (ESCAPES[repeated[1] ?? ""] ?? 0) : repeated.charCodeAt(0);
      const times = count?.startsWith("0") ? Number.parseInt(count, 8) : Number(count ?? 0);
      parts.push({ bytes: Array.from({ length: times }, () => byte), isSingle: false, fills: times === 0 });
      if (times === 0) parts.at(-1)?.bytes.push(byte);
    } else if (escaped !== undefined)
      single(/^[0-7]/.test(escaped) ? Number.parseInt(escaped, 8) & 255 : (ESCAPES[escaped] ?? escaped.charCodeAt(0)));
    else for (const byte of Buffer.from(plain ?? whole)) single(byte);
  }
  const result: number[] = [];
  for (let at = 0; at < parts.length; at += 1) {
    const [one, dash, other] = parts.slice(at, at + 3);
    const [low, high] = [one?.bytes[0] ?? 0, other?.bytes[0] ?? 0];
    if (one?.isSingle && dash?.isSingle && dash.bytes[0] === 45 && other?.isSingle) {
      if (high < low)
        throw new Failure(
          `range-endpoints of '${String.fromCharCode(low, 45, high)}' are in reverse collating sequence order`,
        );
      for (let byte = low; byte <= high; byte += 1) result.push(byte);
      at += 2;
    } else if (one?.fills) {
      const rest = parts.slice(at + 1).reduce((sum, { bytes }) => sum + bytes.length, 0);
      while (result.length < size - rest) result.push(low);
    } else result.push(...(one?.bytes ?? []));
  }
  return result;
}
