import type { Expectation, MatchResult, VariableLookup } from "../expectation.ts";
import { compareDocument } from "./compare-document.ts";
import { readYaml } from "./read-yaml.ts";

/** `yaml`: the output is one YAML document that has at least what the page shows. */
export function matchYaml(expectation: Expectation, output: string, lookup: VariableLookup): MatchResult {
  return compareDocument(expectation, output, lookup, { name: "YAML", read: readYaml });
}
