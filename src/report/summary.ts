import { formatPlace } from "../diagnostics/index.ts";
import type { RunSummary } from "../run/index.ts";
import { formatDuration, plural } from "../text/index.ts";
import type { Style } from "./style.ts";

/** The counts of a run in one line, after one line for each failure. */
export function renderSummary(summary: RunSummary, { chalk, clean }: Style): string {
  const { lessons, steps, passed, failed, skipped, interrupted, commands, asserted, durationMs } = summary;
  const count = lessons.passed + lessons.failed + lessons.skipped;
  const counts = [`${passed} passed`, failed > 0 ? chalk.red(`${failed} failed`) : "0 failed", `${skipped} skipped`];
  if (interrupted > 0) counts.push(`${interrupted} interrupted`);
  const left = summary.failures.filter(({ kind }) => kind === "cleanup").length;
  if (left > 0) counts.push(chalk.red(`${plural(left, "cleanup")} failed`));
  const failures = summary.failures.map(
    ({ lesson, step, place }) => `${chalk.red("failed")}  ${clean(`${formatPlace(place)}  ${lesson}#${step}`)}\n`,
  );
  const parts = [
    `${plural(count, "lesson")}, ${plural(steps, "step")}: ${counts.join(", ")}`,
    `asserted ${asserted} of ${plural(commands, "command")}`,
    formatDuration(durationMs),
  ];
  return `${failures.join("")}${parts.join(" · ")}\n`;
}
