import { plural } from "../text/index.ts";
import { countCases, isBad, type RunRecord } from "./record.ts";

/** What shields.io asks an endpoint for: https://shields.io/badges/endpoint-badge */
interface Badge {
  readonly schemaVersion: 1;
  readonly label: string;
  readonly message: string;
  readonly color: string;
  readonly isError?: true;
}

/** A badge that says how many lessons the run proved. */
export function renderBadge({ suites }: RunRecord): string {
  return `${JSON.stringify(badgeOf(suites))}\n`;
}

function badgeOf(suites: RunRecord["suites"]): Badge {
  const about = { schemaVersion: 1, label: "verified" } as const;
  if (suites.some(({ path }) => path === "")) return { ...about, message: "did not run", color: "red", isError: true };
  const failing = suites.filter(({ cases }) => cases.some(isBad)).length;
  if (failing > 0)
    return {
      ...about,
      message: `${failing} of ${plural(suites.length, "lesson")} failing`,
      color: "red",
      isError: true,
    };
  const proven = suites.filter(({ cases }) => countCases(cases).passed > 0).length;
  if (proven === 0) return { ...about, message: "nothing was run", color: "lightgrey", isError: true };
  if (proven < suites.length)
    return { ...about, message: `${proven} of ${plural(suites.length, "lesson")}`, color: "yellowgreen" };
  return { ...about, message: plural(proven, "lesson"), color: "brightgreen" };
}
