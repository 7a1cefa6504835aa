/** Where lessons run: none, sandbox, live. Tools, environment and safety of each. */
export type { Target } from "./target.ts";
