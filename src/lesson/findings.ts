import { CATALOGUE, type Diagnostic, type DiagnosticCode, type Place } from "../diagnostics/index.ts";
import { placeOf, type Range, type Source } from "./source.ts";

/** Collects findings about one file. Nothing in this room throws for what an author wrote. */
export interface Findings {
  readonly list: Diagnostic[];
  placeOf(range: Range): Place;
  add(code: DiagnosticCode, range: Range, message: string, hint?: string): void;
  addAt(code: DiagnosticCode, place: Place, message: string, hint?: string): void;
}

export function createFindings(source: Source): Findings {
  const list: Diagnostic[] = [];
  const addAt: Findings["addAt"] = (code, place, message, hint) => {
    const { severity } = CATALOGUE[code];
    list.push({ code, severity, message, place, ...(hint === undefined ? {} : { hint }) });
  };
  return {
    list,
    placeOf: (range) => placeOf(source, range),
    addAt,
    add: (code, range, message, hint) => addAt(code, placeOf(source, range), message, hint),
  };
}

/** In the order of the file, then of the codes; equal findings at one place once. */
export function sortFindings(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const sorted = diagnostics.toSorted(
    (a, b) => a.place.offset - b.place.offset || a.code.localeCompare(b.code) || a.message.localeCompare(b.message),
  );
  return sorted.filter((finding, index) => {
    const before = sorted[index - 1];
    return (
      before?.code !== finding.code ||
      before.place.offset !== finding.place.offset ||
      before.message !== finding.message
    );
  });
}
