/** @import { Stuck } from "./contract.js" */

/**
 * What cannot be seen, or makes a text read other than it is, as on the terminal; joiners, which emoji and scripts are
 * made with, are left.
 */
const HIDDEN =
  /[\0-\x1F\x7F-\xA0\xAD\u061C\u115F\u1160\u17B4\u17B5\u180E\u2000-\u200B\u200E\u200F\u2028-\u202F\u205F-\u206F\u3000\u3164\uFEFF\uFFA0\uFFF9-\uFFFB\u{E0000}-\u{E007F}\p{Cs}]/gu;

/** More than this of one text is never shown: the page must stay readable whatever comes. */
const LONGEST_SHOWN = 600;

/**
 * Somebody else's text for reading: hidden characters are named in their place, as `<U+202E>`, and what is too long is cut.
 * @param {string} text
 */
export function show(text) {
  const short = text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}…` : text;
  return short.replace(HIDDEN, (character) => {
    const point = character.codePointAt(0) ?? 0;
    return `<U+${point.toString(16).toUpperCase().padStart(4, "0")}>`;
  });
}

/**
 * `1 learner`, `2 learners`
 * @param {number} count
 * @param {string} noun
 */
export function plural(count, noun) {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/**
 * A duration for a glance: `under 1 min`, `8 min`, `1 h 5 min`. Whole minutes, so that a row changes once in a minute.
 * @param {number} ms
 */
export function minutes(ms) {
  const whole = Math.floor(ms / 60_000);
  if (whole < 1) return "under 1 min";
  if (whole < 60) return `${whole} min`;
  const rest = whole % 60;
  return rest === 0 ? `${Math.floor(whole / 60)} h` : `${Math.floor(whole / 60)} h ${rest} min`;
}

/**
 * A duration to compare with others: `0.4 s`, `40 s`, `3 min`, `1 h 5 min`.
 * @param {number} ms
 */
export function usual(ms) {
  if (ms < 950) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 59_500) return `${Math.round(ms / 1000)} s`;
  return minutes(Math.round(ms / 60_000) * 60_000);
}

/**
 * The same in the width of a column: `40s`, `3m`, `2h`.
 * @param {number} ms
 */
export function tight(ms) {
  if (ms < 59_500) return `${Math.max(1, Math.round(ms / 1000))}s`;
  const whole = Math.round(ms / 60_000);
  return whole < 100 ? `${whole}m` : `${Math.round(whole / 60)}h`;
}

/** Verdicts of a step, as one says them. */
const VERDICTS = new Map([
  ["background-ended", "what runs in the background ended"],
  ["mismatch", "another output"],
  ["not-written", "a file was not written"],
  ["session-died", "the shell ended"],
  ["syntax-error", "a syntax error"],
  ["timeout", "out of time"],
  ["unproven", "not proven"],
  ["wrong-exit", "a wrong exit status"],
]);

/**
 * What went wrong, as the board names it → in words.
 * @param {string} diagnosis `check: wrong`, `check: diagnosis 2` or a verdict
 */
export function diagnosisWords(diagnosis) {
  const check = /^(.*): (wrong|broken|diagnosis \d+)$/s.exec(diagnosis);
  if (check !== null) return `check \`${show(check[1] ?? "")}\`: ${check[2]}`;
  return VERDICTS.get(diagnosis) ?? show(diagnosis);
}

/**
 * Why somebody is thought to be stuck.
 * @param {Stuck} stuck
 */
export function stuckWords(stuck) {
  switch (stuck.kind) {
    case "hand":
      return `hand up for ${minutes(stuck.sinceMs)}`;
    case "again":
      return `${plural(stuck.times, "time")} ${diagnosisWords(stuck.diagnosis)}`;
    case "slow":
      return `${minutes(stuck.ms)} here; half needed ${usual(stuck.usualMs)} or less`;
  }
}

/**
 * `lesson#step` → its parts.
 * @param {string} name
 */
export function partsOf(name) {
  const at = name.indexOf("#");
  return at === -1 ? { lesson: "", step: name } : { lesson: name.slice(0, at), step: name.slice(at + 1) };
}

/**
 * How old what is shown is: `4 s`, `2 min`.
 * @param {number} ms
 */
export function age(ms) {
  return ms < 120_000 ? `${Math.max(0, Math.floor(ms / 1000))} s` : minutes(ms);
}

/**
 * `09:41`, in the time of who reads.
 * @param {number} at epoch milliseconds
 */
export function clock(at) {
  const date = new Date(at);
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":");
}
