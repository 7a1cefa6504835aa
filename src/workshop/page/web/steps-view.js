/** @import { Board, BoardStep } from "./contract.js" */
import { byId, keepChildren, make, setAttribute, setText } from "./dom.js";
import { diagnosisWords, plural, show, usual } from "./words.js";

/** Every step with what is known of it, in words. */
export class StepsView {
  #body = byId("steps-body", HTMLElement);
  /** @type {Map<string, HTMLTableRowElement>} */
  #rows = new Map();

  /** @param {(step: string) => void} onStep */
  constructor(onStep) {
    this.#body.addEventListener("click", ({ target }) => {
      const step = target instanceof Element ? target.closest("button")?.dataset.step : undefined;
      if (step !== undefined) onStep(step);
    });
  }

  /** @param {Board} board */
  update({ steps, state }) {
    const keys = steps.map(({ step }) => step);
    keepChildren(this.#body, this.#rows, keys, (step) => {
      const button = make("button", { type: "button", "data-step": step, class: "link" });
      const cells = Array.from({ length: 5 }, () => make("td"));
      return make("tr", {}, make("th", { scope: "row" }, button), ...cells);
    });
    for (const step of steps) {
      const row = this.#rows.get(step.step);
      const isGated = state.gated.includes(step.step);
      setAttribute(/** @type {Element} */ (row), "class", isGated ? "gated" : undefined);
      const gate = [isGated ? "gated" : "open", ...(state.step === step.step ? ["the class is here"] : [])].join(", ");
      const texts = [`${show(step.lesson)} · ${show(step.title)}`, ...factsOf(step), gate];
      for (const [index, text] of texts.entries()) {
        const cell = row?.children[index];
        if (cell !== undefined) setText(cell.firstElementChild ?? cell, text);
      }
    }
  }
}

/** @param {BoardStep} step */
function factsOf({ done, here, medianMs, commonest }) {
  return [
    String(done),
    String(here),
    medianMs === undefined ? "–" : usual(medianMs),
    commonest === undefined ? "–" : `${diagnosisWords(commonest.diagnosis)} (${plural(commonest.learners, "learner")})`,
  ];
}
