import { formatPlace } from "../../diagnostics/index.ts";
import type { RunSummary } from "../../run/index.ts";
import { stripAnsi } from "../../text/index.ts";
import { quoteWord } from "../quote-word.ts";

/** The file by which a bundle is known. */
export const HOW_TO = "HOW-TO-REPRODUCE.md";
const MARK = "<!-- a failure bundle of learn-istio -->";

export interface HowTo {
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly commit: string | undefined;
  readonly versions: Readonly<Record<string, string>>;
  readonly summary: RunSummary;
  readonly paths: ReadonlyMap<string, string>;
  readonly problem: string | undefined;
  readonly clusters: readonly string[];
}

export function isHowTo(text: string): boolean {
  return text.startsWith(MARK);
}

/** What failed, how to see it again, what lies in the bundle. */
export function howToText({ argv, cwd, commit, versions, summary, paths, problem, clusters }: HowTo): string {
  const failures = summary.failures.map(
    ({ lesson, step, place, verdict }) =>
      `- ${code(`${lesson}#${step}`)} at ${code(formatPlace(place))}: ${verdict.kind}`,
  );
  const files = [...new Set(summary.failures.map(({ lesson }) => paths.get(lesson)))].filter(
    (one) => one !== undefined,
  );
  const single = files.map((file) => `learn-istio test ${quoteWord(file)}`);
  const parts = [
    MARK,
    "# How to reproduce",
    ...(problem === undefined ? [] : [`The run did not come to its end: ${code(problem)}`]),
    ...(failures.length === 0 ? [] : [`What failed:\n\n${failures.join("\n")}`]),
    `The command was, in ${code(cwd)}${commit === undefined ? "" : `, at commit ${code(commit)}`}:`,
    fenced(["learn-istio", ...argv].map(quoteWord).join(" ")),
    ...(single.length === 0 ? [] : ["The failing documents alone:", fenced(single.join("\n"))]),
    `With:\n\n${Object.entries(versions)
      .map(([name, value]) => `- ${name} ${code(value)}`)
      .join("\n")}`,
    CONTENTS,
    ...(clusters.length === 0
      ? []
      : [`The cluster was asked right after ${clusters.map(code).join(", ")} failed, before any clean-up.`]),
    "Masked as `***`: values of environment variables and `--var` whose names look like a secret's, values of Kubernetes Secrets, users in URLs. Look through it before you show it to others all the same.",
  ];
  return `${parts.join("\n\n")}\n`;
}

const CONTENTS = `| here | what |
|---|---|
| \`report.txt\` | the report as people read it |
| \`run.jsonl\` | the run as data, a RunEvent a line, without outputs |
| \`commands/\` | each command that ran, in order: the source, and beside it all that it printed |
| \`documents/\` | the documents as they were |
| \`environment.txt\` | the environment in which their commands ran |
| \`versions.json\` | programs and their versions |
| \`cluster/\` | what ran, events, pods that were not ready, Istio's configuration; absent without a cluster |`;

function code(text: string): string {
  const line = stripAnsi(text).replaceAll(/\s+/g, " ");
  const ticks = "`".repeat(1 + Math.max(0, ...(line.match(/`+/g) ?? []).map((run) => run.length)));
  return ticks.length === 1 ? `\`${line}\`` : `${ticks} ${line} ${ticks}`;
}

function fenced(text: string): string {
  const ticks = "`".repeat(Math.max(3, 1 + Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length))));
  return `${ticks}bash\n${text}\n${ticks}`;
}
