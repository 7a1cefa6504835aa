import stripSequences from "strip-ansi";
import { createColourFilter } from "./colour-filter.ts";

const CONTROL = /[\x00-\x08\x0b-\x1f\x7f-\x9f]/;

/** The text with its colours (and a reset where one is left on) and without any other control sequence. */
export function keepColour(text: string): string {
  if (!CONTROL.test(text)) return text;
  const filter = createColourFilter();
  return filter.push(text) + filter.end();
}

/** The text as a person reads it: no colour, no control sequence; line ends are `\n`, a lone `\r` is one too. */
export function stripAnsi(text: string): string {
  return CONTROL.test(text) ? stripSequences(keepColour(text)) : text;
}
