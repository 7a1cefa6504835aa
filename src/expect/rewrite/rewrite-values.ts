import type { DiffLine, Expectation, MatchResult } from "../expectation.ts";
import type { Edit, Rewrite } from "./edit.ts";

type Row = DiffLine & { readonly kind: "value" };

/** `json`, `yaml`: a value in the place of another is written; what is missing, or of another build, is not guessed. */
export function rewriteValues(
  { mode }: Expectation,
  { diff, reason }: MatchResult & { readonly kind: "mismatch" },
): Rewrite {
  if (diff.length === 0) return { kind: "refused", reason: reason ?? "the output is no such document" };
  const edits: Edit[] = [];
  for (const row of diff) {
    if (row.kind !== "value" || !isScalarPair(row)) {
      const where = row.kind === "value" ? `\`${row.path}\`` : "the document";
      return {
        kind: "refused",
        reason: `${where} is missing or built otherwise, and what to assert in its place is a guess`,
      };
    }
    edits.push({ kind: "value", place: row.place, text: mode === "yaml" ? inYaml(row) : (row.found ?? "") });
  }
  return { kind: "edits", edits };
}

const SCALAR = /^(?:"(?:[^"\\]|\\.)*"|null|true|false|-?[\d.eE+-]+)$/;

/** Both are one value, shown whole; a count of elements has no place of its own. */
function isScalarPair({ path, expected, found }: Row): boolean {
  return !path.endsWith(".length") && !path.includes("[*]") && SCALAR.test(expected) && SCALAR.test(found ?? "");
}

/** A word without quotes stays one. */
function inYaml({ found = "", expected }: Row): string {
  const word = /^"([A-Za-z][\w./-]*)"$/.exec(found)?.[1];
  const isWord = word !== undefined && !/^(?:true|false|null|yes|no|on|off|y|n)$/i.test(word);
  return isWord && /^"[A-Za-z]/.test(expected) ? word : found;
}
