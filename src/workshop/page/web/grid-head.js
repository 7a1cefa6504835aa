/** @import { Board } from "./contract.js" */
/** @import { Column, Group } from "./columns.js" */
import { make, setAttribute } from "./dom.js";
import { patchCell } from "./grid-rows.js";
import { FACTS, factView } from "./view.js";
import { show } from "./words.js";

const LABELS = { step: "Step", done: "Done", here: "Here now", median: "Median time" };

/** The rows over the learners: lessons, steps, and what is known of each step. */
export class GridHead {
  #head;
  #columnsElement;
  #layout = "";
  /** @type {HTMLElement[][]} */
  #targets = [];

  /**
   * @param {HTMLTableSectionElement} head
   * @param {HTMLElement} columnsElement the table's `colgroup`
   */
  constructor(head, columnsElement) {
    this.#head = head;
    this.#columnsElement = columnsElement;
  }

  /** How many rows it has. */
  get rows() {
    return this.#targets.length;
  }

  /**
   * What takes the focus in a row and a column; -1 for the row's label.
   * @param {number} row
   * @param {number} column
   */
  target(row, column) {
    return this.#targets[row]?.[column + 1];
  }

  /**
   * @param {Board} board
   * @param {readonly Group[]} groups
   */
  update(board, groups) {
    const columns = groups.flatMap((group) => group.columns);
    const layout = JSON.stringify(groups.map(({ lesson, isOpen, columns: { length } }) => [lesson, isOpen, length]));
    if (layout !== this.#layout) {
      this.#layout = layout;
      this.#build(groups, columns);
    }
    for (const [index, fact] of FACTS.entries())
      for (const [place, column] of columns.entries()) {
        const target = this.target(index + 1, place);
        if (target === undefined) continue;
        const cell = factView(fact, column, board);
        patchCell(target, cell);
        if (fact === "step" && column.step !== undefined) {
          setAttribute(target, "title", cell.words);
          setAttribute(target, "data-step", column.step.step);
        }
      }
  }

  /**
   * @param {readonly Group[]} groups
   * @param {readonly Column[]} columns
   */
  #build(groups, columns) {
    const label = (/** @type {string} */ text) => make("th", { scope: "row" }, text);
    const lessons = groups.map(newLesson);
    const lessonTargets = groups.flatMap(({ columns: { length } }, index) =>
      Array.from({ length }, () => /** @type {HTMLElement} */ (lessons[index]?.firstElementChild)),
    );
    const lessonLabel = label("Lesson");
    const rows = [make("tr", { class: "lessons" }, lessonLabel, ...lessons)];
    this.#targets = [[lessonLabel, ...lessonTargets]];
    for (const fact of FACTS) {
      const first = label(LABELS[fact]);
      const cells = columns.map(({ step }) => {
        const cell = make(fact === "step" ? "th" : "td", fact === "step" ? { scope: "col" } : {});
        if (fact === "step" && step !== undefined) cell.append(make("button", { type: "button", tabindex: "-1" }));
        return cell;
      });
      this.#targets.push([first, ...cells.map((cell) => /** @type {HTMLElement} */ (cell.firstElementChild ?? cell))]);
      rows.push(make("tr", { class: fact }, first, ...cells));
    }
    this.#head.replaceChildren(...rows);
    this.#columnsElement.replaceChildren(
      make("col", { class: "name" }),
      ...columns.map(({ step }) => make("col", { class: step === undefined ? "folded" : "step" })),
    );
    const folded = columns.filter(({ step }) => step === undefined).length;
    const table = /** @type {HTMLElement} */ (this.#head.closest("table"));
    table.style.setProperty("--folded", String(folded));
    table.style.setProperty("--steps", String(columns.length - folded));
  }
}

/**
 * A folded lesson has no room for more than what tells it from the others.
 * @param {Group} group
 */
function newLesson({ lesson, isOpen, columns }) {
  const name = show(lesson);
  const button = make(
    "button",
    {
      type: "button",
      tabindex: "-1",
      "data-lesson": lesson,
      "aria-expanded": String(isOpen),
      "aria-label": name,
      title: name,
    },
    make("bdi", {}, isOpen ? name : name.replace(/^lesson-/, "")),
  );
  return make("th", { scope: "colgroup", colspan: String(columns.length) }, button);
}
