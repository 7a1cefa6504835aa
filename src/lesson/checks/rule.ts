import type { DiagnosticCode, Place } from "../../diagnostics/index.ts";
import type { SourceLine } from "../../expect/index.ts";
import type { Script } from "../commands.ts";
import type { Lesson } from "../lesson.ts";
import { type CharKind, scanShell } from "../shell-syntax.ts";
import type { Source } from "../source.ts";

/** What a rule looks at. A lesson with errors is looked at too, so that one run tells all. */
interface RuleContext {
  readonly source: Source;
  readonly lesson: Lesson;
  readonly scripts: readonly Script[];
  readonly report: (place: Place, message: string, hint?: string) => void;
}

/** An author's rule. `good` and `bad` are whole files: documentation, and the rule's test. */
export interface Rule {
  readonly name: string;
  readonly code: DiagnosticCode;
  readonly good: readonly string[];
  readonly bad: readonly string[];
  readonly find: (context: RuleContext) => void;
}

/** A page with one block of bash, for examples. */
export function bash(...lines: readonly string[]): string {
  return ["```bash", ...lines, "```", ""].join("\n");
}

export interface CodeMatch {
  readonly script: Script;
  readonly match: RegExpMatchArray;
  readonly line: SourceLine;
  /** The match within its line. */
  readonly place: Place;
}

/** Matches of a pattern in the commands' lines whose first character is of one of the kinds (default: code). */
export function matchScripts(
  scripts: readonly Script[],
  pattern: RegExp,
  kinds: readonly CharKind[] = ["code"],
): readonly CodeMatch[] {
  return scripts.flatMap((script) => {
    const found = matchLines(script, pattern);
    if (found.length === 0) return [];
    const { kindAt } = scanShell(script.command.source);
    return found.flatMap(({ offset, ...match }) => (kinds.includes(kindAt(offset)) ? [match] : []));
  });
}

function matchLines(script: Script, pattern: RegExp): readonly (CodeMatch & { readonly offset: number })[] {
  let start = 0;
  return script.lines.flatMap((line) => {
    const lineStart = start;
    start += line.text.length + 1;
    return [...line.text.matchAll(pattern)].map((match) => {
      const place = placeIn(line, match.index, match[0].length);
      return { script, match, line, place, offset: lineStart + match.index };
    });
  });
}

/** A part of a line. */
export function placeIn({ place }: SourceLine, index: number, length: number): Place {
  const offset = place.offset + index;
  return { ...place, column: place.column + index, offset, endOffset: offset + length };
}
