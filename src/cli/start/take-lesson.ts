import { CHECKPOINT_STEP, type LessonRun, stepsOf, tallyOf } from "../../run/index.ts";
import { EXIT } from "../errors.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import { markTaken, pendingChanges } from "../own-shell/own-shells.ts";
import type { PlaceOfWork } from "../place-of-work.ts";
import { quoteWord } from "../quote-word.ts";
import { dropSavedSession, readSavedSession, setSavedSessionAside } from "../saved-session.ts";
import { madeByUs } from "../standing.ts";
import { type Begin, findLost, type Lost, whereToBegin } from "./begin.ts";
import { guide } from "./guide.ts";
import { refuseHost } from "./host-blocks.ts";
import { createKeyInput, createWordInput, type Input } from "./input.ts";
import { Interrupts } from "./interrupts.ts";
import { openLearnerRun, varsOf } from "./learner-run.ts";
import { runThrough } from "./run-through.ts";
import { sayCompleted, sayHowToComeBack } from "./say-end.ts";
import { Settling } from "./settling.ts";
import { doneBefore, progressNow, type Taking } from "./taking.ts";
import { tellNews } from "./tell-news.ts";

/** Take a learner (or with `--yes` nobody) through a lesson. Returns the exit code. */
export async function takeLesson(io: Io, options: Options, taking: Taking): Promise<number> {
  const { place, target, lesson, recording, view, news } = taking;
  const link = news?.link;
  view.open(lesson);
  const begin = whereToBegin(taking);
  link?.opened(lesson.id, stepsOf(lesson)[begin.index]?.id ?? CHECKPOINT_STEP);
  if (begin.index === 0 && !begin.inFlight) dropSavedSession(place.stateDir, lesson.id);
  const stop = new Interrupts(io, view);
  const restored = readSavedSession(place.stateDir, lesson.id, (sentence) => view.sentence(sentence));
  let input: Input | undefined;
  let looking = false;
  let again = false;
  const run = await openLearnerRun(io, options, {
    place,
    target,
    lesson,
    signal: stop.all,
    restore: () => readSavedSession(place.stateDir, lesson.id),
    onDeadly: () => {
      const aside = setSavedSessionAside(place.stateDir, lesson.id);
      view.sentence(
        `What the session held ends every bash that it is put into; it is kept in \`${aside}\`, and the session begins without the variables of earlier steps.`,
      );
    },
    emit: (event) => {
      // A look at what was done before is no part of a step: what it finds is said in one sentence.
      if (looking && event.type.startsWith("check-")) return;
      recording.accept(event);
      view.accept(event);
      if (again) link?.looked(event);
      else link?.accept(event);
    },
    ...(io.interactive && {
      lendTerminal: async <T>(work: () => Promise<T>) => {
        try {
          return await (input === undefined ? work() : input.lend(work));
        } finally {
          view.leftOpen();
        }
      },
    }),
    refuseHost: (command) => refuseHost(command, { io, input, view, target: target.name }),
    offer: async () => {
      if (input === undefined) return "run";
      view.ask("All checks of this step hold already. Skip it? (y/n) ");
      return (await input.confirm()) ? "skip" : "run";
    },
  });
  const settle = new Settling(taking, run);
  const lookBack = async (): Promise<Lost | undefined> => {
    if (taking.step !== undefined || taking.goal !== undefined) return undefined;
    looking = true;
    const lost = await findLost(run, taking, begin, stop.nextStep());
    looking = false;
    stop.idle();
    return lost;
  };
  try {
    if (tallyOf(run.ready) !== "passed") {
      view.line("The lesson's variables could not be set.");
      return EXIT.failed;
    }
    if (restored !== undefined) settle.sayLost(restored.lost);
    await settle.begin();
    await run.restoreBackgrounds(doneBefore(taking, begin.index), stop.nextStep());
    recording.setVars(await varsOf(run, place));
    if (options.yes) {
      const lost = await lookBack();
      if (stop.all.aborted) return EXIT.interrupted;
      if (lost !== undefined) sayLost(taking, lost);
      const at = lost === undefined ? begin : await goBack(io, taking, run, lost);
      return await runThrough(taking, run, at, settle, stop);
    }
    input = io.interactive
      ? createKeyInput(
          io,
          (word) => view.echo(word),
          () => stop.interrupt(),
        )
      : createWordInput(
          io,
          (line) => view.echo(line),
          () => view.edited(),
        );
    const open = input;
    stop.onEnd(() => open.close());
    const lost = await lookBack();
    const at =
      lost !== undefined && (await agreesToGoBack(taking, lost, open)) ? await goBack(io, taking, run, lost) : begin;
    const end = await guide(
      run,
      {
        input,
        view,
        stepSignal: () => stop.nextStep(),
        idle: () => stop.idle(),
        signal: stop.all,
        target: target.label,
        editor: io.env.VISUAL || io.env.EDITOR || undefined,
        ownShell: ownShellLines(options, place),
        settle: () => settle.settle(),
        refresh: () => settle.refresh(),
        reset: () => reset(io, taking, run, open),
        hinted: (step, tier) => link?.hinted(lesson.id, step, tier),
        isDone: (step) =>
          step !== CHECKPOINT_STEP && progressNow(taking).steps.find((one) => one.id === step)?.settled === true,
        looking: (often) => {
          again = often;
        },
        news,
        tellNews: (walk) => tellNews(news && { news, view, now: io.now, keys: open.keys }, walk),
      },
      at,
      taking.goal,
    );
    if (end === "follow") return EXIT.ok;
    if (end !== "completed") sayHowToComeBack(taking);
    else sayCompleted(taking);
    return end === "interrupted" ? EXIT.interrupted : EXIT.ok;
  } finally {
    input?.close();
    stop.release();
    await run.close();
  }
}

function sayLost({ lesson, view }: Taking, { index, step, check }: Lost): void {
  view.sentence(`Step ${index + 1} (\`${lesson.id}#${step.id}\`) does not hold any more: ${check}.`);
}

async function agreesToGoBack(taking: Taking, lost: Lost, input: Input): Promise<boolean> {
  const { view } = taking;
  sayLost(taking, lost);
  view.ask("Go back there? What comes after it is then to be done again. (y/n) ");
  const agreed = await input.confirm();
  view.endAsk();
  return agreed;
}

/** From here on the record says that the step, and what came after it, is to be done again. */
async function goBack(io: Io, { lesson, recording }: Taking, run: LessonRun, { index, step }: Lost): Promise<Begin> {
  await run.stopBackgrounds(lesson.steps.slice(index));
  recording.append({ type: "back", at: io.now(), lesson: lesson.id, step: step.id });
  return { index, inFlight: false, wentBack: true };
}

async function reset(
  io: Io,
  { lesson, place, recording, target, view }: Taking,
  run: LessonRun,
  input: Input,
): Promise<boolean> {
  view.ask(`Undo ${lesson.id} (its clean-up runs) and begin it anew? (y/n) `);
  const agreed = await input.confirm();
  view.endAsk();
  if (!agreed) return false;
  if (!(await run.runCleanups(madeByUs(recording.records, lesson)))) view.line("  Not everything could be undone.");
  recording.append({ type: "reset", at: io.now(), lesson: lesson.id });
  dropSavedSession(place.stateDir, lesson.id);
  markTaken(pendingChanges(place.stateDir, lesson.id, target.workspace));
  await run.reopen();
  return true;
}

/** The lines to paste: a terminal elsewhere has to find the same course; its target is remembered. */
function ownShellLines({ context }: Options, { course }: PlaceOfWork): { shell: string; env: string } {
  const lessons = course.own ? "" : ` --lessons ${quoteWord(course.folder)}`;
  const flags = `${lessons}${context === undefined ? "" : ` --context ${quoteWord(context)}`}`;
  return {
    shell: `learn-istio shell${flags}`,
    env: `eval "$(learn-istio env${flags})" && cd "$LEARN_ISTIO_WORKSPACE"`,
  };
}
