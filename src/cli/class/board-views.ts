import { columnsOf, formatDuration, plural, showHidden } from "../../text/index.ts";
import type { Board, BoardRow, BoardStep, Debrief, DebriefStep } from "../../workshop/index.ts";
import { indent, item, wrapText } from "../screen/lines.ts";
import { WORDS } from "./instructor-words.ts";
import { describeDone, describeStuck } from "./words.ts";

/** A list, one thing after the other, each behind its mark; `none` where there is nothing. */
function list(rows: readonly (readonly [mark: string, text: string])[], none: string, width: number): string {
  if (rows.length === 0) return `${wrapText(none, width)}\n`;
  const marks = Math.max(...rows.map(([mark]) => columnsOf(mark)));
  return rows.map(([mark, text]) => `${item(" ".repeat(marks - columnsOf(mark)) + mark, text, width)}\n`).join("");
}

/** Who is where, the stuck first. */
export function showWho({ rows, steps }: Board, width: number): string {
  const text = ({ handle, step, ms, isOpen, sinceSeenMs, done, stuck }: BoardRow): string => {
    const at = step === undefined ? "at no step" : `at ${showHidden(step)}`;
    const since = ms === undefined ? "" : ` for ${formatDuration(ms)}`;
    const away = isOpen ? "" : `, no lesson open (last heard of ${formatDuration(sinceSeenMs)} ago)`;
    const why = stuck.length === 0 ? "" : ` STUCK: ${stuck.map(describeStuck).join("; ")}.`;
    return `${showHidden(handle)}: ${at}${since}${away}; ${done} of ${steps.length} done.${why}`;
  };
  return list(
    rows.map((row) => [String(row.number), text(row)]),
    "Nobody is in the class.",
    width,
  );
}

/** The steps that somebody came to, or that the instructor made something of, in the course's order. */
export function showSteps({ rows, steps, state }: Board, width: number): string {
  const text = (one: BoardStep): string => {
    const usual = one.medianMs === undefined ? "" : `, half of them within ${formatDuration(one.medianMs)}`;
    const wrong =
      one.commonest === undefined
        ? ""
        : ` Commonest: ${showHidden(one.commonest.diagnosis)} (${plural(one.commonest.learners, "learner")}).`;
    const marks = [
      ...(state.gated.includes(one.step) ? [" GATED."] : []),
      ...(state.step === one.step ? [" The class is here."] : []),
    ];
    return `${showHidden(one.step)}: ${one.here} here, ${one.done} of ${rows.length} done${usual}.${marks.join("")}${wrong}`;
  };
  const told = steps.filter(({ step, here, done, commonest }) => {
    return here + done > 0 || commonest !== undefined || state.gated.includes(step) || state.step === step;
  });
  return list(
    told.map((one) => ["-", text(one)]),
    `Nobody has begun with any of the ${plural(steps.length, "step")}.`,
    width,
  );
}

/** Who asks for help: who asked first comes first. */
export function showHands({ hands }: Board, width: number): string {
  return list(
    hands.map(({ number, handle, sinceMs, step }) => {
      const at = step === undefined ? "" : `, at ${showHidden(step)}`;
      return [String(number), `${showHidden(handle)} asked ${formatDuration(sinceMs)} ago${at}.`];
    }),
    "No hand is raised.",
    width,
  );
}

/** So many steps are worth a word at the end of a day. */
const DEAREST = 10;

/** Which steps cost most, and what went wrong there. */
export function showDebrief({ title, learners, steps }: Debrief, width: number): string {
  const total = steps.reduce((sum, { totalMs }) => sum + totalMs, 0);
  if (steps.length === 0) return `${wrapText(`\`${showHidden(title)}\`: nobody has begun with a step.`, width)}\n`;
  const head = `\`${showHidden(title)}\`: ${plural(learners, "learner")}, ${formatDuration(total)} at ${plural(steps.length, "step")} together. What cost most:`;
  const rest =
    steps.length > DEAREST ? `and ${plural(steps.length - DEAREST, "step")} more (\`--json\` has all).\n` : "";
  const dearest = steps.slice(0, DEAREST).map((one, index) => [`${index + 1}.`, describeCost(one)] as const);
  return `${wrapText(head, width)}\n${list(dearest, "", width)}${rest}`;
}

function describeCost(step: DebriefStep): string {
  const usual =
    step.medianMs === undefined
      ? ""
      : `; half needed ${formatDuration(step.medianMs)} or less, three of four ${formatDuration(step.upperMs ?? 0)}`;
  const also = [
    ...(step.solved > 0 ? [`${step.solved} solved by the lesson`] : []),
    ...(step.skipped > 0 ? [`${step.skipped} left out`] : []),
    ...(step.hints > 0 ? [`${plural(step.hints, "hint")} read`] : []),
    ...(step.hands > 0 ? [`${plural(step.hands, "hand")} raised`] : []),
  ];
  const wrong = step.diagnoses
    .slice(0, 3)
    .map((one) => ` ${showHidden(one.diagnosis)}: ${plural(one.learners, "learner")}, ${plural(one.times, "time")}.`);
  const names = (step.names ?? [])
    .slice(0, 3)
    .map(({ handle, ms, how }) => `${showHidden(handle)} ${formatDuration(ms)} (${describeDone(how)})`);
  const whom = names.length === 0 ? "" : ` Longest: ${names.join(", ")}.`;
  return `${showHidden(step.step)} (${showHidden(step.title)}): ${formatDuration(step.totalMs)}; ${step.done} done${usual}${also.map((one) => `, ${one}`).join("")}.${wrong.join("")}${whom}`;
}

/** The instructor's words. */
export function showWords(width: number): string {
  return Object.entries(WORDS)
    .map(([word, { takes, about }]) => wrapText(`${word}${takes === "" ? "" : ` ${takes}`}: ${about}`, width - 4))
    .map((text) => `${indent(text, "    ").trimStart()}\n`)
    .join("");
}
