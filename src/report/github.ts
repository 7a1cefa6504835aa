import type { Diagnostic, Place } from "../diagnostics/index.ts";
import { createPrettyReporter } from "./pretty.ts";
import { type CaseRecord, isBad } from "./record.ts";
import { Recorder } from "./recorder.ts";
import type { Reporter, ReporterOptions } from "./reporter.ts";
import { firstOf, safeLine, safeText } from "./safe-text.ts";

/** Characters of one annotation: it stands beside a line of the document, and has to leave it visible. */
const MAX_MESSAGE = 4000;

/**
 * For the log of GitHub Actions: the report for people in a group for each lesson, and an annotation at the line of the
 * document for each failure and each warning. While foreign text is shown, workflow commands are off: what a lesson
 * prints cannot give orders.
 */
export function createGithubReporter(options: ReporterOptions): Reporter {
  const { pathOf = (file: string) => file, token = "learn-istio" } = options;
  const pretty = createPrettyReporter({ ...options, alone: false, colour: false });
  const recorder = new Recorder();
  let isOpen = false;
  const open = (title: string): string => {
    if (isOpen) return "";
    isOpen = true;
    return `::group::${data(title)}\n::stop-commands::${token}\n`;
  };
  const close = (): string => {
    if (!isOpen) return "";
    isOpen = false;
    return `::${token}::\n::endgroup::\n`;
  };
  const annotation = (level: "error" | "warning", title: string, place: Place | undefined, text: string): string => {
    const where = place && { file: pathOf(place.file), line: place.line, col: place.column };
    const properties = Object.entries({ ...where, title: safeLine(title) }).map(
      ([name, value]) => `${name}=${property(value)}`,
    );
    return `::${level} ${properties.join(",")}::${data(firstOf(safeText(text), MAX_MESSAGE))}\n`;
  };
  return {
    findings: (findings) => {
      recorder.findings(findings);
      return findings.map((one) => annotation(one.severity, one.code, one.place, findingText(one))).join("");
    },
    accept: (event) => {
      recorder.accept(event);
      const shown = pretty.accept(event);
      if (event.type === "lesson-start")
        return `${close()}${open(`${safeLine(event.title)}  ${safeLine(event.path)}`)}`;
      if (event.type === "lesson-end") return shown + close();
      if (event.type === "run-end") return close() + inert(shown);
      // A note about the run itself is ours, and stands above its first lesson.
      const isOfRun = event.type === "run-start" || (event.type === "note" && event.lesson === undefined);
      if (isOfRun && !isOpen) return inert(shown);
      return shown === "" || isOpen ? shown : open("After the lesson") + shown;
    },
    end: (problem) => {
      const { suites } = recorder.end(problem);
      // Findings have theirs already, without the whole of the other texts.
      const failed = suites.flatMap((suite) => suite.cases.filter(isBad).map((one) => [suite, one] as const));
      const texts = failed
        .filter(([, { kind }]) => !/^LI\d+$/.test(kind))
        .map(([suite, one]) => annotation("error", `${suite.id}#${one.name}`, one.place, failureText(one)));
      return close() + texts.join("");
    },
  };
}

function findingText({ message, hint }: Diagnostic): string {
  return hint === undefined ? message : `${message}\nhint: ${hint}`;
}

function failureText({ failure }: CaseRecord): string {
  if (failure === undefined) return "";
  const { message, whys, diff, output } = failure;
  const more = diff === "" && output !== "" ? `its output:\n${output}` : diff;
  return [message, ...whys.map((why) => `why: ${why}`), ...(more === "" ? [] : ["", more])].join("\n");
}

/** Of the last lines, which stand outside of any group: file names and ids are foreign text too. */
function inert(text: string): string {
  return text.replaceAll(/^(\s*):(?=:)/gm, "$1 : ").replaceAll("##[", "# #[");
}

function data(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(value: string | number): string {
  return data(String(value)).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
