import { compile } from "./compile.ts";
import { parsePattern } from "./parse.ts";

export { PatternError } from "./pattern-error.ts";

/** Throws a PatternError for a pattern that cannot be read or is too large. */
export function checkPattern(source: string): void {
  compile(parsePattern(source));
}
