import type { ProofCount } from "../run/index.ts";
import { plural } from "../text/index.ts";

/** How much of an output its expectations hold, in one line; empty where nothing was proven. */
export function renderProof({ tried, refused, words }: ProofCount): string {
  return `constrained ${words.lines} of ${plural(words.of, "word")}, refused ${refused} of ${plural(tried, "wrong output")}`;
}
