import type { Plan, PlannedLesson } from "./plan.ts";

/** A part of a plan that runs by itself, in surroundings of its own. */
export interface Strand {
  /** Its lessons in the order of the whole plan. */
  readonly plan: Plan;
  /** Where each of them stands in the whole plan. */
  readonly positions: readonly number[];
  /** Ids of lessons that this strand reports; the others another strand reports, here they only prepare. */
  readonly reports: ReadonlySet<string>;
  /** Ids of lessons whose cleanups this strand reports. */
  readonly reportsCleanup: ReadonlySet<string>;
}

/** Where a strand begins behind another one: what that one has done with its first lessons. */
export interface Trunk {
  /** Its place among the strands. */
  readonly strand: number;
  readonly count: number;
}

/**
 * For each strand the one that does most of what it only prepares with, in the same order from the first lesson on; undefined
 * for a strand that has nothing to wait for.
 */
export function trunksOf(strands: readonly Strand[]): readonly (Trunk | undefined)[] {
  return strands.map((strand, index) => {
    const trunks = strands.slice(0, index).map((other, at) => ({ strand: at, count: sharedBy(other, strand) }));
    const best = trunks.reduce<Trunk>((most, one) => (one.count > most.count ? one : most), { strand: 0, count: 0 });
    return best.count === 0 ? undefined : best;
  });
}

/**
 * By strand: lessons that it cleans up, although another one that begins behind it has the last lesson which builds on them;
 * with the place of that lesson.
 */
export function cleanupsElsewhere(
  plan: Plan,
  strands: readonly Strand[],
  trunks: readonly (Trunk | undefined)[],
): readonly ReadonlyMap<string, number>[] {
  const found = strands.map(() => new Map<string, number>());
  for (const [index, trunk] of trunks.entries()) {
    const { plan: part, reportsCleanup } = strands[index] ?? { plan: { lessons: [] }, reportsCleanup: new Set() };
    for (const { lesson } of part.lessons.slice(0, trunk?.count ?? 0)) {
      if (!reportsCleanup.has(lesson.id)) continue;
      const owner = strands.findIndex(({ reports }) => reports.has(lesson.id));
      const last = plan.lessons.find((one) => one.lesson === lesson)?.cleanUpAfter;
      if (last !== undefined) found[owner]?.set(lesson.id, last);
    }
  }
  return found;
}

function sharedBy(trunk: Strand, strand: Strand): number {
  const { lessons } = strand.plan;
  const at = lessons.findIndex(
    ({ lesson, skip }, index) =>
      lesson !== trunk.plan.lessons[index]?.lesson || strand.reports.has(lesson.id) || skip !== undefined,
  );
  return at === -1 ? lessons.length : at;
}

/** A plan without its first lessons, which have been run elsewhere. */
export function withoutFirst({ lessons, onFailure }: Plan, count: number): Plan {
  const rest = lessons.slice(count).map((one) => ({ ...one, cleanUpAfter: one.cleanUpAfter - count }));
  return { lessons: rest, onFailure };
}

/** More than this part of the whole is not worth a second sandbox. */
const WORTH = 0.8;

/**
 * Cut a plan into parts that can run beside each other. Lessons that build on each other stay together, so that nothing
 * runs twice; only where one such family would keep the other jobs waiting is it cut, and then each part runs what it
 * builds on itself. What is reported does not depend on the cut: each lesson is reported by the first part that has it, and
 * its cleanups by the part that has the last lesson which builds on it.
 */
export function strandsOf(plan: Plan, jobs: number | "together"): readonly Strand[] {
  if (jobs === "together") {
    const ids = new Set(plan.lessons.map(({ lesson }) => lesson.id));
    return plan.lessons.length === 0 ? [] : [strandOf(plan, plan.lessons, ids)];
  }
  const total = weigh(plan.lessons);
  const parts = familiesOf(plan.lessons).flatMap((family) => {
    const share = total === 0 ? 1 : Math.ceil((jobs * weigh(family)) / total);
    return cut(family, share);
  });
  const reported = new Set<string>();
  return parts.map((part) => {
    const ids = part.map(({ lesson }) => lesson.id).filter((id) => !reported.has(id));
    for (const id of ids) reported.add(id);
    return strandOf(plan, part, new Set(ids));
  });
}

/** Lessons that are bound by requirements, directly or not. */
function familiesOf(lessons: readonly PlannedLesson[]): readonly PlannedLesson[][] {
  const families: PlannedLesson[][] = [];
  for (const planned of lessons) {
    const kin = families.filter((family) => family.some(({ lesson }) => planned.needs.includes(lesson.id)));
    const [first, ...others] = kin;
    if (first === undefined) {
      families.push([planned]);
      continue;
    }
    for (const other of others) families.splice(families.indexOf(other), 1);
    first.push(...others.flat(), planned);
  }
  return families.map((family) => inPlanOrder(lessons, new Set(family)));
}

/** At most so many parts, each with some of the lessons that no other builds on, and all that those need. */
function cut(family: PlannedLesson[], most: number): readonly PlannedLesson[][] {
  const needed = new Set(family.flatMap(({ needs }) => needs));
  const tips = family.filter(({ lesson }) => !needed.has(lesson.id));
  const count = Math.min(most, tips.length);
  const parts = Array.from({ length: count }, (_, index) => {
    const own = tips.slice(Math.floor((index * tips.length) / count), Math.floor(((index + 1) * tips.length) / count));
    const ids = new Set(own.flatMap(({ lesson, needs }) => [lesson.id, ...needs]));
    return family.filter(({ lesson }) => ids.has(lesson.id));
  });
  const longest = Math.max(...parts.map(weigh));
  return count < 2 || longest > WORTH * weigh(family) ? [family] : parts;
}

function strandOf(plan: Plan, part: readonly PlannedLesson[], reports: ReadonlySet<string>): Strand {
  const lessons = part.map((planned) => ({
    ...planned,
    cleanUpAfter: part.findLastIndex((other) => other === planned || other.needs.includes(planned.lesson.id)),
  }));
  const last = ({ cleanUpAfter }: PlannedLesson): string => plan.lessons[cleanUpAfter]?.lesson.id ?? "";
  return {
    plan: { ...plan, lessons },
    positions: part.map((planned) => plan.lessons.indexOf(planned)),
    reports,
    reportsCleanup: new Set(part.filter((one) => reports.has(last(one))).map(({ lesson }) => lesson.id)),
  };
}

function inPlanOrder(lessons: readonly PlannedLesson[], some: ReadonlySet<PlannedLesson>): PlannedLesson[] {
  return lessons.filter((planned) => some.has(planned));
}

/** A guess before anything has run: how many steps there are. */
function weigh(lessons: readonly PlannedLesson[]): number {
  return lessons.reduce((sum, { lesson, skip }) => sum + (skip === undefined ? lesson.steps.length + 1 : 0), 0);
}
