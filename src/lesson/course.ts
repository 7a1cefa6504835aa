import { CATALOGUE, type Diagnostic, type DiagnosticCode, type Place } from "../diagnostics/index.ts";
import { suggest } from "../text/index.ts";
import type { Lesson } from "./lesson.ts";

/** What only shows when lessons stand beside each other: ids used twice, requirements on nothing or in a circle. */
export function checkCourse(lessons: readonly Lesson[]): readonly Diagnostic[] {
  const byId = new Map<string, Lesson>();
  const diagnostics: Diagnostic[] = [];
  for (const lesson of lessons) {
    const first = byId.get(lesson.id);
    if (first === undefined) byId.set(lesson.id, lesson);
    else diagnostics.push(duplicate(lesson, first));
  }
  for (const lesson of byId.values()) diagnostics.push(...missing(lesson, byId));
  return [...diagnostics, ...circles(byId)];
}

function finding(code: DiagnosticCode, place: Place, message: string, hint: string): Diagnostic {
  return { code, severity: CATALOGUE[code].severity, message, hint, place };
}

function duplicate(lesson: Lesson, first: Lesson): Diagnostic {
  const place = { file: lesson.path, line: 1, column: 1, offset: 0, endOffset: 0 };
  const message = `The id \`${lesson.id}\` belongs to \`${first.path}\` already, expected an id of its own`;
  return finding("LI030", place, message, "rename one of the two files");
}

function missing(lesson: Lesson, byId: ReadonlyMap<string, Lesson>): readonly Diagnostic[] {
  return lesson.front.requires.flatMap(({ id, place }) => {
    if (byId.has(id)) return [];
    const near = suggest(id, byId.keys());
    const hint = near === undefined ? `the lessons are ${[...byId.keys()].join(", ")}` : `did you mean \`${near}\`?`;
    return [finding("LI031", place, `\`${id}\` is required and does not exist, expected the id of a lesson`, hint)];
  });
}

/** One finding a circle, at the requirement that closes it. */
function circles(byId: ReadonlyMap<string, Lesson>): readonly Diagnostic[] {
  const done = new Set<string>();
  const found: Diagnostic[] = [];
  const visit = (lesson: Lesson, trail: readonly string[]): void => {
    if (done.has(lesson.id)) return;
    const path = [...trail, lesson.id];
    for (const { id, place } of lesson.front.requires) {
      const required = byId.get(id);
      if (path.includes(id)) {
        const circle = [...path.slice(path.indexOf(id)), id].join(" → ");
        const message = `The lessons require each other: ${circle}, expected an order in which they can be done`;
        found.push(finding("LI032", place, message, "take one of the requirements away"));
      } else if (required !== undefined) visit(required, path);
    }
    done.add(lesson.id);
  };
  for (const lesson of byId.values()) visit(lesson, []);
  return found;
}
