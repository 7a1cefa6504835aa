import type { Place } from "../../diagnostics/index.ts";
import type { ExpectedLine } from "../expectation.ts";

/** A change of an expectation's body, by its lines' places in the file. Texts are without the indentation of a list or quote. */
export type Edit =
  | { readonly kind: "replace"; readonly line: ExpectedLine; readonly text: string }
  | { readonly kind: "delete"; readonly line: ExpectedLine }
  | {
      readonly kind: "insert";
      readonly line: ExpectedLine;
      readonly where: "before" | "after";
      readonly texts: readonly string[];
    }
  /** One value of a document. */
  | { readonly kind: "value"; readonly place: Place; readonly text: string };

/** What an expectation has to become so that an output meets it: nothing, edits, or why nobody but its author can say. */
export type Rewrite =
  | { readonly kind: "same" }
  | { readonly kind: "edits"; readonly edits: readonly Edit[] }
  | { readonly kind: "refused"; readonly reason: string };
