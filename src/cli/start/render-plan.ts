import type { CatchUpLesson, CatchUpPlan, Expected } from "../../progress/index.ts";
import { formatDuration, plural } from "../../text/index.ts";
import { indent, wrapText } from "../screen/lines.ts";

/** A catch-up's plan for a person: what holds, what runs, and how long that takes. */
export function renderPlan(plan: CatchUpPlan, width: number): string {
  const gone = `${plan.missing} of them ${plan.missing === 1 ? "does" : "do"} not hold now`;
  const head = `${plan.lesson} builds on ${plural(plan.required.length, "lesson")}; ${plan.missing === 0 ? "all of it holds now" : gone}:`;
  const rows = plan.required.map((row) => renderRow(row, width));
  const total = plan.missing > 1 ? [wrapText(`Together: ${timeOf(plan.expected)}.`, width)] : [];
  return [wrapText(head, width), ...rows, ...total].join("\n");
}

function renderRow(row: CatchUpLesson, width: number): string {
  const mark = row.state === "holds" ? "[x]" : "[ ]";
  const texts = [`${row.lesson}  ${row.title}: ${stateOf(row)}`];
  if (row.state === "gone" && row.failing !== undefined) texts.push(`not true any more: ${row.failing}`);
  const body = texts.map((text) => indent(wrapText(text, width - 6), "      ")).join("\n");
  return `  ${mark} ${body.trimStart()}`;
}

function stateOf({ state, steps, of, expected }: CatchUpLesson): string {
  if (state === "holds") return "holds";
  const how = {
    "not begun": `not done here; runs ${plural(steps.length, "step")}`,
    begun: `left half-way; goes on at \`${steps[0] ?? "checkpoint"}\`, ${steps.length} of ${of} steps`,
    gone: `done before, and gone; runs ${plural(steps.length, "step")} again, but for what is true already`,
  }[state];
  return `${how}, ${timeOf(expected)}`;
}

/** How long, and how that is known. */
function timeOf({ ms, basis }: Expected): string {
  const time = formatDuration(ms);
  switch (basis) {
    case "measured":
      return `${time} last time`;
    case "estimated":
      return `about ${time} by its author, never run here`;
    case "mixed":
      return `about ${time}, partly measured, partly by its author`;
    case "unknown":
      return ms === 0 ? "time unknown" : `at least ${time}, the rest unknown`;
  }
}
