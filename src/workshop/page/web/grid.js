/** @import { Board } from "./contract.js" */
/** @import { Column, Group } from "./columns.js" */
import { groupsOf, lessonOfClass } from "./columns.js";
import { byId, setAttribute } from "./dom.js";
import { GridHead } from "./grid-head.js";
import { moveIn } from "./grid-keys.js";
import { GridRows } from "./grid-rows.js";

/**
 * @typedef {object} GridHost
 * @property {(number: number) => void} onLearner a learner was chosen
 * @property {(step: string) => void} onStep a step was chosen
 */

/** Learners × steps. One cell is in the page's Tab order; arrow keys lead from cell to cell. */
export class Grid {
  #table = byId("grid", HTMLTableElement);
  #scroller = byId("grid-scroll", HTMLElement);
  #rows = new GridRows(/** @type {HTMLTableSectionElement} */ (this.#table.tBodies[0]));
  #head = new GridHead(/** @type {HTMLTableSectionElement} */ (this.#table.tHead), byId("grid-columns", HTMLElement));
  #host;
  /** @type {Set<string>} */
  #open = new Set();
  /** The instructor chose which lessons are open: from then on nobody else does. */
  #isChosen = false;
  /** @type {readonly Group[]} */
  #groups = [];
  /** @type {readonly Column[]} */
  #columns = [];
  /** @type {Board | undefined} */
  #board;
  /** The cell in the Tab order: a row of the head or a learner, and a column; -1 is the name. */
  #place = {
    head: /** @type {number | undefined} */ (1),
    learner: /** @type {number | undefined} */ (undefined),
    column: "",
  };
  /** Somebody went to a cell of their own choice; until then the first learner is looked at, whoever that is. */
  #isPlaced = false;
  /** @type {HTMLElement | undefined} */
  #tabbed;

  /** @param {GridHost} host */
  constructor(host) {
    this.#host = host;
    this.#table.addEventListener("keydown", (event) => this.#key(event));
    this.#table.addEventListener("click", (event) => this.#click(event));
    this.#table.addEventListener("focusin", ({ target }) => this.#focused(target));
  }

  /** The learner whose row is looked at. */
  get learner() {
    return this.#place.learner;
  }

  /** The step whose column is looked at. */
  get step() {
    return this.#columns.find(({ key }) => key === this.#place.column)?.step?.step;
  }

  /** @param {Board} board */
  update(board) {
    const first = this.#board === undefined;
    this.#board = board;
    const hasFocus = this.#table.contains(document.activeElement);
    const lesson = lessonOfClass(board) ?? board.steps[0]?.lesson;
    if (!this.#isChosen && lesson !== undefined && !this.#open.has(lesson) && (first || !hasFocus)) {
      this.#open = new Set([lesson]);
    }
    this.#draw(board);
  }

  focus() {
    this.#tabbed?.focus();
  }

  /** @param {Board} board */
  #draw(board) {
    const hadFocus = this.#tabbed !== undefined && document.activeElement === this.#tabbed;
    this.#groups = groupsOf(board.steps, this.#open);
    this.#columns = this.#groups.flatMap(({ columns }) => columns);
    this.#head.update(board, this.#groups);
    this.#rows.update(board, this.#columns, this.#scroller);
    this.#settle(hadFocus);
  }

  /**
   * The place that is in the Tab order must be there, whatever went away.
   * @param {boolean} hadFocus
   */
  #settle(hadFocus) {
    if (!this.#isPlaced && !hadFocus) this.#place = { head: undefined, learner: this.#rows.order[0], column: "" };
    const { learner, column } = this.#place;
    if (learner !== undefined && !this.#rows.order.includes(learner))
      this.#place = { ...this.#place, learner: undefined, head: 1 };
    if (column !== "" && !this.#columns.some(({ key }) => key === column)) {
      const lesson = this.#board?.steps.find(({ step }) => step === column)?.lesson ?? column.replace("lesson ", "");
      const near = this.#columns.find((one) => one.lesson === lesson);
      this.#place = { ...this.#place, column: near?.key ?? "" };
    }
    const target = this.#targetOf(this.#place);
    if (target === this.#tabbed || target === undefined) return;
    this.#tab(target);
    if (hadFocus) target.focus({ preventScroll: true });
  }

  /** @param {{ readonly head: number | undefined, readonly learner: number | undefined, readonly column: string }} place */
  #targetOf({ head, learner, column }) {
    const at = this.#columns.findIndex(({ key }) => key === column);
    return learner === undefined ? this.#head.target(head ?? 1, at) : this.#rows.target(learner, at);
  }

  /** @param {HTMLElement} target */
  #tab(target) {
    if (this.#tabbed !== undefined)
      setAttribute(this.#tabbed, "tabindex", this.#tabbed instanceof HTMLButtonElement ? "-1" : undefined);
    this.#tabbed = target;
    setAttribute(target, "tabindex", "0");
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    if (event.altKey || event.metaKey) return;
    if ((event.key === "Enter" || event.key === " ") && event.target instanceof HTMLTableCellElement) {
      event.preventDefault();
      if (this.#place.learner !== undefined) this.#host.onLearner(this.#place.learner);
      return;
    }
    const rows = [...Array.from({ length: this.#head.rows }, (_, index) => -1 - index), ...this.#rows.order];
    const columns = ["", ...this.#columns.map(({ key }) => key)];
    const { head, learner, column } = this.#place;
    const from = { row: rows.indexOf(learner ?? -1 - (head ?? 1)), column: columns.indexOf(column) };
    const isLessons = (/** @type {number} */ row) => row === 0;
    const to = moveIn(event, from, { rows: rows.length, columns: columns.length });
    if (to === undefined) return;
    event.preventDefault();
    // A lesson's name stands over all its columns: one press goes to the next lesson.
    if (isLessons(to.row) && to.row === from.row) {
      const here = this.#targetOf(this.#place);
      const step = Math.sign(to.column - from.column);
      while (
        step !== 0 &&
        to.column + step >= 0 &&
        to.column + step < columns.length &&
        this.#head.target(0, to.column - 1) === here
      )
        to.column += step;
    }
    const row = rows[to.row] ?? -1;
    this.#go({
      head: row < 0 ? -1 - row : undefined,
      learner: row < 0 ? undefined : row,
      column: columns[to.column] ?? "",
    });
  }

  /** @param {{ head: number | undefined, learner: number | undefined, column: string }} place */
  #go(place) {
    const target = this.#targetOf(place);
    if (target === undefined) return;
    this.#place = place;
    this.#isPlaced = true;
    this.#tab(target);
    target.focus({ preventScroll: true });
    (target.closest("th, td") ?? target).scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  /** @param {EventTarget | null} target */
  #focused(target) {
    if (!(target instanceof HTMLElement) || target === this.#tabbed) return;
    this.#placeAt(target);
  }

  /** @param {HTMLElement} target */
  #placeAt(target) {
    const cell = target.closest("th, td");
    const row = cell?.closest("tr");
    if (!(cell instanceof HTMLTableCellElement) || !(row instanceof HTMLTableRowElement)) return undefined;
    const learner = row.dataset.row === undefined ? undefined : Number(row.dataset.row);
    const head = learner === undefined ? row.sectionRowIndex : undefined;
    const at =
      head === 0 ? this.#columns.findIndex((_, index) => this.#head.target(0, index) === target) : cell.cellIndex - 1;
    this.#place = { head, learner, column: this.#columns[at]?.key ?? "" };
    this.#isPlaced = true;
    const found = this.#targetOf(this.#place);
    if (found !== undefined) this.#tab(found);
    return found;
  }

  /** @param {MouseEvent} event */
  #click({ target }) {
    if (!(target instanceof HTMLElement)) return;
    const button = target.closest("button");
    const found = this.#placeAt(button ?? target);
    if (button === null) found?.focus({ preventScroll: true });
    else if (button.dataset.lesson !== undefined) this.#toggle(button.dataset.lesson);
    else if (button.dataset.step !== undefined) this.#host.onStep(button.dataset.step);
    else if (button.dataset.learner !== undefined) this.#host.onLearner(Number(button.dataset.learner));
  }

  /** @param {string} lesson */
  #toggle(lesson) {
    this.#isChosen = true;
    if (!this.#open.delete(lesson)) this.#open.add(lesson);
    if (this.#board === undefined) return;
    this.#draw(this.#board);
    const button = this.#table.querySelector(`button[data-lesson="${CSS.escape(lesson)}"]`);
    if (button instanceof HTMLElement) button.focus();
  }
}
