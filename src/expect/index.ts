/** What an output must look like, and how it differs when it does not. Pure. */
export type * from "./expectation.ts";
