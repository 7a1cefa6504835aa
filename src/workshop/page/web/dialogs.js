/** @import { Action, Board } from "./contract.js" */
import { LONGEST_TEXT } from "./contract.js";
import { byId, make, setText } from "./dom.js";
import { diagnosisWords, plural, show, stuckWords, usual } from "./words.js";

/**
 * @typedef {object} DialogHost
 * @property {() => Board | undefined} board as it is now
 * @property {(action: Action, done: string) => Promise<void>} act throws an Error that says why not
 * @property {() => void} lost the focus has nowhere to return to
 */

/** A handle in the middle of other text, so that its direction stays its own. */
const isolate = (/** @type {string} */ text) => `\u2068${show(text)}\u2069`;

/** What the instructor does, each in a dialog: announce, nudge, a step, close the class. */
export class Dialogs {
  #host;
  #announceText = byId("announce-text", HTMLTextAreaElement);
  #nudgeLearner = byId("nudge-learner", HTMLSelectElement);
  #nudgeText = byId("nudge-text", HTMLTextAreaElement);
  #nudgeOwn = byId("nudge-own", HTMLInputElement);
  #stepName = byId("step-name", HTMLSelectElement);
  /** The step whose hints the dialog offers. */
  #nudgeStep = /** @type {string | undefined} */ (undefined);

  /** @param {DialogHost} host */
  constructor(host) {
    this.#host = host;
    for (const text of [this.#announceText, this.#nudgeText]) {
      text.maxLength = LONGEST_TEXT;
      text.addEventListener("keydown", ({ key, ctrlKey, metaKey }) => {
        if (key === "Enter" && (ctrlKey || metaKey)) text.form?.requestSubmit();
      });
    }
    for (const dialog of document.querySelectorAll("dialog")) {
      dialog.addEventListener("close", () => document.activeElement === document.body && host.lost());
      for (const button of dialog.querySelectorAll("button[data-close]"))
        button.addEventListener("click", () => dialog.close());
    }
    this.#nudgeLearner.addEventListener("change", () => this.#offerHints());
    this.#nudgeText.addEventListener("input", () => {
      this.#nudgeOwn.checked = true;
    });
    this.#stepName.addEventListener("change", () => this.#describeStep());
    this.#onSubmit("announce", () => this.#announce());
    this.#onSubmit("nudge", () => this.#nudge());
    this.#onSubmit("step", (by) => this.#step(by));
    this.#onSubmit("close", async () => {
      await this.#host.act({ type: "close" }, "The class is closed.");
    });
  }

  announce() {
    open("announce");
  }

  /** @param {number | undefined} learner */
  nudge(learner) {
    const rows = this.#host.board()?.rows ?? [];
    this.#nudgeLearner.replaceChildren(
      ...rows.map(({ number, handle, stuck }) => {
        const why = stuck.map(stuckWords).join(" · ");
        return make("option", { value: String(number) }, `${isolate(handle)}${why === "" ? "" : `: ${why}`}`);
      }),
    );
    const chosen = rows.find(({ number }) => number === learner) ?? rows[0];
    if (chosen !== undefined) this.#nudgeLearner.value = String(chosen.number);
    this.#nudgeText.value = "";
    this.#offerHints();
    open("nudge");
  }

  /**
   * @param {string | undefined} step
   * @param {"gate" | "catch-up"} first what the focus is on
   */
  step(step, first) {
    const { steps = [], state } = this.#host.board() ?? {};
    const lessons = new Map(steps.map(({ lesson }) => [lesson, make("optgroup", { label: show(lesson) })]));
    for (const { step: name, title, lesson } of steps)
      lessons.get(lesson)?.append(make("option", { value: name }, show(title)));
    this.#stepName.replaceChildren(...lessons.values());
    const chosen = [step, state?.step].find((name) => steps.some((one) => one.step === name)) ?? busiest(steps);
    if (chosen !== undefined) this.#stepName.value = chosen;
    this.#describeStep();
    open("step");
    byId(first === "gate" ? "step-gate" : "step-catch-up", HTMLButtonElement).focus();
  }

  close() {
    open("close");
  }

  help() {
    open("help");
  }

  async #announce() {
    const text = oneLine(this.#announceText.value);
    if (text === "") throw new Error("There is nothing to say yet.");
    await this.#host.act({ type: "announce", text }, `Said to all: ${text}`);
    this.#announceText.value = "";
  }

  #offerHints() {
    const board = this.#host.board();
    const row = board?.rows.find(({ number }) => number === Number(this.#nudgeLearner.value));
    const step = board?.steps.find((one) => one.step === row?.step);
    this.#nudgeStep = row?.step;
    setText(byId("nudge-where", HTMLElement), step === undefined ? "At no step now." : `At “${show(step.title)}”.`);
    const hints = Array.from({ length: step?.hints ?? 0 }, (_, index) => {
      const title = show(step?.hintTitles[index] ?? "");
      const name = `Hint ${index + 1}${title === "" ? "" : `: ${title}`}`;
      const input = make("input", { type: "radio", name: "nudge", value: String(index + 1) });
      return make("label", { class: "choice" }, input, make("span", {}, name));
    });
    byId("nudge-hints", HTMLElement).replaceChildren(...hints);
    const first = hints[Math.min(row?.hints ?? 0, hints.length - 1)]?.querySelector("input");
    if (first instanceof HTMLInputElement) first.checked = true;
    else this.#nudgeOwn.checked = true;
  }

  async #nudge() {
    const learner = Number(this.#nudgeLearner.value);
    const row = this.#host.board()?.rows.find(({ number }) => number === learner);
    if (row === undefined) throw new Error("This learner is not in the class any more.");
    const done = `Said to ${isolate(row.handle)}: `;
    const hint = Number(new FormData(byId("nudge-form", HTMLFormElement)).get("nudge"));
    const text = oneLine(this.#nudgeText.value);
    if (hint > 0) {
      if (row.step !== this.#nudgeStep) {
        this.#offerHints();
        throw new Error("The learner has gone on meanwhile: these are the hints of the new step.");
      }
      await this.#host.act({ type: "nudge", learner, hint }, `${done}hint ${hint}`);
    } else {
      if (text === "") throw new Error("There is nothing to say yet.");
      await this.#host.act({ type: "nudge", learner, text }, `${done}${text}`);
    }
  }

  #describeStep() {
    const { steps = [], state, rows = [] } = this.#host.board() ?? {};
    const step = steps.find((one) => one.step === this.#stepName.value);
    const isGated = step !== undefined && (state?.gated.includes(step.step) ?? false);
    const facts =
      step === undefined
        ? []
        : [
            `${step.done} of ${plural(rows.length, "learner")} done, ${step.here} here`,
            step.medianMs === undefined ? "no time yet" : `half needed ${usual(step.medianMs)} or less`,
            ...(step.commonest === undefined
              ? []
              : [
                  `most often wrong: ${diagnosisWords(step.commonest.diagnosis)} (${plural(step.commonest.learners, "learner")})`,
                ]),
            isGated ? "gated: nobody goes on to it" : "open",
          ];
    byId("step-facts", HTMLElement).replaceChildren(...facts.map((fact) => make("li", {}, fact)));
    setText(byId("step-gate", HTMLElement), isGated ? "Open the gate" : "Gate this step");
  }

  /** @param {string} by the button's id */
  async #step(by) {
    const { steps = [], state } = this.#host.board() ?? {};
    const step = steps.find((one) => one.step === this.#stepName.value);
    if (step === undefined) throw new Error("There is no step to choose.");
    const title = `“${show(step.title)}”`;
    if (by === "step-catch-up")
      await this.#host.act({ type: "catch-up", step: step.step }, `Everyone behind is asked to come to ${title}.`);
    else if (state?.gated.includes(step.step))
      await this.#host.act({ type: "ungate", step: step.step }, `${title} is open.`);
    else await this.#host.act({ type: "gate", step: step.step }, `${title} is gated.`);
  }

  /**
   * @param {string} name
   * @param {(by: string) => Promise<void>} work
   */
  #onSubmit(name, work) {
    const form = byId(`${name}-form`, HTMLFormElement);
    const error = byId(`${name}-error`, HTMLElement);
    const dialog = byId(name, HTMLDialogElement);
    dialog.addEventListener("close", () => setText(error, ""));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const by = event.submitter?.id ?? "";
      if (form.ariaBusy === "true") return;
      form.ariaBusy = "true";
      setText(error, "");
      void work(by)
        .then(() => dialog.close())
        .catch((cause) => setText(error, cause instanceof Error ? cause.message : String(cause)))
        .finally(() => {
          form.ariaBusy = null;
        });
    });
  }
}

/** @param {string} name */
function open(name) {
  const dialog = byId(name, HTMLDialogElement);
  if (!dialog.open) dialog.showModal();
}

/**
 * As the host takes a text: one line, without control characters.
 * @param {string} text
 */
function oneLine(text) {
  return text.replaceAll(/[\p{Cc}\s]+/gu, " ").trim();
}

/** @param {Board["steps"]} steps */
function busiest(steps) {
  return steps.toSorted((a, b) => b.here - a.here)[0]?.step;
}
