import type { JsonObject } from "../../objects/index.ts";

/** One control of the Pod Security Standards. */
export interface Check {
  /** What it is called in a refusal. */
  readonly reason: string;
  /** Who breaks it and how, in upstream's words; nothing for a pod that keeps it. */
  readonly detail: (spec: JsonObject) => string | false;
  /** The stricter profile's own check of the same thing, which is asked in its stead. */
  readonly overriddenBy?: string;
}
