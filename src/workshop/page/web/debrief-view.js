/** @import { Debrief } from "./contract.js" */
import { byId, make, setText } from "./dom.js";
import { diagnosisWords, plural, show, usual } from "./words.js";

/**
 * Which steps cost the class most, without names.
 * @param {Debrief} debrief
 */
export function showDebrief({ title, learners, steps }) {
  const used = steps.filter(
    ({ done, totalMs, diagnoses, skipped, solved }) => done + totalMs + diagnoses.length + skipped + solved > 0,
  );
  setText(
    byId("debrief-about", HTMLElement),
    `${show(title)}: ${plural(learners, "learner")}, ${used.length} of ${plural(steps.length, "step")} begun. The steps that cost most come first.`,
  );
  byId("debrief-body", HTMLElement).replaceChildren(
    ...used.map((step) => {
      const { totalMs, medianMs, upperMs, done, solved, skipped, hints, hands } = step;
      const wrong = step.diagnoses.map(
        ({ diagnosis, learners: had, times }) =>
          `${diagnosisWords(diagnosis)}: ${plural(had, "learner")}, ${plural(times, "time")}`,
      );
      const numbers = [
        usual(totalMs),
        medianMs === undefined ? "–" : usual(medianMs),
        upperMs === undefined ? "–" : usual(upperMs),
        ...[done, solved, skipped, hints, hands].map(String),
      ];
      return make(
        "tr",
        {},
        make("th", { scope: "row" }, `${show(step.title)} `, make("small", {}, show(step.step))),
        ...numbers.map((number) => make("td", { class: "number" }, number)),
        make("td", {}, wrong.length === 0 ? "–" : make("ul", {}, ...wrong.map((one) => make("li", {}, one)))),
      );
    }),
  );
}
