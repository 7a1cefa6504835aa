import type { Expectation, VariableLookup } from "../expectation.ts";
import { match } from "../match.ts";
import { isStructured, matchStructured } from "../match-structured.ts";

/** Does at least one of the expectations refuse this output? */
export async function refuses(
  expectations: readonly Expectation[],
  output: string,
  lookup: VariableLookup,
): Promise<boolean> {
  for (const expectation of expectations) {
    const result = isStructured(expectation)
      ? await matchStructured(expectation, output, lookup)
      : match(expectation, output, lookup);
    if (result.kind === "mismatch") return true;
  }
  return false;
}
