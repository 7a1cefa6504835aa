import type { Hint } from "../../lesson/index.ts";

/**
 * The line above a hint: which of how many, and its title. Authors begin a hint's summary with the word itself
 * (`Hint`, `Hint 2`, `Hint: where`); it is said once.
 */
export function hintHead({ title }: Pick<Hint, "title">, number: number, of: number): string {
  const rest = title.replace(/^hint\b\s*\d*\s*[:.]?\s*/i, "");
  return `Hint ${number} of ${of}${rest === "" ? "" : `: ${rest}`}`;
}
