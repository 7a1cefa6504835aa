import { createJsonReporter } from "./json.ts";
import { createPrettyReporter } from "./pretty.ts";
import type { Reporter, ReporterOptions } from "./reporter.ts";

/** Every reporter by its name, as `--reporter` takes it. */
export const REPORTERS = {
  json: createJsonReporter,
  pretty: createPrettyReporter,
} as const satisfies Readonly<Record<string, (options: ReporterOptions) => Reporter>>;

export type ReporterName = keyof typeof REPORTERS;

export function createReporter(name: ReporterName, options: ReporterOptions): Reporter {
  return REPORTERS[name](options);
}
