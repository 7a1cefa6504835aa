import { plural } from "../text/index.ts";
import { type CaseRecord, isBad, type RunRecord, type SuiteRecord } from "./record.ts";
import type { ReporterOptions } from "./reporter.ts";
import { safeLine } from "./safe-text.ts";

const INDENT = "    ";

/** TAP version 14: a subtest for each lesson, a point for each step, the failure in a YAML block. */
export function renderTap(record: RunRecord, { about = {} }: ReporterOptions): string {
  const { suites, warnings, targets, commands, asserted } = record;
  const properties = {
    ...about,
    ...(targets.length > 0 && { target: targets.join(" ") }),
    asserted: `${asserted} of ${plural(commands, "command")}`,
  };
  const lines = ["TAP version 14"];
  for (const [name, value] of Object.entries(properties)) lines.push(`# ${name}: ${safeLine(value)}`);
  for (const { code, message, place } of warnings)
    lines.push(`# warning ${code} ${safeLine(`${place.file}:${place.line}:${place.column} ${message}`)}`);
  for (const [index, suite] of suites.entries()) lines.push(...suiteLines(suite, index + 1));
  lines.push(suites.length === 0 ? "1..0 # SKIP there is nothing here to run" : `1..${suites.length}`);
  return `${lines.join("\n")}\n`;
}

function suiteLines({ title, path, cases, notes, durationMs }: SuiteRecord, number: number): string[] {
  const name = escaped(path === "" || path === title ? title : `${title} (${path})`);
  const bad = cases.some(isBad);
  const skipped = cases.length > 0 && cases.every(({ state }) => state === "skipped");
  const inner = [
    ...cases.flatMap((one, index) => caseLines(one, index + 1)),
    ...notes.map((note) => `# ${note}`),
    `1..${cases.length}`,
  ];
  return [
    `# Subtest: ${name}`,
    ...inner.map((line) => (line === "" ? line : INDENT + line)),
    `${bad ? "not ok" : "ok"} ${number} - ${name}${skipped ? ` # SKIP ${escaped(cases[0]?.reason ?? "")}` : ""}`,
    ...block({ duration_ms: durationMs }),
  ];
}

function caseLines(one: CaseRecord, number: number): string[] {
  const { name, state, kind, place, durationMs, reason, failure, checks } = one;
  const point = `${isBad(one) ? "not ok" : "ok"} ${number} - ${escaped(name)}`;
  if (state === "skipped") return [`${point} # SKIP ${escaped(reason)}`];
  const tries = checks.map(({ title, verdict, tries, durationMs, reason }) => ({
    title,
    verdict,
    ...(verdict === "skipped" ? { reason } : { tries, duration_ms: durationMs }),
  }));
  const at = place === undefined ? undefined : { file: place.file, line: place.line, column: place.column };
  const failed = failure && {
    message: failure.message,
    severity: "fail",
    kind,
    at,
    why: failure.whys,
    diff: failure.diff,
    command: failure.command,
    output: failure.output,
  };
  return [point, ...block({ ...failed, duration_ms: durationMs, checks: tries })];
}

type Scalar = string | number;
type Row = Readonly<Record<string, Scalar>>;
type Value = Scalar | undefined | Row | readonly (Scalar | Row)[];

/** A YAML block under a test point; what is empty is left out. */
function block(values: Readonly<Record<string, Value>>): string[] {
  const lines = Object.entries(values).flatMap(([key, value]) => entry(key, value));
  return ["---", ...lines, "..."].map((line) => (line === "" ? line : `  ${line}`));
}

function entry(key: string, value: Value): string[] {
  if (value === undefined || value === "" || (isList(value) && value.length === 0)) return [];
  if (typeof value === "string" && value.includes("\n")) {
    // Two blanks are said to be the indentation, since the text's first line may begin with some of its own.
    const lines = value.split("\n").map((line) => (line === "" ? line : `  ${line}`));
    return [`${key}: |2-`, ...lines];
  }
  if (typeof value !== "object") return [`${key}: ${JSON.stringify(value)}`];
  if (!isList(value)) return [`${key}:`, ...Object.entries(value).map((row) => `  ${scalar(row)}`)];
  return [`${key}:`, ...value.flatMap(item)];
}

function isList(value: Value): value is readonly (Scalar | Row)[] {
  return Array.isArray(value);
}

function item(value: Scalar | Row): string[] {
  if (typeof value !== "object") return [`  - ${JSON.stringify(value)}`];
  return Object.entries(value).map((row, index) => `  ${index === 0 ? "- " : "  "}${scalar(row)}`);
}

function scalar([key, value]: readonly [string, Scalar]): string {
  return `${key}: ${JSON.stringify(typeof value === "string" ? safeLine(value) : value)}`;
}

/** What stands on a test line: `#` would begin a directive. */
function escaped(text: string): string {
  return safeLine(text).replaceAll(/[\\#]/g, "\\$&");
}
