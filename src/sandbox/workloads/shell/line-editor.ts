/** A line that is being typed: the keys that edit it, and what the screen is sent so that it shows the same. Pure but for its state. */
export class LineEditor {
  readonly #history: string[] = [];
  #chars: string[] = [];
  #cursor = 0;
  /** How far back in history the line is; 0 for the one that is being typed, which is kept as `#draft`. */
  #recalled = 0;
  #draft = "";

  get isEmpty(): boolean {
    return this.#chars.length === 0;
  }

  /** What the screen shows of it, with the cursor where it is. */
  get shown(): string {
    return this.#chars.join("") + back(this.#chars.slice(this.#cursor));
  }

  /** Takes a key; gives what the screen is sent. Keys that mean nothing here are ignored. */
  press(key: string): string {
    const act = Object.hasOwn(ACTS, key) ? ACTS[key] : undefined;
    if (act) return act(this);
    return /^[\x00-\x1f\x7f]/.test(key) ? "" : this.#insert(key);
  }

  /** The line is done, and remembered. */
  take(): string {
    const line = this.#chars.join("");
    if (line.trim() !== "" && line !== this.#history[0]) this.#history.unshift(line);
    this.clear();
    return line;
  }

  clear(): void {
    this.#chars = [];
    this.#cursor = 0;
    this.#recalled = 0;
  }

  #insert(key: string): string {
    const rest = this.#chars.slice(this.#cursor);
    this.#chars.splice(this.#cursor, 0, key);
    this.#cursor += 1;
    return key + rest.join("") + back(rest);
  }

  /** Goes to a place in the line. */
  move(to: (cursor: number, end: number) => number): string {
    const end = this.#chars.length;
    const next = Math.max(0, Math.min(to(this.#cursor, end), end));
    const sent =
      next < this.#cursor
        ? back(this.#chars.slice(next, this.#cursor))
        : this.#chars.slice(this.#cursor, next).join("");
    this.#cursor = next;
    return sent;
  }

  /** Removes what is between the cursor and a place. */
  remove(to: (cursor: number, chars: readonly string[]) => number): string {
    const place = Math.max(0, Math.min(to(this.#cursor, this.#chars), this.#chars.length));
    const [from, until] = [Math.min(place, this.#cursor), Math.max(place, this.#cursor)];
    const sent = back(this.#chars.slice(from, this.#cursor));
    if (from === until) return "";
    this.#chars.splice(from, until - from);
    this.#cursor = from;
    const rest = this.#chars.slice(from);
    return `${sent}\x1b[K${rest.join("")}${back(rest)}`;
  }

  recall(step: number): string {
    const next = Math.max(0, Math.min(this.#recalled + step, this.#history.length));
    if (next === this.#recalled) return "";
    if (this.#recalled === 0) this.#draft = this.#chars.join("");
    const sent = back(this.#chars.slice(0, this.#cursor));
    this.#recalled = next;
    this.#chars = [...(next === 0 ? this.#draft : (this.#history[next - 1] ?? ""))];
    this.#cursor = this.#chars.length;
    return `${sent}\x1b[K${this.#chars.join("")}`;
  }
}

/** What brings the cursor to the first of these characters. */
function back(chars: readonly string[]): string {
  return "\b".repeat(chars.reduce((sum, char) => sum + width(char), 0));
}

const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1faff}\u{20000}-\u{3fffd}]/u;

/** How many columns a character takes. */
function width(char: string): number {
  if (/\p{Mn}|\p{Me}|\u200d|\ufe0f/u.test(char)) return 0;
  return WIDE.test(char) ? 2 : 1;
}

/** The start of the word before the cursor: blanks, then what is none. */
function wordBefore(cursor: number, chars: readonly string[]): number {
  let at = cursor;
  while (at > 0 && chars[at - 1] === " ") at -= 1;
  while (at > 0 && chars[at - 1] !== " ") at -= 1;
  return at;
}

type Act = (line: LineEditor) => string;

const left: Act = (line) => line.move((at) => at - 1);
const right: Act = (line) => line.move((at) => at + 1);
const start: Act = (line) => line.move(() => 0);
const end: Act = (line) => line.move((_, last) => last);
const remove: Act = (line) => line.remove((at) => at + 1);
const erase: Act = (line) => line.remove((at) => at - 1);
const older: Act = (line) => line.recall(1);
const newer: Act = (line) => line.recall(-1);

const ACTS: Readonly<Record<string, Act>> = {
  "\x01": start,
  "\x02": left,
  "\x04": remove,
  "\x05": end,
  "\x06": right,
  "\b": erase,
  "\v": (line) => line.remove((_, chars) => chars.length),
  "\x0e": newer,
  "\x10": older,
  "\x15": (line) => line.remove(() => 0),
  "\x17": (line) => line.remove(wordBefore),
  "\x7f": erase,
  "\x1b[1~": start,
  "\x1b[3~": remove,
  "\x1b[4~": end,
  "\x1b[7~": start,
  "\x1b[8~": end,
  "\x1b[A": older,
  "\x1b[B": newer,
  "\x1b[C": right,
  "\x1b[D": left,
  "\x1b[F": end,
  "\x1b[H": start,
  "\x1bOA": older,
  "\x1bOB": newer,
  "\x1bOC": right,
  "\x1bOD": left,
  "\x1bOF": end,
  "\x1bOH": start,
};
