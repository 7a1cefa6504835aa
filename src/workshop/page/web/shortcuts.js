const KEPT = "learn-istio.shortcuts";

/** Single keys that do something, and a switch for who speaks to their machine or hits keys by chance (WCAG 2.1.4). */
export class Shortcuts {
  #on;
  #keys;
  #buttons;

  /**
   * @param {Readonly<Record<string, () => void>>} keys
   * @param {HTMLInputElement} toggle
   */
  constructor(keys, toggle) {
    this.#keys = keys;
    this.#on = readKept() !== "off";
    this.#buttons = [...document.querySelectorAll("button[data-key]")];
    toggle.checked = this.#on;
    toggle.addEventListener("change", () => {
      this.#on = toggle.checked;
      keep(this.#on ? "on" : "off");
      this.#mark();
    });
    document.addEventListener("keydown", (event) => this.#key(event));
    this.#mark();
  }

  #mark() {
    document.body.classList.toggle("shortcuts-off", !this.#on);
    for (const button of this.#buttons) {
      if (this.#on) button.setAttribute("aria-keyshortcuts", button.getAttribute("data-key") ?? "");
      else button.removeAttribute("aria-keyshortcuts");
    }
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { key, ctrlKey, altKey, metaKey, repeat, target } = event;
    if (!this.#on || ctrlKey || altKey || metaKey || repeat || event.isComposing) return;
    if (target instanceof Element && target.closest("input, textarea, select, [contenteditable], dialog") !== null)
      return;
    const work = Object.hasOwn(this.#keys, key) ? this.#keys[key] : undefined;
    if (work === undefined) return;
    event.preventDefault();
    work();
  }
}

function readKept() {
  try {
    return localStorage.getItem(KEPT);
  } catch {
    return null;
  }
}

/** @param {string} value */
function keep(value) {
  try {
    localStorage.setItem(KEPT, value);
  } catch {
    // A browser that keeps nothing: the choice holds for this page.
  }
}
