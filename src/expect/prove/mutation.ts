import type { Constrained, Expectation } from "../expectation.ts";

/** A way in which an output could be wrong, as authors and learners meet it. */
export type MutationKind =
  | "nothing"
  | "other-line"
  | "changed-value"
  | "dropped-line"
  | "line-twice"
  | "swapped-lines"
  | "swapped-labels"
  | "extra-line"
  | "forbidden-line";

/** A wrong output, made from one that was seen. */
export interface Mutation {
  readonly kind: MutationKind;
  readonly output: string;
  /** In `changed-value`: which word or value it changes, so that several ways of changing one count once. */
  readonly part?: number;
}

/** What stands where a line of the output stood when something went wrong. */
export const WRONG_LINE = "error: something other than this was printed";
/** Words that no value of a lesson is: a name, and a number. */
export const WRONG_WORDS = ["no-such-value", "-0.000000017"] as const;

/** How well an output's expectations can tell it from wrong ones. */
export interface Proof {
  /** Wrong outputs that were tried, and how many of them some expectation refused. */
  readonly tried: number;
  readonly refused: number;
  /** Words (in `json` and `yaml` values, in `distribution` labels) of which another one would be noticed. */
  readonly words: Constrained;
  /** Kinds of wrong output of which none was refused, though the expectations are there to refuse them. */
  readonly survivors: readonly Survivor[];
}

export interface Survivor {
  readonly kind: MutationKind;
  /** The expectation that a person would mend. */
  readonly expectation: Expectation;
  /** The line that is meant, where it is one. */
  readonly line?: string;
}
