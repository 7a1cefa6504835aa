import { EnvironmentError } from "../../diagnostics/index.ts";
import type { Lesson } from "../../lesson/index.ts";
import { type CatchUpPlan, isGone, type Proof, planCatchUp, progressOf, readEvidence } from "../../progress/index.ts";
import { stepsOf } from "../../run/index.ts";
import { canAsk } from "../ask.ts";
import { choose } from "../choose.ts";
import { EXIT } from "../errors.ts";
import type { Io } from "../io.ts";
import { openPlace } from "../open-target.ts";
import type { Options } from "../options.ts";
import type { PlaceOfWork } from "../place-of-work.ts";
import { type ProofPlace, prove } from "./prove.ts";
import { renderPlan } from "./render-plan.ts";
import { takeLesson } from "./take-lesson.ts";
import { progressNow, type Taking } from "./taking.ts";

type About = Omit<Taking, "step" | "catchUpFor">;

/**
 * Before a lesson: what it builds on is proved now. Where something does not hold, the plan is shown, agreed to, and its
 * lessons run, each proved again when its turn comes. `onAgreed` is called before the first of them. Returns an exit
 * code; 0 goes on to the lesson itself.
 */
export async function catchUp(
  io: Io,
  options: Options,
  about: About,
  required: readonly Lesson[],
  onAgreed: () => void,
): Promise<number> {
  const { view, lesson, recording } = about;
  const proofs = await proveAll(io, options, about, required);
  if (io.interrupted()) return EXIT.interrupted;
  for (const [one, { holds }] of proofs) {
    const isKnown = recording.records.some((record) => record.lesson === one.id);
    if (holds || isKnown) recording.append({ type: "proof", at: io.now(), lesson: one.id, holds });
  }
  const plan = planFor(lesson, proofs, recording.records);
  if (plan.missing === 0) {
    for (const one of required) view.line(`${one.id}: its checkpoint holds.`);
    return EXIT.ok;
  }
  const shown = renderPlan(plan, io.width);
  if (options.without) {
    view.line(shown);
    view.sentence(`You begin ${lesson.id} without.`);
    return EXIT.ok;
  }
  if (!options.yes && !canAsk(io)) throw refusal(shown, lesson);
  view.line(shown);
  if (!options.yes) {
    const answer = await choose(io, "Run what is missing first?", CHOICES);
    if (answer === "no") return EXIT.failed;
    if (answer === "without") return EXIT.ok;
  }
  onAgreed();
  try {
    for (const one of required) {
      await about.target.hurry?.(HURRIED_S);
      const code = await catchUpOne(io, options, about, one, plan);
      if (code !== EXIT.ok) return code;
    }
  } finally {
    await about.target.hurry?.(0);
  }
  view.sentence(`Caught up: all that ${lesson.id} builds on holds.`);
  view.line();
  return EXIT.ok;
}

/** Nobody watches what is caught up: a lesson at a time is run in a hurry, and no longer than this. */
const HURRIED_S = 300;

const CHOICES = [
  { name: "yes", summary: "run them (Ctrl-C stops; start goes on)" },
  { name: "no", summary: "run nothing" },
  { name: "without", summary: "begin the lesson all the same" },
] as const;

function refusal(plan: string, { id }: Lesson): EnvironmentError {
  return new EnvironmentError(`What ${id} builds on does not hold, and there is nobody to ask.\n\n${plan}\n`, {
    hint: `\`learn-istio start ${id} --yes\` runs what is missing, \`--without\` begins without.`,
  });
}

/** `--plan`: the plan alone. Takes no lock and records nothing, so it works beside an open `start`. */
export async function showPlan(
  io: Io,
  options: Options,
  place: PlaceOfWork,
  lesson: Lesson,
  required: readonly Lesson[],
): Promise<number> {
  const target = await openPlace(io, options, place, false);
  try {
    const proofs = await proveAll(io, options, { place, target }, required);
    if (io.interrupted()) return EXIT.interrupted;
    const plan = planFor(lesson, proofs, readEvidence(place.stateDir).records);
    const about = { version: 1, course: place.course.id, target: place.target };
    if (options.json) io.print(`${JSON.stringify({ ...about, ...plan }, null, 2)}\n`);
    else if (plan.required.length === 0) io.print(`${lesson.id} builds on no other lesson.\n`);
    else io.print(`${renderPlan(plan, io.width)}\n`);
    return EXIT.ok;
  } finally {
    await target.release();
  }
}

type Proofs = ReadonlyMap<Lesson, Proof>;

async function proveAll(io: Io, options: Options, where: ProofPlace, lessons: readonly Lesson[]): Promise<Proofs> {
  const proofs = new Map<Lesson, Proof>();
  for (const lesson of lessons) {
    if (io.interrupted()) break;
    proofs.set(lesson, await prove(io, options, where, lesson));
  }
  return proofs;
}

function planFor(lesson: Lesson, proofs: Proofs, records: Parameters<typeof progressOf>[0]): CatchUpPlan {
  const { lessons } = progressOf(records, [...proofs.keys()]);
  const rows = [...proofs].flatMap(([one, proof], index) => {
    const progress = lessons[index];
    return progress === undefined ? [] : [{ lesson: one, progress, proof }];
  });
  return planCatchUp(lesson.id, rows);
}

/**
 * One lesson of the plan. One that held may have been undone by those before it, and one that was done here may hold again
 * because of them: both are looked at again. One that was never begun here is run at once.
 */
async function catchUpOne(
  io: Io,
  options: Options,
  about: About,
  lesson: Lesson,
  { required, lesson: goal }: CatchUpPlan,
): Promise<number> {
  const { view, recording } = about;
  const held = required.find((one) => one.lesson === lesson.id)?.state === "holds";
  const isFirst = required.find(({ state }) => state !== "holds")?.lesson === lesson.id;
  const isNew = !held && !recording.records.some((record) => record.lesson === lesson.id);
  const { holds } = isFirst || isNew ? { holds: false } : await prove(io, options, about, lesson);
  if (io.interrupted()) return EXIT.interrupted;
  if (holds) {
    view.line(`${lesson.id}: its checkpoint holds.`);
    return EXIT.ok;
  }
  if (held) view.sentence(`${lesson.id} held before, and does not any more: it runs too.`);
  const first = stepsOf(lesson)[0];
  if (isGone(progressNow({ lesson, recording })) && first !== undefined)
    recording.append({ type: "back", at: io.now(), lesson: lesson.id, step: first.id });
  const taking = { ...about, lesson, step: undefined, catchUpFor: goal };
  return takeLesson(io, { ...options, yes: true }, taking);
}
