import path from "node:path";
import { abilityOf, findReports, type MachineReport, PROBLEMS, writeReport } from "../../workshop/index.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import { indent, wrapText } from "../screen/lines.ts";
import { writeWhole } from "../test/write-whole.ts";

/**
 * The report: told in words on stderr, the line itself on stdout; with a file, both in it. The words are of what was read
 * back from the line, so that nothing can be in it that they do not tell.
 */
export function giveReport(io: Io, { report: named, json }: Options, made: Omit<MachineReport, "v">): void {
  const line = writeReport(made);
  const [found] = findReports(line);
  if (found === undefined || !("report" in found)) throw new Error("a report that was just written cannot be read");
  const words = tellReport(found.report, io.width);
  const data = json ? `${JSON.stringify({ version: 1, line, report: found.report }, null, 2)}\n` : `${line}\n`;
  if (typeof named !== "string") {
    if (!json) io.say(`${words}\n`);
    io.print(data);
    return;
  }
  writeWhole(path.resolve(io.cwd, named), `${words}\n${line}\n`);
  io.say(`${words}\nIt is in \`${named}\`.\n`);
  if (json) io.print(data);
}

const SHOWN = ["node", "bash", "curl", "kubectl", "helm", "docker", "kind"] as const;

/** Everything that a report says, in words. Pure. */
export function tellReport(report: MachineReport, width: number): string {
  const { sandbox, live } = abilityOf(report.problems ?? []);
  const can = (able: boolean): string => (able ? "can run" : "cannot run yet");
  const engine = report.engine === undefined ? "" : ` (Docker has ${report.engine} GiB of memory)`;
  const problems = (report.problems ?? []).map((code) => PROBLEMS[code].what);
  const rows: readonly (readonly [string, string])[] = [
    ["learn-istio", report.app],
    [
      "machine",
      `${report.os} ${report.arch}, ${report.cores} cores, ${report.memory} GiB of memory, ${report.disk} GiB of disk free`,
    ],
    ["programs", SHOWN.map((tool) => `${tool} ${report[tool] ?? "none"}`).join(", ")],
    ["sandbox", can(sandbox)],
    ["live", `${can(live)}${engine}`],
    ["to do", problems.length === 0 ? "nothing" : problems.join("; ")],
    [
      "terminal",
      `${report.columns === 0 ? "none" : `${report.columns} columns`}, ${report.colour ? "colour" : "no colour"}, ${report.utf8 ? "UTF-8" : "not UTF-8"}`,
    ],
    [
      "network",
      `ports of 127.0.0.1 ${report.ports ? "can be had" : "cannot be had"}; ${report.proxy ? "a proxy is set (which one is not told)" : "no proxy is set"}`,
    ],
    ["number", `${report.id}, drawn for this report alone`],
  ];
  const label = 13;
  const told = rows.map(([name, value]) => {
    const wrapped = indent(wrapText(value, width - label - 2), " ".repeat(label + 2));
    return `  ${name.padEnd(label)}${wrapped.trimStart()}`;
  });
  const head = "The report says this of your machine, and nothing else: no name, no folder, no address.";
  return `${wrapText(head, width)}\n${told.join("\n")}\n${wrapText("Send the line that begins with `learn-istio-report` to your instructor.", width)}\n`;
}
