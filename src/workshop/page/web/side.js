/** @import { Board, Hand } from "./contract.js" */
/** @import { Change } from "./changes.js" */
import { byId, keepChildren, make, setText } from "./dom.js";
import { clock, minutes, plural, show } from "./words.js";

/** Of what came the page keeps so much. */
const LOG_LINES = 200;

/** The raised hands, who asked first on top. */
export class HandsQueue {
  #list = byId("hands", HTMLElement);
  #none = byId("no-hands", HTMLElement);
  #heading = byId("hands-heading", HTMLElement);
  /** @type {Map<string, HTMLLIElement>} */
  #items = new Map();

  /**
   * @param {(number: number) => void} onHelped
   * @param {(number: number) => void} onNudge
   */
  constructor(onHelped, onNudge) {
    this.#list.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest("button") : null;
      const number = Number(button?.closest("li")?.dataset.learner);
      if (button === null || !Number.isInteger(number)) return;
      if (button.className === "helped") onHelped(number);
      else onNudge(number);
    });
  }

  /** Lead the keyboard to who waits longest, or to the place where nobody does. */
  focus() {
    (this.#list.querySelector("button") ?? this.#heading).focus();
  }

  /** @param {Board} board */
  update({ hands, steps }) {
    const hadFocus = this.#list.contains(document.activeElement);
    const titles = new Map(steps.map(({ step, title }) => [step, title]));
    keepChildren(
      this.#list,
      this.#items,
      hands.map(({ number }) => String(number)),
      newHand,
    );
    for (const hand of hands) patchHand(this.#items.get(String(hand.number)), hand, titles.get(hand.step ?? ""));
    setText(this.#heading, hands.length === 0 ? "Raised hands" : `Raised hands: ${hands.length}`);
    this.#none.hidden = hands.length > 0;
    if (hadFocus && !this.#list.contains(document.activeElement)) this.focus();
  }
}

/** @param {string} number */
function newHand(number) {
  return make(
    "li",
    { "data-learner": number },
    make("p", {}, make("bdi", { id: `hand-${number}` }), " ", make("span", { class: "since" })),
    make("p", { class: "at" }),
    make("button", { type: "button", class: "helped", "aria-describedby": `hand-${number}` }, "Helped"),
    " ",
    make("button", { type: "button", class: "nudge", "aria-describedby": `hand-${number}` }, "Nudge…"),
  );
}

/**
 * @param {HTMLLIElement | undefined} item
 * @param {Hand} hand
 * @param {string | undefined} title
 */
function patchHand(item, { handle, sinceMs, step }, title) {
  const [name, since, at] = item?.querySelectorAll("bdi, .since, .at") ?? [];
  if (name === undefined || since === undefined || at === undefined) return;
  setText(name, show(handle));
  setText(since, `for ${minutes(sinceMs)}`);
  setText(at, step === undefined ? "" : `at “${show(title ?? step)}”`);
}

/** What came, the newest on top. */
export class Log {
  #list = byId("log", HTMLElement);

  /**
   * @param {readonly Change[]} changes
   * @param {number} now epoch milliseconds
   */
  add(changes, now) {
    if (changes.length === 0) return;
    const time = clock(now);
    const lines = changes
      .slice(-LOG_LINES)
      .map(({ who, what, kind }) =>
        make(
          "li",
          kind === undefined ? {} : { class: kind },
          make("time", {}, time),
          " ",
          ...(who === undefined ? [] : [make("bdi", {}, show(who)), " "]),
          what,
        ),
      );
    const left = changes.length - lines.length;
    if (left > 0) lines.unshift(make("li", {}, `${plural(left, "more change")} at ${time}`));
    this.#list.prepend(...lines.reverse());
    while (this.#list.childElementCount > LOG_LINES) this.#list.lastElementChild?.remove();
  }
}
