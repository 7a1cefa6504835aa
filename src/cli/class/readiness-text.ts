import { plural } from "../../text/index.ts";
import type { Readiness, Trouble } from "../../workshop/index.ts";
import { indent, item, wrapText } from "../screen/lines.ts";

/** Something that was to be a report and is none. */
export interface Unreadable {
  readonly place: string;
  readonly problem: string;
}

const HINDERS = {
  all: "Cannot take the course yet:",
  live: "Cannot take it live (the sandbox does without):",
  nothing: "In nobody's way:",
} as const satisfies Record<Trouble["hinders"], string>;
/** How many places are named; `--json` has all. */
const MOST_PLACES = 12;
const LEAD = "     ";

/** How ready a room is, for a screen. Pure. */
export function renderReadiness(readiness: Readiness, unreadable: readonly Unreadable[], width: number): string {
  const { reports, sandbox, live, troubles, versions } = readiness;
  const head = `${plural(reports, "report")}: ${sandbox} can take the course in the sandbox, ${live} of them live, too.`;
  const hindered = (Object.keys(HINDERS) as Trouble["hinders"][]).map((hinders) =>
    section(
      HINDERS[hinders],
      troubles.filter((one) => one.hinders === hinders).map((one) => renderTrouble(one, width)),
      width,
    ),
  );
  const differing = Object.entries(versions).map(
    ([tool, counts]) => `${tool}: ${counts.map(({ version, count }) => `${version} (${count})`).join(", ")}`,
  );
  const parts = [
    wrapText(head, width),
    ...hindered,
    section(
      "Versions that differ:",
      differing.map((line) => item("    ", line, width)),
      width,
    ),
    section(
      "Cannot be read; ask for these again, as a file (`learn-istio doctor --report report.txt`):",
      unreadable.map(({ place, problem }) => item("    ", `${place}: ${problem}`, width)),
      width,
    ),
  ];
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function section(title: string, lines: readonly string[], width: number): string {
  return lines.length === 0 ? "" : [wrapText(title, width), ...lines].join("\n");
}

function renderTrouble({ what, remedy, places }: Trouble, width: number): string {
  const more = places.length - MOST_PLACES;
  const named = places.slice(0, MOST_PLACES).join(", ") + (more > 0 ? ` and ${more} more` : "");
  const below = [remedy, named].map((text) => indent(wrapText(text, width - LEAD.length), LEAD));
  return [item(String(places.length).padStart(LEAD.length - 1), what, width), ...below].join("\n");
}
