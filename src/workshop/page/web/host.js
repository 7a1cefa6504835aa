/** @import { Action, Board, Debrief } from "./contract.js" */
import { EventReader } from "./sse.js";

/**
 * How the page stands with the host.
 * @typedef {{ readonly kind: "connecting" | "open" | "lost" } | { readonly kind: "refused", readonly why: string }} Link
 */

/** The host tells the board anew every 5 s: so long a silence is a connection that is cut. */
const SILENCE_MS = 14_000;
const RETRY_MS = /** @type {const} */ ([500, 15_000]);
const ANSWER_MS = 8_000;

/**
 * How long to wait before the next try: twice as long after each that failed, and never at the same moment as all others.
 * @param {number} failures 0 after the first
 * @param {number} random from 0 to 1
 */
export function waitAfter(failures, random) {
  return Math.min(RETRY_MS[1], RETRY_MS[0] * 2 ** failures) * (0.5 + random / 2);
}

/** The host, as the page speaks with it. */
export class Host {
  #key;
  #onBoard;
  #onLink;
  #failures = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retry;

  /**
   * @param {string} key
   * @param {(board: Board) => void} onBoard
   * @param {(link: Link) => void} onLink
   */
  constructor(key, onBoard, onLink) {
    this.#key = key;
    this.#onBoard = onBoard;
    this.#onLink = onLink;
    addEventListener("online", () => this.#again());
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#again());
  }

  /** Follow the board from here on, through every cut. */
  async follow() {
    this.#retry = undefined;
    const cut = new AbortController();
    let silence = setTimeout(() => cut.abort(), SILENCE_MS);
    try {
      const response = await fetch("/v1/board/stream", {
        headers: this.#headers(),
        cache: "no-store",
        signal: cut.signal,
      });
      if (response.status === 401 || response.status === 403) {
        this.#onLink({ kind: "refused", why: await reasonOf(response) });
        return;
      }
      if (!response.ok || response.body === null) throw new Error(`status ${response.status}`);
      const [reader, events, decoder] = [response.body.getReader(), new EventReader(), new TextDecoder()];
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        clearTimeout(silence);
        silence = setTimeout(() => cut.abort(), SILENCE_MS);
        // Of several that came at once only the last is news: each is the whole board.
        const last = events.read(decoder.decode(part.value, { stream: true })).findLast(({ type }) => type === "board");
        if (last === undefined) continue;
        this.#failures = 0;
        this.#onLink({ kind: "open" });
        this.#onBoard(JSON.parse(last.data));
      }
    } catch {
      // A cut, whatever caused it: tried again below.
    } finally {
      clearTimeout(silence);
    }
    this.#onLink({ kind: "lost" });
    this.#retry = setTimeout(() => void this.follow(), waitAfter(this.#failures, Math.random()));
    this.#failures += 1;
  }

  /**
   * Do something in the class. Throws an Error whose message is for the instructor.
   * @param {Action} action
   */
  async act(action) {
    const body = JSON.stringify({ v: 1, action });
    await this.#ask("/v1/actions", {
      method: "POST",
      body,
      headers: this.#headers({ "content-type": "application/json" }),
    });
  }

  /**
   * Which steps cost most; throws an Error whose message is for the instructor.
   * @returns {Promise<Debrief>}
   */
  async debrief() {
    const response = await this.#ask("/v1/debrief", { headers: this.#headers(), cache: "no-store" });
    return response.json();
  }

  /**
   * @param {string} path
   * @param {RequestInit} init
   */
  async #ask(path, init) {
    const response = await fetch(path, { ...init, signal: AbortSignal.timeout(ANSWER_MS) }).catch(() => {
      throw new Error("The class cannot be reached; nothing was done. Try again when it is.");
    });
    if (!response.ok) throw new Error(await reasonOf(response));
    return response;
  }

  #again() {
    if (this.#retry === undefined) return;
    clearTimeout(this.#retry);
    void this.follow();
  }

  /** @param {Record<string, string>} more */
  #headers(more = {}) {
    return { authorization: `Bearer ${this.#key}`, ...more };
  }
}

/** @param {Response} response */
async function reasonOf(response) {
  const body = await response.json().catch(() => undefined);
  return typeof body?.message === "string" ? body.message : `The class said no (${response.status}).`;
}
