/** Controllers: reconcile(snapshot) gives changes; the loop applies them. */
export type * from "./controller.ts";
