export type Severity = "error" | "warning";

interface CatalogueEntry {
  readonly severity: Severity;
  /** What the code stands for, one line, as printed by `lint --codes`. */
  readonly title: string;
}

/** Every code, once. Codes are stable: a number is never given a second meaning. LI0xx are errors, LI5xx warnings. */
export const CATALOGUE = {
  LI001: { severity: "error", title: "A fence marker was left inside a paragraph, inline code or raw HTML" },
  LI002: { severity: "error", title: "A fence has no end" },
  LI003: { severity: "error", title: "A fence marker stands inside a block, which has swallowed what follows" },
  LI004: { severity: "error", title: "A language that is nearly one of ours" },
  LI005: { severity: "error", title: "Keys that cannot be read" },
  LI006: { severity: "error", title: "An unknown key" },
  LI007: { severity: "error", title: "A key that has no meaning on its block" },
  LI008: { severity: "error", title: "A key with a wrong value" },
  LI009: { severity: "error", title: "A key given twice, or keys in two places" },
  LI010: { severity: "error", title: "A key comment that is not on the line above a fence" },
  LI011: { severity: "error", title: "Not supported by this version" },
  LI012: { severity: "error", title: "An id used twice, or reserved" },
  LI013: { severity: "error", title: "A transcript without a prompt" },
  LI014: { severity: "error", title: "A transcript's command is incomplete" },
  LI015: { severity: "error", title: "An output without a command" },
  LI016: { severity: "error", title: "A block without a command in it" },
  LI017: { severity: "error", title: "A check without a predicate, or with a block that it cannot hold" },
  LI018: { severity: "error", title: "A `<details>` without its end, or an end without its `<details>`" },
  LI019: { severity: "error", title: "A check, hint or solution inside another" },
  LI020: { severity: "error", title: "A summary that is nearly ours, or that the parser left inside a paragraph" },
  LI021: { severity: "error", title: "A check, hint or solution without a step above it" },
  LI022: { severity: "error", title: "A solution that is empty, doubled or not needed" },
  LI023: { severity: "error", title: "Something other than prose and checks in the checkpoint" },
  LI024: { severity: "error", title: "A section, or a block in a section, that cannot follow the checkpoint" },
  LI025: { severity: "error", title: "A lesson without a step" },
  LI026: { severity: "error", title: "A lesson without a checkpoint" },
  LI027: { severity: "error", title: "Front matter that is not YAML, or has no end" },
  LI028: { severity: "error", title: "An unknown key in the front matter" },
  LI029: { severity: "error", title: "A wrong value in the front matter" },
  LI030: { severity: "error", title: "A lesson id used twice" },
  LI031: { severity: "error", title: "A required lesson that does not exist" },
  LI032: { severity: "error", title: "Lessons that require each other in a circle" },
  LI033: { severity: "error", title: "A comment without its end" },
  LI034: { severity: "error", title: "A file that is not UTF-8 text" },
  LI035: { severity: "error", title: "A file that is too large to be a lesson" },
  LI050: { severity: "error", title: "An expectation is empty" },
  LI051: { severity: "error", title: "An expectation cannot fail" },
  LI052: { severity: "error", title: "A pattern cannot be read" },
  LI053: { severity: "error", title: "A line suffix is misspelt, doubled or does not fit its line" },
  LI054: { severity: "error", title: "A variable reference does not name a variable" },
  LI055: { severity: "error", title: "A line has no meaning in its expectation's mode" },
  LI501: { severity: "warning", title: "A command whose result nothing checks" },
  LI502: { severity: "warning", title: "A prompt in a block of commands" },
  LI503: { severity: "warning", title: "A placeholder inside a command" },
  LI504: { severity: "warning", title: "Smart quotes or dashes in a command" },
  LI505: { severity: "warning", title: "A sleep where a check should wait" },
  LI506: { severity: "warning", title: "A terminal asked for where there is none" },
  LI507: { severity: "warning", title: "A path of one person's home" },
  LI508: { severity: "warning", title: "Hidden or bidirectional characters" },
  LI509: { severity: "warning", title: "A download that is not pinned" },
  LI510: { severity: "warning", title: "A cluster deleted without its name" },
  LI511: { severity: "warning", title: "A fence inside an indented code block" },
  LI512: { severity: "warning", title: "A fence inside a comment" },
  LI513: { severity: "warning", title: "A step for the learner without a solution" },
} as const satisfies Readonly<Record<string, CatalogueEntry>>;

export type DiagnosticCode = keyof typeof CATALOGUE;
