import { formatPlace } from "../diagnostics/index.ts";
import { formatDuration, plural } from "../text/index.ts";
import { type CaseRecord, countCases, type RunRecord, type SuiteRecord } from "./record.ts";
import type { ReporterOptions } from "./reporter.ts";
import { safeLine } from "./safe-text.ts";

/** Kinds that are no verdict on the document: JUnit calls them errors. */
const ERRORS: ReadonlySet<string> = new Set(["interrupted", "usage", "course", "environment", "bug"]);
/** `<>&"` and what an attribute would lose. */
const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\n": "&#10;",
  "\t": "&#9;",
};

/**
 * JUnit XML: a suite for each lesson, a case for each step, and `file` and `line` where the failure stands in the
 * document. `fixtures/report/junit.xsd` is its shape.
 */
export function renderJunit(
  { suites, commands, asserted, targets }: RunRecord,
  { about = {} }: ReporterOptions,
): string {
  const properties = {
    ...about,
    ...(targets.length > 0 && { target: targets.join(" ") }),
    asserted: `${asserted} of ${plural(commands, "command")}`,
  };
  const all = countsOf(suites.flatMap(({ cases }) => cases));
  const time = seconds(suites.reduce((sum, { durationMs }) => sum + durationMs, 0));
  const head = attributes({ name: "learn-istio", ...all, time });
  const body = suites.map((suite) => suiteElement(suite, properties)).join("");
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${head}>\n${body}</testsuites>\n`;
}

function suiteElement(suite: SuiteRecord, shared: Readonly<Record<string, string>>): string {
  const { id, title, path, target, at, durationMs, cases, notes } = suite;
  const { skipped, ...counts } = { ...countsOf(cases), skipped: countCases(cases).skipped };
  const head = attributes({
    name: title,
    ...counts,
    skipped,
    time: seconds(durationMs),
    ...(at !== undefined && { timestamp: new Date(at).toISOString().replace(/\.\d+Z$/, "") }),
    package: id,
    ...(path !== "" && { file: path }),
  });
  const properties = Object.entries({ ...shared, ...(target !== undefined && { target }) }).map(
    ([name, value]) => `      <property${attributes({ name, value: safeLine(value) })}/>\n`,
  );
  const lines = [
    `  <testsuite${head}>\n    <properties>\n${properties.join("")}    </properties>\n`,
    ...cases.map((one) => caseElement(one, id)),
    ...(notes.length === 0 ? [] : [`    <system-err>${text(notes.join("\n"))}</system-err>\n`]),
    "  </testsuite>\n",
  ];
  return lines.join("");
}

function caseElement(one: CaseRecord, classname: string): string {
  const { name, state, kind, place, durationMs, reason, failure, checks } = one;
  const where = place === undefined ? {} : { file: safeLine(place.file), line: place.line };
  const head = attributes({ name, classname, ...where, time: seconds(durationMs) });
  const inner: string[] = [];
  if (state === "skipped") inner.push(`      <skipped${attributes({ message: reason })}/>\n`);
  if (failure !== undefined) {
    const element = ERRORS.has(kind) ? "error" : "failure";
    const about = [place === undefined ? "" : safeLine(formatPlace(place)), failure.message];
    const why = failure.whys.map((line) => `why: ${line}`);
    const parts = [
      ...about,
      ...why,
      ...[failure.diff, failure.command].flatMap((part) => (part === "" ? [] : ["", part])),
    ];
    const body = text(parts.filter((part, index) => index > 0 || part !== "").join("\n"));
    inner.push(`      <${element}${attributes({ type: kind, message: failure.message })}>${body}</${element}>\n`);
  }
  const out = [...checks.map(triesText), failure?.output ?? ""].filter((part) => part !== "").join("\n");
  if (out !== "") inner.push(`      <system-out>${text(out)}</system-out>\n`);
  if (inner.length === 0) return `    <testcase${head}/>\n`;
  return `    <testcase${head}>\n${inner.join("")}    </testcase>\n`;
}

/** `check istiod is ready: pass after 3 tries, 2s` */
function triesText({ title, verdict, tries, durationMs, reason }: CaseRecord["checks"][number]): string {
  if (verdict === "skipped") return `not checked: ${title}: ${reason}`;
  return `check ${title}: ${verdict} after ${plural(tries, "try", "tries")}, ${formatDuration(durationMs)}`;
}

function countsOf(cases: readonly CaseRecord[]): { tests: number; failures: number; errors: number } {
  const bad = cases.filter(({ failure }) => failure !== undefined);
  const errors = bad.filter(({ kind }) => ERRORS.has(kind)).length;
  return { tests: cases.length, failures: bad.length - errors, errors };
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${String(value).replaceAll(/[&<>"\n\t]/g, entity)}"`)
    .join("");
}

/** `>` too: `]]>` must not stand in a text. */
function text(value: string): string {
  return value.replaceAll(/[&<>]/g, entity);
}

function entity(char: string): string {
  return ENTITIES[char] ?? char;
}
