import { renderBadge } from "./badge.ts";
import { finalReporter } from "./final.ts";
import { createGithubReporter } from "./github.ts";
import { renderJobSummary } from "./job-summary.ts";
import { createJsonReporter } from "./json.ts";
import { renderJunit } from "./junit.ts";
import { createPrettyReporter } from "./pretty.ts";
import type { Reporter, ReporterOptions } from "./reporter.ts";
import { renderTap } from "./tap.ts";

/** Every reporter by its name, as `--reporter` takes it. */
export const REPORTERS = {
  pretty: createPrettyReporter,
  json: createJsonReporter,
  junit: finalReporter(renderJunit),
  tap: finalReporter(renderTap),
  github: createGithubReporter,
  summary: finalReporter(renderJobSummary),
  badge: finalReporter(renderBadge),
} as const satisfies Readonly<Record<string, (options: ReporterOptions) => Reporter>>;

export type ReporterName = keyof typeof REPORTERS;

/** A reporter for one run; nothing is written before its first event. */
export function createReporter(name: ReporterName, options: ReporterOptions): Reporter {
  return REPORTERS[name](options);
}
