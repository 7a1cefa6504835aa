/**
 * What cannot be seen, or makes a text read other than it is: controls (but tab and line feed), soft hyphen, zero widths,
 * direction marks, odd blanks, tags.
 */
const HIDDEN =
  /[\0-\x08\x0B-\x1F\x7F-\xA0\xAD\u061C\u115F\u1160\u17B4\u17B5\u180E\u2000-\u200F\u2028-\u202F\u205F-\u206F\u3000\u3164\uFEFF\uFFA0\uFFF9-\uFFFB\u{E0000}-\u{E007F}]/gu;

/** A hidden character, and where it stands. */
export interface Hidden {
  readonly at: number;
  readonly character: string;
}

/** The characters that a reader does not see, or that change what is seen beside them; `at` counts UTF-16 units from 0. */
export function findHidden(text: string): Hidden[] {
  return [...text.matchAll(HIDDEN)].map((match) => ({ at: match.index, character: match[0] }));
}

/** `U+202E` */
export function codePointName(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** The text with each hidden character named in its place, as `<U+202E>`: what runs is what is read. */
export function showHidden(text: string): string {
  return text.replace(HIDDEN, (character) => `<${codePointName(character)}>`);
}
