/**
 * What a command or a lesson prints reaches the terminal through this filter: colour (SGR, `ESC [ … m`) survives,
 * everything else that a terminal would act on is removed. The grammar is ECMA-48's, with these decisions:
 *
 * - `\r\n` (and `\r\r\n`) is a line end. A lone `\r` becomes one, so that a progress bar leaves a line for each
 *   state and nothing is hidden by being overwritten; at the beginning of a line, or at the end of all, it is dropped.
 * - Tab and line feed stay; the other C0 controls, DEL and the 8-bit C1 controls go. `U+009B 31 m` is kept as `ESC [ 31 m`.
 * - A string (OSC, DCS, SOS, PM, APC) ends at ST, BEL, CAN, SUB, and at a line feed, so that one which never ends
 *   cannot swallow the output that follows.
 */
export interface ColourFilter {
  /** The part of the chunk that may be shown now; a sequence that the chunk cuts in two waits for its end. */
  push(chunk: string): string;
  /** What is left when no chunk follows: a reset when a colour is still on; half a sequence is dropped. */
  end(): string;
}

type State = "ground" | "return" | "escape" | "csi" | "string" | "string-escape";

const SPECIAL = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/g;
/** Longer than any colour; what exceeds it is no colour and is dropped. */
const MAX_PARAMETERS = 64;
/** OSC, DCS, SOS, PM, APC and the window title of screen. */
const STRING_FINALS = "]PX^_k";
const C1_STRINGS = "\x90\x98\x9d\x9e\x9f";
const STRING_ENDS = "\x07\x18\x1a\x9c\n";

/** A filter for one stream: what a chunk leaves open, the next one ends. */
export function createColourFilter(): ColourFilter {
  let state: State = "ground";
  let parameters = "";
  let isLineStart = true;
  let isColoured = false;

  /** One step of the machine: where to go on reading, and what to show. */
  const step = (chunk: string, at: number): { readonly next: number; readonly shown: string } => {
    const char = chunk[at] ?? "";
    switch (state) {
      case "ground":
        return stepGround(chunk, at);
      case "return":
        return stepReturn(char, at);
      case "escape":
        return stepEscape(char, at);
      case "csi":
        return stepCsi(char, at);
      case "string":
        if (char === "\x1b") state = "string-escape";
        else if (STRING_ENDS.includes(char)) state = "ground";
        return { next: char === "\n" ? at : at + 1, shown: "" };
      case "string-escape":
        state = char === "\\" ? "ground" : "escape";
        return { next: char === "\\" ? at + 1 : at, shown: "" };
    }
  };

  const stepGround = (chunk: string, at: number): { next: number; shown: string } => {
    SPECIAL.lastIndex = at;
    const special = SPECIAL.exec(chunk);
    const end = special?.index ?? chunk.length;
    const shown = chunk.slice(at, end);
    if (shown !== "") isLineStart = shown.endsWith("\n");
    if (special === null) return { next: end, shown };
    enter(special[0]);
    return { next: end + 1, shown };
  };

  const enter = (control: string): void => {
    parameters = "";
    if (control === "\r") state = "return";
    else if (control === "\x1b") state = "escape";
    else if (control === "\x9b") state = "csi";
    else if (C1_STRINGS.includes(control)) state = "string";
  };

  const stepReturn = (char: string, at: number): { next: number; shown: string } => {
    if (char === "\r") return { next: at + 1, shown: "" };
    state = "ground";
    const breaksLine = char !== "\n" && !isLineStart;
    if (breaksLine) isLineStart = true;
    return { next: at, shown: breaksLine ? "\n" : "" };
  };

  const stepEscape = (char: string, at: number): { next: number; shown: string } => {
    if (char >= " " && char <= "/") return { next: at + 1, shown: "" };
    state = "ground";
    if (char === "[") state = "csi";
    else if (char !== "" && STRING_FINALS.includes(char)) state = "string";
    const isFinal = char >= "0" && char <= "~";
    return { next: isFinal ? at + 1 : at, shown: "" };
  };

  const stepCsi = (char: string, at: number): { next: number; shown: string } => {
    if (char >= " " && char <= "?") {
      if (parameters.length <= MAX_PARAMETERS) parameters += char;
      return { next: at + 1, shown: "" };
    }
    state = "ground";
    const isFinal = char >= "@" && char <= "~";
    if (char !== "m" || !/^[0-9;:]{0,64}$/.test(parameters)) return { next: isFinal ? at + 1 : at, shown: "" };
    isColoured = !/^[0;]*$/.test(parameters);
    return { next: at + 1, shown: `\x1b[${parameters}m` };
  };

  return {
    push(chunk) {
      let shown = "";
      for (let at = 0; at < chunk.length; ) {
        const result = step(chunk, at);
        shown += result.shown;
        at = result.next;
      }
      return shown;
    },
    end() {
      const reset = isColoured ? "\x1b[0m" : "";
      state = "ground";
      isColoured = false;
      isLineStart = true;
      return reset;
    },
  };
}
