/** Kinds as data: names, scope, columns, and the hooks in which kinds differ. */
export type * from "./kind.ts";
