import { formatDuration, plural, showHidden } from "../../text/index.ts";
import type { ClassEvent, Notice, Stuck } from "../../workshop/index.ts";

/** `2026-11-23 09:41:07`, in this machine's time. */
export function clockTime(at: number): string {
  const date = new Date(at);
  const two = (value: number): string => String(value).padStart(2, "0");
  const day = [date.getFullYear(), two(date.getMonth() + 1), two(date.getDate())].join("-");
  return `${day} ${[date.getHours(), date.getMinutes(), date.getSeconds()].map(two).join(":")}`;
}

/** How a step was left behind; undefined: it was not. */
export function describeDone(how: string | undefined): string {
  if (how === undefined) return "not done";
  return { passed: "passed", true: "held already", solved: "solved by the lesson", skipped: "left out" }[how] ?? how;
}

const ENDS: Readonly<Record<string, string>> = {
  pass: "passed",
  "already-true": "held already",
  "solved-by-us": "was solved by the lesson",
  skipped: "was left out",
  interrupted: "was interrupted",
};

/** An event, in words: all that there is in it. Ids are other people's texts, so nothing in them stays hidden. */
export function describeEvent(event: ClassEvent): string {
  switch (event.type) {
    case "open":
      return `opens ${stepOf(event)}`;
    case "step-start":
      return `begins ${stepOf(event)}`;
    case "check-end":
      return `${stepOf(event)}: check \`${showHidden(event.check)}\` is ${event.verdict}${event.diagnosis === undefined ? "" : ` (diagnosis ${event.diagnosis})`}`;
    case "step-end": {
      const why = event.check === undefined ? "" : ` \`${showHidden(event.check)}\``;
      return `${stepOf(event)} ${ENDS[event.verdict] ?? `did not pass: ${event.verdict}${why}`} (${formatDuration(event.ms)})`;
    }
    case "hint":
      return `reads hint ${event.tier} of ${stepOf(event)}`;
    case "hand":
      return event.raised ? "raises a hand" : "lowers the hand";
    case "close":
      return "leaves the lesson";
    case "follow":
      return `${event.agreed ? "comes" : "does not come"} to the class at ${stepOf(event)}`;
    case "gap":
      return "an event was lost on the learner's disk";
  }
}

/** What a learner, or everybody, is told; the sentence goes on from who. */
export function describeNotice(notice: Notice): string {
  switch (notice.type) {
    case "announce":
      return `is told: ${showHidden(notice.text)}`;
    case "nudge":
      return notice.hint === undefined
        ? `is told: ${showHidden(notice.text ?? "")}`
        : `is given hint ${notice.hint} of ${showHidden(notice.step ?? "")}`;
    case "gate":
      return `waits before ${showHidden(notice.step)}`;
    case "ungate":
      return `may go on to ${showHidden(notice.step)}`;
    case "catch-up":
      return `is asked to come to ${showHidden(notice.step)}`;
    case "helped":
      return "was helped";
    case "close":
      return "is told that the class is closed";
  }
}

/** Why somebody seems to be stuck. */
export function describeStuck(stuck: Stuck): string {
  switch (stuck.kind) {
    case "hand":
      return "a hand is raised";
    case "again":
      return `${plural(stuck.times, "time")} ${showHidden(stuck.diagnosis)}`;
    case "slow":
      return `there for ${formatDuration(stuck.ms)}; half of the class needed ${formatDuration(stuck.usualMs)} or less`;
  }
}

function stepOf({ lesson, step }: { readonly lesson: string; readonly step: string }): string {
  return showHidden(`${lesson}#${step}`);
}
