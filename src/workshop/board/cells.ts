import type { Done, Progress, StepName } from "./progress.ts";

const CELLS: Readonly<Record<Done["how"], string>> = { passed: "p", true: "t", solved: "s", skipped: "k" };

/**
 * A learner's row of the grid, one character for each step: `p` passed, `t` held already, `s` solved by us, `k` skipped,
 * `f` failed so far, `.` not yet.
 */
export function cellsOf({ done, failures }: Progress, steps: readonly StepName[]): string {
  return steps
    .map((step) => {
      const how = done[step]?.how;
      return how === undefined ? (failures[step] === undefined ? "." : "f") : CELLS[how];
    })
    .join("");
}
