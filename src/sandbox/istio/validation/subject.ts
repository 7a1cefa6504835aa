import type { JsonObject } from "../../objects/index.ts";
import type { Findings } from "./findings.ts";

/** An object whose spec is judged. */
export interface Subject {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly spec: JsonObject;
}

/** Judges one kind. The rules and the words are those of `pkg/config/validation` of istio/istio. */
export type Validator = (subject: Subject) => Findings;
