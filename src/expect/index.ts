/** What an output must look like, and how it differs when it does not. Pure. */
export type * from "./expectation.ts";
export { match, variablesOf } from "./match.ts";
export { isStructured, matchStructured } from "./match-structured.ts";
export { parseExpectation } from "./parse-expectation.ts";
export { type Pattern, patternWithin } from "./pattern.ts";
export { PLACEHOLDERS } from "./placeholders.ts";
export type { MutationKind, Proof, Survivor } from "./prove/mutation.ts";
export { prove } from "./prove/prove.ts";
export { refuses } from "./prove/refuses.ts";
export { PatternError } from "./regex/pattern-error.ts";
export type { Edit, Rewrite } from "./rewrite/edit.ts";
export { rewriteExpectation } from "./rewrite/rewrite.ts";
