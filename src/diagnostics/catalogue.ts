export type Severity = "error" | "warning";

interface CatalogueEntry {
  readonly severity: Severity;
  /** What the code stands for, one line, as printed by `lint --codes`. */
  readonly title: string;
}

/** Every code, once. Codes are stable: a number is never given a second meaning. LI0xx are errors, LI5xx warnings. */
export const CATALOGUE = {
  LI001: { severity: "error", title: "A fence marker was left inside a paragraph, inline code or raw HTML" },
} as const satisfies Readonly<Record<string, CatalogueEntry>>;

export type DiagnosticCode = keyof typeof CATALOGUE;
