import { existsSync } from "node:fs";
import path from "node:path";
import type { Diagnostic } from "../../diagnostics/index.ts";
import type { Lesson, LessonVariant, Mistake } from "../../lesson/index.ts";
import { renderCheckVerdict, renderVerdict } from "../../report/index.ts";
import { type Plan, plan, type RunEvent, Slots, tallyOf, type Variants, type Weakness } from "../../run/index.ts";
import { type LessonFile, readLessonFile } from "../lesson-files.ts";
import type { ParsedFile } from "../parse-cached.ts";

/** The mutants and right ways of lessons, as their files say. */
export interface VariantFiles {
  readonly byLesson: ReadonlyMap<string, readonly LessonVariant[]>;
  readonly files: readonly LessonFile[];
  readonly findings: readonly Diagnostic[];
}

/** Read `lesson-01.mutants.yaml` beside each lesson that has one. */
export async function readVariantFiles(lessons: readonly ParsedFile[], cwd: string): Promise<VariantFiles> {
  const byLesson = new Map<string, readonly LessonVariant[]>();
  const files: LessonFile[] = [];
  const findings: Diagnostic[] = [];
  for (const { lesson } of lessons) {
    const file =
      lesson?.kind === "lesson"
        ? path.join(path.dirname(path.resolve(cwd, lesson.path)), `${lesson.id}.mutants.yaml`)
        : "";
    if (lesson === undefined || !existsSync(file)) continue;
    const read = readLessonFile(file, cwd);
    files.push(read);
    const { readVariants } = await import("../../lesson/index.ts");
    const parsed = readVariants(read.path, read.text, lesson);
    byLesson.set(lesson.id, parsed.variants);
    findings.push(...(read.problem === undefined ? parsed.diagnostics : [read.problem]));
  }
  return { byLesson, files, findings };
}

/** Runs a plan in surroundings of its own. */
type RunAlone = (plan: Plan, accept: (event: RunEvent) => void) => Promise<unknown>;

/**
 * Variants for a run: each is tried on a fresh target, with the lessons that its own builds on; `jobs` of a lesson's at the
 * same time, told in their order.
 */
export function createVariants(
  { byLesson }: VariantFiles,
  outer: Plan,
  target: Parameters<typeof plan>[1]["target"],
  runAlone: RunAlone,
  jobs: number,
): Variants {
  const of = (lesson: Lesson): readonly LessonVariant[] => byLesson.get(lesson.id) ?? [];
  const slots = new Slots(jobs);
  const begun = new Map<LessonVariant, Promise<Weakness | undefined>>();
  const judged = async (lesson: Lesson, variant: LessonVariant): Promise<Weakness | undefined> => {
    const { applyVariant } = await import("../../lesson/index.ts");
    const lessons = outer.lessons.map((one) =>
      one.lesson.id === lesson.id ? applyVariant(one.lesson, variant) : one.lesson,
    );
    const events: RunEvent[] = [];
    const selection = { ids: [lesson.id], target, withPrerequisites: true, onFailure: "stop" } as const;
    await runAlone(plan(lessons, selection), (event) => events.push(event));
    return judgeVariant(variant, lesson.id, events);
  };
  const begin = (lesson: Lesson, variant: LessonVariant): void => {
    if (begun.has(variant)) return;
    const answer = new Promise<Weakness | undefined>((resolve, reject) => {
      slots.use(async () => resolve(await judged(lesson, variant))).catch(reject);
    });
    // Who asks for it hears of it; where the run ended before, nobody does.
    answer.catch(() => {});
    begun.set(variant, answer);
  };
  return {
    of,
    run: async (lesson, { id }) => {
      const variant = of(lesson).find((one) => one.id === id);
      if (variant === undefined) throw new Error(`no variant ${id} of ${lesson.id}`);
      for (const one of jobs > 1 ? of(lesson) : [variant]) begin(lesson, one);
      return begun.get(variant);
    },
  };
}

type StepEnd = RunEvent & { readonly type: "step-end" };

/** What of a variant's run was not as its file says; undefined when all was. */
export function judgeVariant(
  variant: LessonVariant,
  lesson: string,
  events: readonly RunEvent[],
): Weakness | undefined {
  const failed = events.find(
    (event): event is StepEnd =>
      event.type === "step-end" && tallyOf(event.verdict) !== "passed" && event.verdict.kind !== "skipped",
  );
  const { place, title } = variant;
  if (variant.kind === "right-way") {
    if (failed === undefined && events.some(({ type }) => type === "run-end")) return undefined;
    const found = failed === undefined ? "it did not come to its end" : seenIn(failed, events);
    return {
      place,
      found: `This right way fails: ${title}: ${found}.`,
      advice: "Let the lesson ask for the result, not for the way to it.",
    };
  }
  if (failed === undefined) {
    const advice = `Expect in \`${variant.at}\` what only the right command brings about.`;
    return { place, found: `The mistake goes unnoticed, every step passes: ${title}.`, advice };
  }
  return judgeMistake(variant, lesson, failed, events);
}

function judgeMistake(
  mistake: Mistake,
  lesson: string,
  failed: StepEnd,
  events: readonly RunEvent[],
): Weakness | undefined {
  const { place, title, at, verdict, why } = mistake;
  if (failed.lesson !== lesson || failed.step !== at || failed.verdict.kind !== verdict) {
    const found = `${title}: expected \`${verdict}\` in \`${at}\`, found ${seenIn(failed, events)}.`;
    return { place, found, advice: "Mend the lesson, or say in the file of mutants where the mistake shows." };
  }
  const said = wordsSeen(failed, events);
  if (flat(said).includes(flat(why))) return undefined;
  return {
    place,
    found: `${title}: it is noticed, but the learner does not see \`${why}\`; what they see: ${flat(said).slice(0, 400)}.`,
    advice: "Add a diagnosis that says why, or mend the words in the file of mutants.",
  };
}

function seenIn(failed: StepEnd, events: readonly RunEvent[]): string {
  return `\`${failed.verdict.kind}\` in \`${failed.step}\` (${flat(wordsSeen(failed, events)).slice(0, 200)})`;
}

/** All that a learner is shown of a step that failed: the verdict, the check with its reasons, what was printed. */
function wordsSeen(failed: StepEnd, events: readonly RunEvent[]): string {
  const look = { colour: false, width: 10_000 };
  const own = events.filter((event) => "step" in event && event.step === failed.step && event.lesson === failed.lesson);
  const checks = own.flatMap((event) =>
    event.type === "check-end" && event.verdict.kind !== "pass"
      ? [renderCheckVerdict(event.title, event.verdict, look)]
      : [],
  );
  const printed = own.flatMap((event) => (event.type === "command-end" ? [event.output] : []));
  return [renderVerdict(failed.verdict, look, "learner"), ...checks, ...printed].join("\n");
}

function flat(text: string): string {
  return text.replaceAll(/\s+/g, " ").trim();
}
