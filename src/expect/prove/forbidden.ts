import type { Expectation, ExpectedLine, VariableLookup } from "../expectation.ts";
import { foundLines } from "../found-lines.ts";
import { match } from "../match.ts";
import { isStructured } from "../match-structured.ts";
import type { Survivor } from "./mutation.ts";
import { samplesOf } from "./sample.ts";

/** Lines of `not` that no output could ever have, or none of this one's shape: they forbid nothing. */
export function findUnforbidden(
  expectations: readonly Expectation[],
  output: string,
  lookup: VariableLookup,
): readonly Survivor[] {
  const found = foundLines(output, "lines").shown;
  return expectations
    .filter(({ mode }) => mode === "not")
    .flatMap((expectation) =>
      expectation.lines
        .filter((line) => !isEverFound(expectation, line, lookup) || isOfAnotherShape(line, found))
        .map((line): Survivor => ({ kind: "forbidden-line", expectation, line: line.source.trim() })),
    );
}

function isEverFound(expectation: Expectation, line: ExpectedLine, lookup: VariableLookup): boolean {
  if (isStructured(expectation)) return true;
  const alone = { ...expectation, lines: [line] };
  return samplesOf(line, lookup).some((sample) => match(alone, `${sample}\n`, lookup).kind === "mismatch");
}

/** A single word against whole lines of several: `Error` is never the line `Error: no such pod`. */
function isOfAnotherShape(line: ExpectedLine, found: readonly string[]): boolean {
  if (line.kind !== "literal" || /\s/.test(line.text.trim())) return false;
  const lines = found.filter((text) => text.trim() !== "");
  return lines.length > 0 && lines.every((text) => /\S\s+\S/.test(text));
}
