/** @import { Board, BoardRow } from "./contract.js" */
/** @import { Column } from "./columns.js" */
import { CELLS } from "./contract.js";
import { minutes, partsOf, plural, show, stuckWords, tight, usual } from "./words.js";

/**
 * What a cell of the grid shows: `words` for who listens, `short` for who looks (a sign is drawn where it is empty).
 * @typedef {{ readonly words: string, readonly short: string, readonly sign: string }} Cell
 */

/**
 * A learner's row, ready to be shown.
 * @typedef {object} RowView
 * @property {number} number
 * @property {string} handle
 * @property {readonly string[]} why reasons to be thought stuck; none for who is not
 * @property {boolean} hasHand
 * @property {string} place where the learner is, and for how long
 */

/** Without news for so long while a lesson is open, the learner may be away or offline. */
const QUIET_MS = 10 * 60_000;

/**
 * @param {BoardRow} row
 * @param {ReadonlyMap<string, string>} titles by the step's name
 * @returns {RowView}
 */
export function rowView(row, titles) {
  const { number, handle, stuck } = row;
  const hasHand = stuck.some(({ kind }) => kind === "hand");
  return { number, handle: show(handle), why: stuck.map(stuckWords), hasHand, place: placeOf(row, titles) };
}

/**
 * @param {BoardRow} row
 * @param {ReadonlyMap<string, string>} titles
 */
function placeOf({ step, ms, isOpen, sinceSeenMs, done }, titles) {
  if (step === undefined) return done > 0 ? "at the end" : "has not begun";
  const title = show(titles.get(step) ?? partsOf(step).step);
  if (!isOpen) return `away, at “${title}”`;
  const quiet = sinceSeenMs >= QUIET_MS ? `; last heard of ${minutes(sinceSeenMs)} ago` : "";
  return `${ms === undefined ? "" : `${minutes(ms)} at `}“${title}”${quiet}`;
}

/**
 * @param {BoardRow} row
 * @param {Column} column
 * @param {number} at the place of the learner's step on the board; -1 for none
 * @returns {Cell}
 */
export function cellView({ cells }, { step, from, to }, at) {
  const isHere = at >= from && at < to;
  const here = isHere ? " here" : "";
  if (step === undefined) {
    const part = cells.slice(from, to);
    const done = part.length - part.replaceAll(/[ptsk]/g, "").length;
    const words = `${done} of ${to - from} done${isHere ? ", here" : ""}`;
    const sign = done === to - from ? "all" : done === 0 ? "none" : "some";
    return { words, short: `${done}/${to - from}`, sign: `folded ${sign}${here}` };
  }
  const code = cells[from] ?? ".";
  const { words, sign } = CELLS[/** @type {keyof typeof CELLS} */ (code in CELLS ? code : ".")];
  if (!isHere) return { words, short: "", sign };
  return { words: code === "." ? "here" : `here, ${words}`, short: "", sign: `${sign} here` };
}

/** The rows over the learners: what each says of a column. */
export const FACTS = /** @type {const} */ (["step", "done", "here", "median"]);

/**
 * @param {(typeof FACTS)[number]} fact
 * @param {Column} column
 * @param {Board} board
 * @returns {Cell}
 */
export function factView(fact, { step, from, to, lesson }, { steps, rows, state }) {
  const part = steps.slice(from, to);
  switch (fact) {
    case "step": {
      if (step === undefined) return { words: plural(to - from, "step"), short: String(to - from), sign: "folded" };
      const isGated = state.gated.includes(step.step);
      const isClass = state.step === step.step;
      const words = [show(step.title), ...(isGated ? ["gated"] : []), ...(isClass ? ["the class is here"] : [])];
      const number = from - steps.findIndex((one) => one.lesson === lesson) + 1;
      return {
        words: words.join(", "),
        short: `${number}`,
        sign: `${isGated ? "gated" : ""} ${isClass ? "class" : ""}`.trim(),
      };
    }
    case "done": {
      const done = step?.done ?? rows.filter(({ cells }) => !/[.f]/.test(cells.slice(from, to))).length;
      return { words: `${done} done`, short: String(done), sign: done === 0 ? "zero" : "" };
    }
    case "here": {
      const here = part.reduce((sum, one) => sum + one.here, 0);
      return { words: `${here} here`, short: here === 0 ? "·" : String(here), sign: here === 0 ? "zero" : "crowd" };
    }
    case "median": {
      if (step?.medianMs === undefined) return { words: "no time yet", short: "·", sign: "zero" };
      return { words: `median ${usual(step.medianMs)}`, short: tight(step.medianMs), sign: "" };
    }
  }
}

/**
 * How the class is, in numbers.
 * @param {Board} board
 */
export function countsOf({ rows, hands }) {
  return {
    learners: rows.length,
    hands: hands.length,
    stuck: rows.filter(({ stuck }) => stuck.length > 0).length,
  };
}
