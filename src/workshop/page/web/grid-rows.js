/** @import { Board } from "./contract.js" */
/** @import { Column } from "./columns.js" */
/** @import { Cell } from "./view.js" */
import { make, setAttribute, setText } from "./dom.js";
import { stayers } from "./order.js";
import { cellView, rowView } from "./view.js";

/**
 * A learner's row on the page, and what it shows: compared before anything is touched.
 * @typedef {object} Row
 * @property {HTMLTableRowElement} element
 * @property {HTMLButtonElement} button
 * @property {HTMLElement} name
 * @property {HTMLElement} why
 * @property {HTMLTableCellElement[]} cells
 * @property {string} shown
 * @property {string} cellsShown
 */

/** The learners of the grid: patched, never built anew, so that focus, selection and scrolling outlive every update. */
export class GridRows {
  #body;
  /** @type {Map<number, Row>} */
  #rows = new Map();
  /** @type {readonly number[]} */
  #order = [];

  /** @param {HTMLTableSectionElement} body */
  constructor(body) {
    this.#body = body;
  }

  /** The learners' numbers, from top to bottom. */
  get order() {
    return this.#order;
  }

  /**
   * The element of a learner's row that takes the focus in a column; -1 for the name.
   * @param {number} number
   * @param {number} column
   */
  target(number, column) {
    const row = this.#rows.get(number);
    return column < 0 ? row?.button : row?.cells[column];
  }

  /**
   * @param {Board} board
   * @param {readonly Column[]} columns
   * @param {HTMLElement} scroller
   */
  update(board, columns, scroller) {
    const titles = new Map(board.steps.map(({ step, title }) => [step, title]));
    const places = new Map(board.steps.map(({ step }, index) => [step, index]));
    const layout = columns.map(({ key }) => key).join("\n");
    for (const row of board.rows) {
      let shown = this.#rows.get(row.number);
      if (shown === undefined) {
        shown = newRow(row.number);
        this.#rows.set(row.number, shown);
      }
      patchName(shown, rowView(row, titles));
      const at = row.step === undefined ? -1 : (places.get(row.step) ?? -1);
      const cellsShown = `${row.cells} ${at} ${layout}`;
      if (shown.cellsShown === cellsShown) continue;
      shown.cellsShown = cellsShown;
      patchCells(
        shown,
        columns.map((column) => cellView(row, column, at)),
      );
    }
    this.#arrange(
      board.rows.map(({ number }) => number),
      scroller,
    );
  }

  /**
   * @param {readonly number[]} order
   * @param {HTMLElement} scroller
   */
  #arrange(order, scroller) {
    const gone = new Set(this.#order);
    for (const number of order) gone.delete(number);
    for (const number of gone) {
      this.#rows.get(number)?.element.remove();
      this.#rows.delete(number);
    }
    if (order.length === this.#order.length && order.every((one, index) => one === this.#order[index])) return;
    const focused = this.#order.find((one) => this.#rows.get(one)?.element.contains(document.activeElement));
    const held = focused === undefined ? undefined : this.#rows.get(focused)?.element;
    const top = held?.offsetTop ?? 0;
    const stay = stayers(this.#order, order, focused);
    let next = null;
    for (const number of order.toReversed()) {
      const element = /** @type {Row} */ (this.#rows.get(number)).element;
      if (!stay.has(number)) this.#body.insertBefore(element, next);
      next = element;
    }
    this.#order = order;
    // Who reads a row keeps it before their eyes, wherever it went.
    if (held !== undefined) scroller.scrollTop += held.offsetTop - top;
  }
}

/**
 * @param {number} number
 * @returns {Row}
 */
function newRow(number) {
  const name = make("bdi");
  const why = make("span", { class: "why" });
  const button = make("button", { type: "button", tabindex: "-1", "data-learner": String(number) }, name, " ", why);
  const element = make("tr", { "data-row": String(number) }, make("th", { scope: "row" }, button));
  return { element, button, name, why, cells: [], shown: "", cellsShown: "" };
}

/**
 * @param {Row} row
 * @param {ReturnType<typeof rowView>} view
 */
function patchName(row, view) {
  const shown = JSON.stringify(view);
  if (row.shown === shown) return;
  row.shown = shown;
  setText(row.name, view.handle);
  const isStuck = view.why.length > 0;
  setText(row.why, isStuck ? view.why.join(" · ") : view.place);
  setAttribute(row.button, "title", isStuck ? view.place : undefined);
  setAttribute(row.element, "class", view.hasHand ? "hand stuck" : isStuck ? "stuck" : undefined);
}

/**
 * @param {Row} row
 * @param {readonly Cell[]} cells
 */
function patchCells(row, cells) {
  for (const extra of row.cells.splice(cells.length)) extra.remove();
  for (const [index, cell] of cells.entries()) {
    let element = row.cells[index];
    if (element === undefined) {
      element = make("td");
      row.cells.push(element);
      row.element.append(element);
    }
    patchCell(element, cell);
  }
}

/**
 * The words are the cell's text; what is seen instead is drawn by the style sheet, from its class or its short form.
 * @param {HTMLElement} element
 * @param {Cell} cell
 */
export function patchCell(element, { words, short, sign }) {
  setText(element, words);
  setAttribute(element, "class", sign === "" ? undefined : sign);
  setAttribute(element, "data-short", short === "" ? undefined : short);
}
