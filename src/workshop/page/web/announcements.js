/** @import { Change } from "./changes.js" */
import { plural, show } from "./words.js";

/** A screen reader is told at most this many changes one by one; more are counted. */
const MOST = 3;

/**
 * Changes that came together → what is said of them; undefined where nothing of it is worth saying.
 * @param {readonly Change[]} changes
 * @returns {string | undefined}
 */
export function sayTogether(changes) {
  const worth = changes.filter(({ kind }) => kind !== undefined);
  if (worth.length === 0) return undefined;
  if (worth.length <= MOST) return worth.map(sentence).join(" ");
  const hands = worth.filter(({ kind }) => kind === "hand").length;
  const stuck = worth.filter(({ kind }) => kind === "stuck").length;
  return [
    ...worth.filter(({ kind }) => kind === "class").map(sentence),
    ...(hands > 0 ? [`${plural(hands, "more hand")} up.`] : []),
    ...(stuck > 0 ? [`${plural(stuck, "more learner")} stuck.`] : []),
  ].join(" ");
}

/** @param {Change} change */
function sentence({ who, what }) {
  const text = who === undefined ? what : `${show(who)} ${what}`;
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}

/** Says what changed, politely, and no more often than every few seconds: what comes between is said together. */
export class Announcer {
  #region;
  #everyMs;
  /** @type {Change[]} */
  #waiting = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {{ textContent: string | null }} region a live region
   * @param {number} everyMs
   */
  constructor(region, everyMs) {
    this.#region = region;
    this.#everyMs = everyMs;
  }

  /** @param {readonly Change[]} changes */
  tell(changes) {
    this.#waiting.push(...changes.filter(({ kind }) => kind !== undefined));
    if (this.#timer === undefined) this.#say();
  }

  #say() {
    this.#timer = undefined;
    const text = sayTogether(this.#waiting);
    if (text === undefined) return;
    this.#waiting = [];
    this.#region.textContent = text;
    this.#timer = setTimeout(() => this.#say(), this.#everyMs);
  }
}
