import { abilityOf, PROBLEMS, type Problem, type ProblemCode } from "./problems.ts";
import type { MachineReport } from "./report.ts";

/** A report, and where it stood: reports have no names. */
export interface PlacedReport {
  /** `FILE:LINE`. */
  readonly place: string;
  readonly report: MachineReport;
}

/** A problem, and where the reports stand that have it. */
export interface Trouble extends Problem {
  readonly code: ProblemCode | "old-learn-istio";
  readonly places: readonly string[];
}

/** Which version of a program, or `none`, so many machines have. */
interface VersionCount {
  readonly version: string;
  readonly count: number;
}

/** How ready a room is, by its reports. */
export interface Readiness {
  readonly version: 1;
  readonly reports: number;
  readonly sandbox: number;
  readonly live: number;
  /** The commonest first. */
  readonly troubles: readonly Trouble[];
  /** Program → its versions, the commonest first; only programs of which there is more than one. */
  readonly versions: Readonly<Record<string, readonly VersionCount[]>>;
}

const TOOLS = ["app", "node", "bash", "curl", "kubectl", "helm", "docker", "kind"] as const;

/** Judge a room. `own` is the instructor's learn-istio: an older one may lack what the class is sent. Pure. */
export function readinessOf(placed: readonly PlacedReport[], own: string): Readiness {
  const isOld = ({ app }: MachineReport): boolean => compareVersions(app, own) < 0;
  const able = placed.filter(({ report }) => !isOld(report)).map(({ report }) => abilityOf(report.problems ?? []));
  return {
    version: 1,
    reports: placed.length,
    sandbox: able.filter(({ sandbox }) => sandbox).length,
    live: able.filter(({ live }) => live).length,
    troubles: troublesOf(placed, isOld, own),
    versions: Object.fromEntries(
      TOOLS.flatMap((tool) => {
        const counts = countVersions(placed.map(({ report }) => report[tool] ?? "none"));
        return counts.length < 2 ? [] : [[tool === "app" ? "learn-istio" : tool, counts]];
      }),
    ),
  };
}

function troublesOf(
  placed: readonly PlacedReport[],
  isOld: (report: MachineReport) => boolean,
  own: string,
): readonly Trouble[] {
  const placesOf = (has: (report: MachineReport) => boolean): string[] =>
    placed.filter(({ report }) => has(report)).map(({ place }) => place);
  const old: Trouble = {
    code: "old-learn-istio",
    hinders: "all",
    what: `learn-istio is older than yours (${own})`,
    remedy: `Install ${own} again: from where it came, or from the file that \`learn-istio class bundle\` makes.`,
    places: placesOf(isOld),
  };
  const known = Object.entries(PROBLEMS).map(([code, problem]): Trouble => {
    const name = code as ProblemCode;
    return { code: name, ...problem, places: placesOf(({ problems = [] }) => problems.includes(name)) };
  });
  const weight = { all: 0, live: 1, nothing: 2 };
  return [old, ...known]
    .filter(({ places }) => places.length > 0)
    .sort((a, b) => weight[a.hinders] - weight[b.hinders] || b.places.length - a.places.length);
}

function countVersions(versions: readonly string[]): VersionCount[] {
  return [...new Set(versions)]
    .map((version) => ({ version, count: versions.filter((one) => one === version).length }))
    .sort((a, b) => b.count - a.count || compareVersions(b.version, a.version));
}

/** By semver's order as far as we need it: numbers first; a prerelease is older than its release. */
function compareVersions(a: string, b: string): number {
  const [left, right] = [a, b].map((text) => {
    const [numbers = "", ...pre] = text.split("-");
    return { numbers: numbers.split(".").map((one) => Number(one) || 0), pre: pre.join("-") };
  });
  if (left === undefined || right === undefined) return 0;
  for (let at = 0; at < Math.max(left.numbers.length, right.numbers.length); at++) {
    const difference = (left.numbers[at] ?? 0) - (right.numbers[at] ?? 0);
    if (difference !== 0) return difference;
  }
  if (left.pre === right.pre) return 0;
  if (left.pre === "" || right.pre === "") return left.pre === "" ? 1 : -1;
  return left.pre < right.pre ? -1 : 1;
}
