import { readFileSync } from "node:fs";
import type { BlockOutput } from "../shell/index.ts";

/** The most that is read back to be compared, in bytes. Past it the comparison is refused, never guessed. */
const COMPARE_LIMIT_BYTES = 16 * 1024 * 1024;

export type FullOutput =
  | { readonly kind: "text"; readonly text: string }
  /** Why the output cannot be compared; a mismatch, since what was not seen was not asserted. */
  | { readonly kind: "refused"; readonly reason: string };

/**
 * All that a block printed. What was elided in memory is read back from the spill file: head and tail alone could make
 * a `...` or a `not` true that is false, so an expectation never sees less than everything.
 */
export function fullOutput(output: BlockOutput): FullOutput {
  if (output.totalBytes > COMPARE_LIMIT_BYTES) {
    return refused(`it has ${output.totalBytes} bytes, of which at most ${COMPARE_LIMIT_BYTES} can be compared`);
  }
  if (output.spillPath === undefined) return refused(`${output.elidedBytes} bytes of it were not kept`);
  try {
    const bytes = readFileSync(output.spillPath);
    if (bytes.length !== output.totalBytes) {
      return refused(`${bytes.length} of its ${output.totalBytes} bytes were kept in \`${output.spillPath}\``);
    }
    return { kind: "text", text: bytes.toString("utf8") };
  } catch (error) {
    return refused(`\`${output.spillPath}\` cannot be read back: ${error instanceof Error ? error.message : error}`);
  }
}

function refused(reason: string): FullOutput {
  return { kind: "refused", reason: `the output was not compared: ${reason}` };
}
