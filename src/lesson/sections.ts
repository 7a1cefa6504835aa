import { isInert } from "./commands.ts";
import type { Element } from "./groups.ts";
import { languageKind } from "./languages.ts";
import type { Range } from "./source.ts";

/** From a heading to the next, of any depth. The first section has no heading when the file begins without one. */
export interface Section {
  readonly heading: { readonly depth: number; readonly text: string; readonly range: Range } | undefined;
  readonly elements: readonly Exclude<Element, { kind: "heading" }>[];
  /** Does a command, a transcript (but no cleanup) or a manual step stand in it? */
  readonly hasCommand: boolean;
  readonly hasCheck: boolean;
}

/** What follows what in a lesson: steps, then the checkpoint, then nothing but clean-up and reading. */
export type Part = "steps" | "checkpoint" | "cleanup" | "reading";

export function readSections(
  elements: readonly Element[],
  isCleanup: (element: Element) => boolean,
): readonly Section[] {
  const sections: { heading: Section["heading"]; elements: Exclude<Element, { kind: "heading" }>[] }[] = [
    { heading: undefined, elements: [] },
  ];
  for (const element of elements) {
    if (element.kind === "heading") sections.push({ heading: element, elements: [] });
    else sections.at(-1)?.elements.push(element);
  }
  return sections.map((section) => ({
    ...section,
    hasCommand: section.elements.some((element) => isCommand(element) && !isCleanup(element)),
    hasCheck: section.elements.some((element) => element.kind === "group" && element.group.kind === "check"),
  }));
}

function isCommand(element: Element): boolean {
  if (element.kind === "task") return true;
  if (element.kind !== "fence" || isInert(element.fence)) return false;
  return languageKind(element.fence.language) !== "output";
}

const LAST_PARTS: Readonly<Record<string, Part>> = { "Clean up": "cleanup", "Further reading": "reading" };

/** The part that a section begins or continues; undefined when its heading cannot stand there. */
export function partOf(section: Section, before: Part): Part | undefined {
  const { heading } = section;
  if (heading === undefined || heading.depth > 2) return before;
  if (before === "steps") return heading.depth === 2 && heading.text === "Checkpoint" ? "checkpoint" : "steps";
  if (heading.depth === 1 || !Object.hasOwn(LAST_PARTS, heading.text)) return undefined;
  return LAST_PARTS[heading.text];
}
