import { UsageError } from "../diagnostics/index.ts";
import type { Lesson } from "../lesson/index.ts";
import type { Environment } from "../target/index.ts";

/** Names that an environment variable of the user must never set: cleanups delete the cluster of that name. */
const OURS = new Set(["CLUSTER", "KIND_CLUSTER_NAME"]);

/** `--var K=V` → names and values. Errors: no `=`, or no variable's name before it. */
export function parseVariables(given: readonly string[]): Record<string, string> {
  const variables: Record<string, string> = {};
  for (const pair of given) {
    const match = /^([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s.exec(pair);
    if (match === null) throw new UsageError(`\`--var ${pair}\` is not \`NAME=value\`.`);
    variables[match[1] ?? ""] = match[2] ?? "";
  }
  return variables;
}

/**
 * The values that win over what lessons say: `--var`, then the environment's, but only for names that the lessons or
 * their course declare.
 */
export function overridesFor(
  lessons: readonly Lesson[],
  courseVars: Readonly<Record<string, string>>,
  given: readonly string[],
  env: Environment,
): Record<string, string> {
  const declared = [
    ...Object.keys(courseVars),
    ...lessons.flatMap((lesson) => lesson.front.vars.map((one) => one.name)),
  ];
  const fromEnv = declared.flatMap((name) => {
    const value = OURS.has(name) ? undefined : env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(fromEnv), ...parseVariables(given) };
}
