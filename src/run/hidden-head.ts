import type { Place } from "../diagnostics/index.ts";

/** What stands before a block that the page does not show, wherever one is about to run. */
export function hiddenHead({ line }: Place): string {
  return `hidden block, from the lesson's source line ${line}:`;
}
