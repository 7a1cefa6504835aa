import type { BlockOutput } from "../shell/index.ts";

/** Characters of an output that an event carries; the whole of it went by as `output` events. */
const EXCERPT_LENGTH = 32 * 1024;

/** Head and tail of an output, bounded, with one line in between that says what is missing. */
export function excerpt(output: BlockOutput): string {
  const half = EXCERPT_LENGTH / 2;
  if (output.elidedBytes === 0 && output.head.length <= EXCERPT_LENGTH) return output.head;
  const end = output.elidedBytes === 0 ? output.head : output.tail;
  return `${output.head.slice(0, half)}\n[... cut here, ${output.totalBytes} bytes in all ...]\n${end.slice(-half)}`;
}
