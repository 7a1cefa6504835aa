/** @import { Board, BoardStep } from "./contract.js" */

/**
 * A column of the grid: a step, or a lesson that is folded into one.
 * @typedef {object} Column
 * @property {string} key
 * @property {string} lesson
 * @property {BoardStep | undefined} step
 * @property {number} from the first of its steps, by its place on the board
 * @property {number} to the place after the last one
 */

/**
 * A lesson over its columns.
 * @typedef {object} Group
 * @property {string} lesson
 * @property {boolean} isOpen
 * @property {readonly Column[]} columns
 */

/**
 * The board's steps by lesson, the lessons that are not open folded into one column each.
 * @param {readonly BoardStep[]} steps
 * @param {ReadonlySet<string>} open
 * @returns {Group[]}
 */
export function groupsOf(steps, open) {
  /** @type {Group[]} */
  const groups = [];
  for (let from = 0; from < steps.length; ) {
    const lesson = steps[from]?.lesson ?? "";
    const after = steps.findIndex((step, index) => index > from && step.lesson !== lesson);
    const to = after === -1 ? steps.length : after;
    const isOpen = open.has(lesson);
    const columns = isOpen
      ? steps.slice(from, to).map((step, index) => ({
          key: step.step,
          lesson,
          step,
          from: from + index,
          to: from + index + 1,
        }))
      : [{ key: `lesson ${lesson}`, lesson, step: undefined, from, to }];
    groups.push({ lesson, isOpen, columns });
    from = to;
  }
  return groups;
}

/**
 * The lesson that the class is in: where the instructor said it is, else where most learners are; undefined before anybody is anywhere.
 * @param {Board} board
 * @returns {string | undefined}
 */
export function lessonOfClass({ state, steps }) {
  const said = steps.find(({ step }) => step === state.step)?.lesson;
  if (said !== undefined) return said;
  /** @type {Map<string, number>} */
  const here = new Map();
  for (const step of steps) here.set(step.lesson, (here.get(step.lesson) ?? 0) + step.here);
  const [first] = [...here].sort(([, a], [, b]) => b - a);
  return first !== undefined && first[1] > 0 ? first[0] : undefined;
}
