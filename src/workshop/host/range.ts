import type { IncomingHttpHeaders } from "node:http";

/** Which bytes are sent, both ends included. */
interface ByteRange {
  readonly start: number;
  readonly end: number;
  /** Not all of them because they were asked for; all of them because nobody asked. */
  readonly isPart: boolean;
}

/**
 * The bytes that a request asks for (RFC 9110, section 14): one range; several, or one of another file, are answered by the
 * whole, as the standard allows. Undefined where there is no such byte.
 */
export function rangeOf(headers: IncomingHttpHeaders, size: number, etag: string): ByteRange | undefined {
  const whole = { start: 0, end: size - 1, isPart: false };
  const [, first = "", last = ""] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(headers.range ?? "") ?? [];
  if (first === "" && last === "") return whole;
  if (headers["if-range"] !== undefined && headers["if-range"] !== etag) return whole;
  if (first !== "" && last !== "" && Number(first) > Number(last)) return whole;
  const start = first === "" ? Math.max(0, size - Number(last)) : Number(first);
  const end = first === "" || last === "" ? size - 1 : Math.min(Number(last), size - 1);
  return start > end ? undefined : { start, end, isPart: true };
}
