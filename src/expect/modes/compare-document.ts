import { stripAnsi } from "../../text/index.ts";
import type { Expectation, ExpectedValue, MatchResult, VariableLookup } from "../expectation.ts";
import { isFreeText } from "../fault.ts";
import { countLeaves, DocumentError, describeOffset, type Value } from "./document.ts";
import { differences, isSubset } from "./subset.ts";

/** Compare an output that is to be one document with the subset that a page asks of it. */
export function compareDocument(
  expectation: Expectation,
  output: string,
  lookup: VariableLookup,
  format: { readonly name: string; readonly read: (text: string) => Value },
): MatchResult {
  const { document } = expectation;
  if (document === undefined) throw new Error(`a \`${expectation.mode}\` expectation without its document`);
  const asserted = countAsserted(document);
  const text = stripAnsi(output);
  const found = attempt(() => format.read(text));
  if (found instanceof DocumentError) {
    const where = describeOffset(text, found.at);
    const reason = `The output is not ${format.name}: ${where}: found ${found.message}.`;
    return { kind: "mismatch", diff: [], constrained: { lines: 0, of: 0 }, reason };
  }
  const of = countLeaves(found);
  const constrained = { lines: Math.min(asserted, of), of };
  const options = { unordered: expectation.unordered === true, lookup };
  if (isSubset(document, found, options)) return { kind: "match", constrained };
  return { kind: "mismatch", diff: differences(document, found, options), constrained };
}

function attempt(read: () => Value): Value | DocumentError {
  try {
    return read();
  } catch (error) {
    if (error instanceof DocumentError) return error;
    throw error;
  }
}

/** Leaf values that an expectation says something about. */
function countAsserted(value: ExpectedValue): number {
  if (value.kind === "scalar") return 1;
  if (value.kind === "pattern") return isFreeText(value) ? 0 : 1;
  const parts =
    value.kind === "array"
      ? value.items.flatMap((item) => (item.kind === "elision" ? [] : [item]))
      : value.entries.map(([, entry]) => entry);
  return parts.reduce((sum, part) => sum + countAsserted(part), 0);
}
