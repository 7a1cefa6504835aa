/**
 * What the host tells the page. The types of the host's own `Board` must fit these: a test compares them.
 *
 * @typedef {{ readonly kind: "hand", readonly sinceMs: number }
 *   | { readonly kind: "again", readonly diagnosis: string, readonly times: number }
 *   | { readonly kind: "slow", readonly ms: number, readonly usualMs: number }} Stuck
 *
 * @typedef {object} BoardRow
 * @property {number} number
 * @property {string} handle
 * @property {string | undefined} [step] `lesson#step`, where the learner is
 * @property {number | undefined} [ms] time at the step; undefined while no lesson is open
 * @property {number} sinceSeenMs
 * @property {boolean} isOpen
 * @property {number} done
 * @property {number} helped
 * @property {number} hints
 * @property {readonly Stuck[]} stuck
 * @property {string} cells one character for each step, as in CELLS
 *
 * @typedef {object} BoardStep
 * @property {string} step
 * @property {string} title
 * @property {string} lesson
 * @property {number} hints
 * @property {readonly string[]} hintTitles
 * @property {number} here
 * @property {number} done
 * @property {number | undefined} [medianMs]
 * @property {{ readonly diagnosis: string, readonly learners: number } | undefined} [commonest]
 *
 * @typedef {object} Hand
 * @property {number} number
 * @property {string} handle
 * @property {number} sinceMs
 * @property {string | undefined} [step]
 *
 * @typedef {object} Board
 * @property {string} title
 * @property {{ readonly gated: readonly string[], readonly step?: string | undefined, readonly closed: boolean }} state
 * @property {readonly Hand[]} hands
 * @property {readonly BoardRow[]} rows
 * @property {readonly BoardStep[]} steps
 *
 * @typedef {object} DebriefStep
 * @property {string} step
 * @property {string} title
 * @property {number} done
 * @property {number | undefined} [medianMs]
 * @property {number | undefined} [upperMs]
 * @property {number} totalMs
 * @property {number} solved
 * @property {number} skipped
 * @property {number} hints
 * @property {number} hands
 * @property {readonly { readonly diagnosis: string, readonly learners: number, readonly times: number }[]} diagnoses
 *
 * @typedef {object} Debrief
 * @property {string} title
 * @property {number} learners
 * @property {readonly DebriefStep[]} steps
 *
 * @typedef {{ readonly type: "announce", readonly text: string }
 *   | { readonly type: "nudge", readonly learner: number, readonly hint?: number, readonly text?: string }
 *   | { readonly type: "gate" | "ungate" | "catch-up", readonly step: string }
 *   | { readonly type: "helped", readonly learner: number }
 *   | { readonly type: "close" }} Action
 */

/** The characters of `BoardRow.cells`: what each is called, and the class that gives it its sign and colour. */
export const CELLS = /** @type {const} */ ({
  ".": { words: "not yet", sign: "not-yet" },
  p: { words: "passed", sign: "passed" },
  t: { words: "held already", sign: "held" },
  s: { words: "solved by the lesson", sign: "solved" },
  k: { words: "skipped", sign: "skipped" },
  f: { words: "failed so far", sign: "failed" },
});

/** The longest text that an instructor can send, in characters (UTF-16 units), as the host takes it. */
export const LONGEST_TEXT = 500;
