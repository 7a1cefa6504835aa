import type { StepVerdict } from "./verdict.ts";

/** How a step's verdict counts. */
export function tallyOf(verdict: StepVerdict): "passed" | "failed" | "skipped" | "interrupted" {
  switch (verdict.kind) {
    case "pass":
    case "already-true":
    case "solved-by-us":
      return "passed";
    case "skipped":
      return "skipped";
    case "interrupted":
      return "interrupted";
    case "mismatch":
    case "wrong-exit":
    case "not-written":
    case "syntax-error":
    case "timeout":
    case "session-died":
    case "background-ended":
    case "check-failed":
    case "unproven":
      return "failed";
  }
}
