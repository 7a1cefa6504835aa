import { formatPlace } from "../diagnostics/index.ts";
import { formatDuration, plural } from "../text/index.ts";
import { type CaseRecord, countCases, isBad, type RunRecord, type SuiteRecord } from "./record.ts";
import type { ReporterOptions } from "./reporter.ts";
import { firstOf, lastOf, safeLine } from "./safe-text.ts";

/** A job's summary may have 1 MiB, and nobody reads a hundred failures. */
const MAX_FAILURES = 50;
const MAX_TEXT = 4000;
const MAX_SKIPPED = 100;

/** Markdown, as `$GITHUB_STEP_SUMMARY` takes it: the counts, a row for each lesson, each failure, what was skipped and why. */
export function renderJobSummary(record: RunRecord, { about = {} }: ReporterOptions): string {
  const { suites, warnings, commands, asserted, durationMs, targets } = record;
  const all = suites.flatMap(({ cases }) => cases);
  const { passed, failed, skipped, interrupted } = countCases(all);
  const counts = [`${passed} passed`, `${failed} failed`, `${skipped} skipped`];
  if (interrupted > 0) counts.push(`${interrupted} interrupted`);
  const parts = [
    `## learn-istio test: ${counts.join(", ")}`,
    suites.length === 0 ? "There is nothing here to run." : table(suites),
    failures(suites),
    leftOutParts(suites),
    warnings.length === 0 ? "" : list(`${plural(warnings.length, "warning")}`, warnings.map(warningRow)),
    [
      `asserted ${asserted} of ${plural(commands, "command")}`,
      formatDuration(durationMs),
      ...(targets.length === 0 ? [] : [`target ${targets.join(", ")}`]),
      ...Object.entries(about).map(([name, value]) => prose(`${name} ${value}`)),
    ].join(" · "),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function table(suites: readonly SuiteRecord[]): string {
  const rows = suites.map(({ title, path, cases, durationMs }) => {
    const { passed, failed, skipped, interrupted } = countCases(cases);
    const word = failed > 0 ? "failed" : interrupted > 0 ? "interrupted" : passed > 0 ? "passed" : "skipped";
    const name = path === "" || path === title ? code(title) : `${prose(title)} ${code(path)}`;
    const numbers = [passed, failed + interrupted, skipped, formatDuration(durationMs)];
    return `| ${[word, cell(name), ...numbers].join(" | ")} |`;
  });
  return ["| | lesson | passed | failed | skipped | time |", "|---|---|--:|--:|--:|--:|", ...rows].join("\n");
}

function failures(suites: readonly SuiteRecord[]): string {
  const all = suites.flatMap((suite) => suite.cases.filter(isBad).map((one) => failureText(suite, one)));
  const more = all.length - MAX_FAILURES;
  return [...all.slice(0, MAX_FAILURES), ...(more > 0 ? [`and ${plural(more, "failure")} more`] : [])].join("\n\n");
}

function failureText({ id }: SuiteRecord, { name, place, failure, checks }: CaseRecord): string {
  const parts = [`### ${code(`${id}#${name}`)}${place === undefined ? "" : ` at ${code(formatPlace(place))}`}`];
  if (failure === undefined) return parts.join("");
  parts.push(prose(failure.message));
  const notes = [
    ...failure.whys.map((why) => `- why: ${prose(why)}`),
    ...checks
      .filter(({ tries }) => tries > 1)
      .map(({ title, tries, durationMs }) => `- ${prose(title)}: ${tries} tries, ${formatDuration(durationMs)}`),
  ];
  if (notes.length > 0) parts.push(notes.join("\n"));
  if (failure.diff !== "") parts.push(fenced(firstOf(failure.diff, MAX_TEXT)));
  if (failure.command !== "") parts.push(fenced(firstOf(failure.command, MAX_TEXT)));
  if (failure.output !== "") parts.push("Output:", fenced(lastOf(failure.output, MAX_TEXT)));
  return parts.join("\n\n");
}

/** Steps, and checks of steps that ran, with the reason of each. */
function leftOutParts(suites: readonly SuiteRecord[]): string {
  const rows = suites.flatMap(({ id, cases }) =>
    cases
      .filter(({ state }) => state === "skipped")
      .map(({ name, reason }) => `${code(`${id}#${name}`)}: ${prose(reason)}`),
  );
  const steps = rows.length === 0 ? "" : list(`${plural(rows.length, "step")} skipped`, rows);
  const leftOut = suites.flatMap(({ id, cases }) =>
    cases.flatMap(({ name, state, checks }) =>
      checks
        .filter(({ verdict }) => verdict === "skipped" && state !== "skipped")
        .map(({ title, reason }) => `${code(`${id}#${name}`)}: ${prose(title)}: ${prose(reason)}`),
    ),
  );
  const checks = leftOut.length === 0 ? "" : list(`${plural(leftOut.length, "check")} not asked`, leftOut);
  return [steps, checks].filter((part) => part !== "").join("\n\n");
}

function warningRow({ code: name, message, place }: RunRecord["warnings"][number]): string {
  return `${code(formatPlace(place))} ${name} ${prose(message)}`;
}

function list(title: string, rows: readonly string[]): string {
  const more = rows.length > MAX_SKIPPED ? [`- and ${rows.length - MAX_SKIPPED} more`] : [];
  const shown = rows.slice(0, MAX_SKIPPED).map((row) => `- ${row}`);
  return `<details><summary>${title}</summary>\n\n${[...shown, ...more].join("\n")}\n\n</details>`;
}

/** Foreign words that are to read as they are written; what stands in backticks is code, as everywhere in our sentences. */
function prose(text: string): string {
  return safeLine(text)
    .split(/(`[^`]+`)/)
    .map((part, index) => (index % 2 === 1 ? code(part.slice(1, -1)) : escaped(part)))
    .join("");
}

function escaped(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(/[\\`*_[\]|~]|^[#>+-]|:(?=\/\/)|@/g, "\\$&");
}

/** Between more backticks than it has in a row. */
function code(text: string): string {
  const line = safeLine(text);
  const ticks = "`".repeat(longestRun(line) + 1);
  const gap = line.startsWith("`") || line.endsWith("`") || line === "" ? " " : "";
  return `${ticks}${gap}${line}${gap}${ticks}`;
}

/** A table's cell ends at `|`, in code too. */
function cell(markdown: string): string {
  return markdown.replaceAll(/(?<!\\)\|/g, "\\|");
}

function fenced(text: string): string {
  const ticks = "`".repeat(Math.max(3, longestRun(text) + 1));
  return `${ticks}text\n${text}\n${ticks}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
