import { UsageError } from "../diagnostics/index.ts";
import type { Lesson, TargetName } from "../lesson/index.ts";

/** What a run is to do, decided before anything runs. */
export interface Plan {
  readonly lessons: readonly PlannedLesson[];
  /** After the first failing step: skip the rest of its lesson (default), go on, or stop the run. */
  readonly onFailure: "skip-lesson" | "keep-going" | "stop";
}

export interface PlannedLesson {
  readonly lesson: Lesson;
  /** Why the whole lesson is left out. */
  readonly skip: string | undefined;
  /** Selected by nobody, but a selected lesson builds on it. */
  readonly isPrerequisite: boolean;
  /** Ids of planned lessons that it builds on, directly or not. */
  readonly needs: readonly string[];
  /** Position in the plan after which its cleanups are due: the last lesson that builds on it. */
  readonly cleanUpAfter: number;
  /** The steps of it that were not asked for, by id; absent where all were. */
  readonly roles?: StepRoles;
}

/**
 * What becomes of a step that was not asked for: it runs, and is reported as what a later one builds on; or it is left out
 * with a reason.
 */
export type StepRole = { readonly kind: "prerequisite" } | { readonly kind: "left-out"; readonly reason: string };

/** By step id; `checkpoint` for the checkpoint. */
export type StepRoles = ReadonlyMap<string, StepRole>;

export interface Selection {
  /** Ids of the lessons to run; undefined for all. */
  readonly ids?: readonly string[];
  readonly target: TargetName;
  /** Also run the lessons that the selected ones require. */
  readonly withPrerequisites?: boolean;
  readonly onFailure?: Plan["onFailure"];
  /** By lesson id: the steps that were not asked for, where not all were. */
  readonly roles?: ReadonlyMap<string, StepRoles>;
}

/**
 * Which lessons run, in which order: as given, except that a lesson never comes before one that it requires.
 * Throws a UsageError for a selection that matches nothing. Requirements on lessons that are not there are ignored
 * here: they are findings of the course.
 */
export function plan(lessons: readonly Lesson[], selection: Selection): Plan {
  const byId = new Map(lessons.map((lesson) => [lesson.id, lesson]));
  const selected = selection.ids === undefined ? lessons : selection.ids.map((id) => find(byId, id));
  if (selected.length === 0)
    throw new UsageError(
      "Found no lesson to run, expected at least one",
      "Name a file or a folder with Markdown in it.",
    );
  const ids = new Set(selected.map((lesson) => lesson.id));
  const ordered = inOrder(selected, byId, selection.withPrerequisites === true ? undefined : ids);
  const needs = ordered.map((lesson) => requirementsOf(lesson, byId));
  const planned = ordered.map((lesson, index) => ({
    lesson,
    skip: whySkipped(lesson, selection.target),
    isPrerequisite: !ids.has(lesson.id),
    needs: ordered.filter(({ id }) => needs[index]?.has(id)).map(({ id }) => id),
    cleanUpAfter: ordered.findLastIndex((other, at) => other === lesson || needs[at]?.has(lesson.id)),
    ...rolesOf(lesson, selection, (id) => needs.some((needed) => needed.has(id))),
  }));
  return { lessons: planned, onFailure: selection.onFailure ?? "skip-lesson" };
}

/** Where a planned lesson builds on this one, no step of it can be left out. */
function rolesOf({ id }: Lesson, { roles }: Selection, isNeeded: (id: string) => boolean): { roles?: StepRoles } {
  const own = roles?.get(id);
  if (own === undefined) return {};
  if (!isNeeded(id)) return { roles: own };
  return { roles: new Map([...own.keys()].map((step) => [step, { kind: "prerequisite" }])) };
}

function find(byId: ReadonlyMap<string, Lesson>, id: string): Lesson {
  const lesson = byId.get(id);
  if (lesson !== undefined) return lesson;
  const known = [...byId.keys()].slice(0, 10).map((known) => `\`${known}\``);
  throw new UsageError(`Found no lesson \`${id}\`, expected ${known.join(", ") || "a lesson in this folder"}`);
}

/** Depth first by requirements; `only` keeps it to the selected ones. A cycle (a finding elsewhere) ends the descent. */
function inOrder(
  selected: readonly Lesson[],
  byId: ReadonlyMap<string, Lesson>,
  only: ReadonlySet<string> | undefined,
): readonly Lesson[] {
  const ordered = new Set<Lesson>();
  const visited = new Set<Lesson>();
  const visit = (lesson: Lesson): void => {
    if (visited.has(lesson)) return;
    visited.add(lesson);
    for (const { id } of lesson.front.requires) {
      const required = byId.get(id);
      if (required !== undefined) visit(required);
    }
    if (only === undefined || only.has(lesson.id)) ordered.add(lesson);
  };
  for (const lesson of selected) visit(lesson);
  return [...ordered];
}

function requirementsOf(lesson: Lesson, byId: ReadonlyMap<string, Lesson>, found = new Set<string>()): Set<string> {
  for (const { id } of lesson.front.requires) {
    const required = byId.get(id);
    if (required === undefined || found.has(id)) continue;
    found.add(id);
    requirementsOf(required, byId, found);
  }
  return found;
}

function whySkipped({ front: { targets } }: Lesson, target: TargetName): string | undefined {
  if (targets.length === 0 || targets.includes(target)) return undefined;
  return `needs target ${targets.map((name) => `\`${name}\``).join(" or ")}, this run has \`${target}\``;
}
