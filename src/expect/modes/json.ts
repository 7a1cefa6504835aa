import type { Expectation, MatchResult, VariableLookup } from "../expectation.ts";
import { compareDocument } from "./compare-document.ts";
import { readJson } from "./read-json.ts";

/** `json`: the output is one JSON document that has at least what the page shows. */
export function matchJson(expectation: Expectation, output: string, lookup: VariableLookup): MatchResult {
  return compareDocument(expectation, output, lookup, { name: "JSON", read: readJson });
}
