/** Object values: kinds of JSON that the cluster is made of. A leaf. */
export type * from "./object.ts";
