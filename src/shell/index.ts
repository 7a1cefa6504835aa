/** The persistent bash that lessons run in. Knows nothing of lessons. */
export type * from "./session.ts";
