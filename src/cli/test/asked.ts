import { UsageError } from "../../diagnostics/index.ts";
import type { Lesson, Step } from "../../lesson/index.ts";
import { type StepRole, type StepRoles, stepsOf } from "../../run/index.ts";
import type { Options } from "../options.ts";

/** What was asked for: lessons in their order, and of each the steps that were not meant. */
export interface Asked {
  readonly lessons: readonly Lesson[];
  readonly roles: ReadonlyMap<string, StepRoles>;
}

/**
 * `--from`, `--grep` and `--shard` on the selected lessons, in this order. Errors: what matches nothing. A shard alone may
 * come out empty: another machine has its lessons.
 */
export function askFor(selected: readonly Lesson[], { from, grep, shard }: Options): Asked {
  const asked =
    from !== undefined ? beginAt(selected, from) : grep !== undefined ? matching(selected, grep) : all(selected);
  return shard === undefined ? asked : { ...asked, lessons: shardOf(asked.lessons, shard) };
}

function all(lessons: readonly Lesson[]): Asked {
  return { lessons, roles: new Map() };
}

/** `--from step` or `lesson#step`: the steps before it run as what it builds on, the lessons before it are not asked for. */
function beginAt(lessons: readonly Lesson[], from: string): Asked {
  const [id, step] = from.includes("#") ? from.split("#", 2) : [undefined, from];
  const has = (lesson: Lesson): boolean =>
    (id === undefined || lesson.id === id) && stepsOf(lesson).some((one) => one.id === step);
  const found = lessons.filter(has);
  const [lesson, other] = found;
  if (lesson === undefined) {
    const known = lessons.flatMap((one) => one.steps.map((one) => `\`${one.id}\``)).slice(0, 12);
    throw new UsageError(`There is no step \`${from}\`.`, `The steps are ${known.join(", ")}.`);
  }
  if (other !== undefined && step !== undefined) {
    const names = found.slice(0, 5).map((one) => `\`${one.id}#${step}\``);
    throw new UsageError(`${found.length} lessons have a step \`${step}\`.`, `Say which: ${names.join(", ")}.`);
  }
  const steps = stepsOf(lesson);
  const before = steps.slice(
    0,
    steps.findIndex((one) => one.id === step),
  );
  const roles = new Map<string, StepRole>(before.map((one) => [one.id, { kind: "prerequisite" }]));
  return {
    lessons: lessons.slice(lessons.indexOf(lesson)),
    roles: roles.size === 0 ? new Map() : new Map([[lesson.id, roles]]),
  };
}

/**
 * `--grep`: a lesson whose id or title matches is asked for as a whole; of any other the steps whose id or heading does. What
 * stands before such a step runs too, what comes after the last is left out.
 */
function matching(lessons: readonly Lesson[], grep: string): Asked {
  const matches = matcherOf(grep);
  const roles = new Map<string, StepRoles>();
  const found = lessons.filter((lesson) => {
    if (matches(lesson.id) || matches(lesson.title)) return true;
    const wanted = stepsOf(lesson).filter((step) => [step.id, `${lesson.id}#${step.id}`, step.section].some(matches));
    if (wanted.length === 0) return false;
    roles.set(lesson.id, rolesAround(stepsOf(lesson), wanted, grep));
    return true;
  });
  if (found.length > 0) return { lessons: found, roles };
  throw new UsageError(
    `\`--grep ${grep}\` matches nothing in ${lessons.length === 1 ? "one lesson" : `${lessons.length} lessons`}.`,
    "It looks at ids and titles of lessons and steps; `learn-istio test --reporter json` shows them.",
  );
}

function rolesAround(steps: readonly Step[], wanted: readonly Step[], grep: string): StepRoles {
  const last = steps.findLastIndex((step) => wanted.includes(step));
  return new Map(
    steps.flatMap((step, index): [string, StepRole][] => {
      if (wanted.includes(step)) return [];
      const out = { kind: "left-out", reason: `\`--grep ${grep}\` does not ask for it` } as const;
      return [[step.id, index < last ? { kind: "prerequisite" } : out]];
    }),
  );
}

/** A text, whatever its case, or `/a regular expression/`. */
function matcherOf(grep: string): (text: string) => boolean {
  if (grep === "") throw new UsageError("`--grep` is empty.", "Name a part of a title or an id, or `/a pattern/`.");
  const [, source, flags] = /^\/(.+)\/([a-z]*)$/s.exec(grep) ?? [];
  if (source === undefined) {
    const wanted = grep.toLowerCase();
    return (text) => text.toLowerCase().includes(wanted);
  }
  try {
    // Without `g` and `y`, which would make it remember where it was.
    const pattern = new RegExp(source, flags?.replaceAll(/[gy]/g, ""));
    return (text) => pattern.test(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`\`--grep ${grep}\` is no pattern: ${why}.`, "Without slashes it is taken as plain text.");
  }
}

/** Every n-th lesson in the order of their paths: the same on every machine. */
function shardOf(lessons: readonly Lesson[], shard: string): readonly Lesson[] {
  const [, which, many] = /^(\d+)\/(\d+)$/.exec(shard) ?? [];
  const index = Number(which);
  const count = Number(many);
  if (!(index >= 1 && index <= count))
    throw new UsageError(
      `\`--shard ${shard}\` is not \`i/n\` with i from 1 to n.`,
      "The second of three: `--shard 2/3`.",
    );
  const sorted = lessons.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  const own = new Set(sorted.filter((_lesson, at) => at % count === index - 1));
  return lessons.filter((lesson) => own.has(lesson));
}
