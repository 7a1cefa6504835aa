/** @import { Board, BoardRow, Stuck } from "./contract.js" */
import { CELLS } from "./contract.js";
import { show, stuckWords } from "./words.js";

/**
 * Something that came: `who` is somebody's handle, the rest our own words.
 * @typedef {object} Change
 * @property {string | undefined} who
 * @property {string} what
 * @property {"hand" | "stuck" | "class" | undefined} kind what is worth to be said aloud
 */

/**
 * What changed from one board to the next, in words.
 * @param {Board} before
 * @param {Board} after
 * @returns {Change[]}
 */
export function changesBetween(before, after) {
  return [...changesOfClass(before, after), ...changesOfLearners(before, after)];
}

/**
 * @param {Board} before
 * @param {Board} after
 * @returns {Change[]}
 */
function changesOfClass({ state: was }, { state: is, steps }) {
  /** @type {(name: string) => string} */
  const title = (name) => show(steps.find(({ step }) => step === name)?.title ?? name);
  /** @type {(what: string) => Change} */
  const change = (what) => ({ who: undefined, what, kind: "class" });
  return [
    ...is.gated.filter((step) => !was.gated.includes(step)).map((step) => change(`“${title(step)}” is gated`)),
    ...was.gated.filter((step) => !is.gated.includes(step)).map((step) => change(`“${title(step)}” is open`)),
    ...(is.step !== undefined && is.step !== was.step ? [change(`the class is at “${title(is.step)}”`)] : []),
    ...(is.closed && !was.closed ? [change("the class is closed")] : []),
  ];
}

/**
 * @param {Board} before
 * @param {Board} after
 * @returns {Change[]}
 */
function changesOfLearners(before, after) {
  const known = new Map(before.rows.map((row) => [row.number, row]));
  const there = new Set(after.rows.map(({ number }) => number));
  const titles = after.steps.map(({ title }) => title);
  return [
    ...after.rows.flatMap((row) => {
      const was = known.get(row.number);
      if (was === undefined) return [{ who: row.handle, what: "joins", kind: undefined }];
      return [...stuckChanges(was, row), ...stepChanges(was, row, titles)];
    }),
    ...before.rows
      .filter(({ number }) => !there.has(number))
      .map(({ handle }) => ({ who: handle, what: "leaves", kind: undefined })),
  ];
}

/**
 * @param {BoardRow} was
 * @param {BoardRow} is
 * @returns {Change[]}
 */
function stuckChanges(was, is) {
  const before = new Set(was.stuck.map(signOf));
  const after = new Set(is.stuck.map(signOf));
  /** @type {Change[]} */
  const changes = is.stuck
    .filter((one) => !before.has(signOf(one)))
    .map((one) =>
      one.kind === "hand"
        ? { who: is.handle, what: "raises a hand", kind: "hand" }
        : { who: is.handle, what: `is stuck: ${stuckWords(one)}`, kind: "stuck" },
    );
  if (before.has("hand") && !after.has("hand"))
    changes.push({ who: is.handle, what: "has no hand up", kind: undefined });
  return changes;
}

/** @param {Stuck} stuck */
function signOf(stuck) {
  return stuck.kind === "again" ? `again ${stuck.diagnosis}` : stuck.kind;
}

/**
 * @param {BoardRow} was
 * @param {BoardRow} is
 * @param {readonly string[]} titles
 * @returns {Change[]}
 */
function stepChanges(was, is, titles) {
  if (was.cells === is.cells) return [];
  return [...is.cells].flatMap((cell, index) => {
    if (cell === was.cells[index] || !(cell in CELLS) || cell === ".") return [];
    const { words } = CELLS[/** @type {keyof typeof CELLS} */ (cell)];
    return [{ who: is.handle, what: `“${show(titles[index] ?? "")}”: ${words}`, kind: undefined }];
  });
}
