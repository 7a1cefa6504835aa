export type Severity = "error" | "warning";

interface CatalogueEntry {
  readonly severity: Severity;
  /** What the code stands for, one line, as printed by `lint --codes`. */
  readonly title: string;
}

/** Every code, once. Codes are stable: a number is never given a second meaning. LI0xx are errors, LI5xx warnings. */
export const CATALOGUE = {
  LI001: { severity: "error", title: "A fence marker was left inside a paragraph, inline code or raw HTML" },
  LI050: { severity: "error", title: "An expectation is empty" },
  LI051: { severity: "error", title: "An expectation cannot fail" },
  LI052: { severity: "error", title: "A pattern cannot be read" },
  LI053: { severity: "error", title: "A line suffix is misspelt, doubled or does not fit its line" },
  LI054: { severity: "error", title: "A `${…}` is not the name of a variable" },
  LI055: { severity: "error", title: "A line has no meaning in its expectation's mode" },
} as const satisfies Readonly<Record<string, CatalogueEntry>>;

export type DiagnosticCode = keyof typeof CATALOGUE;
