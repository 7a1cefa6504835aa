import type { Expectation, MatchResult, StructuredExpectation, StructuredMode, VariableLookup } from "./expectation.ts";

type Matcher = (expectation: Expectation, output: string, lookup: VariableLookup) => MatchResult;

/** Loaded when first used: lines, which are compared all the time, must not wait for a YAML parser. */
const MATCHERS: Readonly<Record<StructuredMode, () => Promise<Matcher>>> = {
  distribution: async () => (await import("./modes/distribution.ts")).matchDistribution,
  json: async () => (await import("./modes/json.ts")).matchJson,
  "like-kubectl": async () => (await import("./modes/like-kubectl.ts")).matchLikeKubectl,
  yaml: async () => (await import("./modes/yaml.ts")).matchYaml,
};

/** Whether an expectation's mode has a matcher of its own; every other is compared line by line. */
export function isStructured(expectation: Expectation): expectation is StructuredExpectation {
  return Object.hasOwn(MATCHERS, expectation.mode);
}

/** Compare an output with an expectation whose mode has a matcher of its own. */
export async function matchStructured(
  expectation: StructuredExpectation,
  output: string,
  lookup: VariableLookup,
): Promise<MatchResult> {
  const matcher = await MATCHERS[expectation.mode]();
  return matcher(expectation, output, lookup);
}
