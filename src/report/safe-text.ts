import { stripAnsi } from "../text/index.ts";

/** What turns a line around, or ends one where nobody sees it. */
const TURNING = /[\u061C\u200E\u200F\u2028\u2029\u202A-\u202E\u2066-\u2069\uFEFF]/g;
/** Half a pair: no file in UTF-8 can hold it. */
const HALF = /\p{Surrogate}/gu;
const NO_CHARACTER = /[\uFFFE\uFFFF]/g;

/**
 * Text of a lesson or a command for a file that other programs read: no control sequence, each direction mark named
 * (`<U+202E>`), nothing that UTF-8 or XML cannot hold.
 */
export function safeText(text: string): string {
  return stripAnsi(text)
    .replace(TURNING, (mark) => `<U+${mark.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}>`)
    .replace(HALF, "\uFFFD")
    .replace(NO_CHARACTER, "\uFFFD");
}

/** The same in one line. */
export function safeLine(text: string): string {
  return safeText(text)
    .replaceAll(/\s*\n\s*/g, " ")
    .trim();
}

/** At most so many characters, from the end: that is where the error stands. */
export function lastOf(text: string, most: number): string {
  if (text.length <= most) return text;
  return `... ${text.length - most} characters before this are not shown ...\n${text.slice(-most)}`;
}

/** At most so many characters, from the beginning. */
export function firstOf(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most)}\n... ${text.length - most} characters more ...`;
}
