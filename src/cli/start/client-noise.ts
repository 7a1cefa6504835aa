import type { CheckVerdict } from "../../run/index.ts";

/** A line of a Kubernetes client's own log: `E1123 15:27:09.558125   23249 memcache.go:265] …`. */
const CLIENT_LOG = /^[IWEF]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ \S+\.go:\d+\] /;

/** Lines that a person wrote for persons, each once, without the blanks that a table stands apart by. */
export function reasonsIn(lines: readonly string[]): readonly string[] {
  return [
    ...new Set(lines.filter((line) => !CLIENT_LOG.test(line)).map((line) => line.trim().replaceAll(/\s+/g, " "))),
  ].filter((line) => line !== "");
}

/**
 * Reasons as a learner needs them: each once, and without a client's own log where a sentence follows that says the same
 * to a person. Where there is nothing else, it stays.
 */
export function withoutNoise(lines: readonly string[]): readonly string[] {
  const once = [...new Set(lines)];
  const said = once.filter((line) => !CLIENT_LOG.test(line));
  return said.some((line) => line.trim() !== "") ? said : once;
}

/** What a check found, without the noise. */
export function quietVerdict(verdict: CheckVerdict): CheckVerdict {
  if (verdict.kind !== "wrong" || verdict.found.diff !== undefined) return verdict;
  const lines = verdict.found.output.split("\n");
  const quiet = lines.some((line) => CLIENT_LOG.test(line)) ? withoutNoise(lines).join("\n") : verdict.found.output;
  return { ...verdict, whys: withoutNoise(verdict.whys), found: { ...verdict.found, output: quiet } };
}
