import { CHECKPOINT_STEP, type LessonRun } from "../../run/index.ts";
import { accept, editCommand, look, lookAfterInterruption, perform, typeCommand } from "./acts.ts";
import { type ChoiceName, nameChoices, renderHelp, type Wording } from "./choices.ts";
import type { Goal } from "./class-news.ts";
import { choiceOrNews, turnHand } from "./class-side.ts";
import { arrive, follow } from "./follow.ts";
import { askWhereTo, goToNamed, stepNamedBy } from "./goto.ts";
import type { Chosen } from "./input.ts";
import { advance, goTo, reset, show, skip } from "./moves.ts";
import { openChoices } from "./open-choices.ts";
import { type GuideEnd, type GuidePorts, type Scene, Walk } from "./scene.ts";
import { tellHint, tellSolution, tellSteps, tellUnknown } from "./tell.ts";
import { watch } from "./watch.ts";

type Action = (scene: Scene) => GuideEnd | undefined | Promise<GuideEnd | undefined>;

/** What each choice does; the lesson goes on unless one says how it ends. */
const ACTIONS: Readonly<Record<ChoiceName, Action>> = {
  run: (scene) => perform(scene, "commands"),
  type: typeCommand,
  edit: editCommand,
  solve: (scene) => {
    tellSolution(scene);
    return perform(scene, "solve");
  },
  accept,
  done: (scene) => perform(scene, scene.walk.step.checks.length > 0 ? "checks" : "confirmed"),
  // Without commands the checks are the step itself; with commands they are only looked at.
  check: (scene) => (scene.walk.step.commands.length === 0 ? perform(scene, "checks") : look(scene)),
  watch,
  next: advance,
  skip,
  hint: tellHint,
  hand: turnHand,
  follow,
  goto: askWhereTo,
  back: (scene) => goTo(scene, scene.walk.index - 1),
  reset,
  list: tellSteps,
  help: (scene) => {
    scene.ports.view.line(renderHelp(openNow(scene), wordingOf(scene), scene.ports.view.width));
    return undefined;
  },
  quit: () => "quit",
};

/** Choices by which a learner who was asked to come to the class goes on elsewhere. */
const ELSEWHERE: ReadonlySet<ChoiceName> = new Set([
  "run",
  "type",
  "edit",
  "watch",
  "next",
  "accept",
  "done",
  "solve",
  "check",
  "skip",
  "goto",
]);

/** Takes a learner through one lesson: shows a step, waits for a choice, does it. */
export async function guide(
  run: LessonRun,
  ports: GuidePorts,
  at: { readonly index: number; readonly inFlight: boolean },
  goal?: Goal,
): Promise<GuideEnd> {
  const { view, signal } = ports;
  const scene: Scene = { walk: new Walk(run.lesson, at, ports.isDone), run, ports };
  if (at.index === 0 && goal === undefined) view.prose(run.lesson.opening);
  if (goal === undefined) show(scene);
  if (scene.walk.inFlight && goal === undefined) await lookAfterInterruption(scene);
  const came = goal && (await arrive(scene, goal));
  if (came !== undefined) return came;
  let interrupts = 0;
  for (;;) {
    if (signal.aborted) return "interrupted";
    await ports.tellNews(scene.walk);
    const choice = await nextChoice(scene);
    if (signal.aborted) return "interrupted";
    if (choice === undefined) continue;
    interrupts = choice === "interrupt" ? interrupts + 1 : 0;
    if (interrupts > 1) return "interrupted";
    if (choice === "interrupt") view.sentence("Nothing runs. Ctrl-C once more leaves; `q` does too.");
    else if (typeof choice === "object") await takeUnknown(scene, choice.unknown);
    else {
      if (ELSEWHERE.has(choice)) ports.news?.answer(ports.news.ahead(scene.walk), false);
      await ports.refresh();
      const end = await ACTIONS[choice](scene);
      if (end !== undefined) return end;
    }
  }
}

/** What the learner chooses; undefined when the class said something before. */
async function nextChoice(scene: Scene): Promise<Chosen | undefined> {
  const { ports } = scene;
  const open = openNow(scene);
  const wording = wordingOf(scene);
  ports.view.choices(nameChoices(open, wording), wording.keys ? "   " : ", ");
  ports.idle();
  const choice = await choiceOrNews(scene, open);
  ports.view.endAsk();
  return choice;
}

/** A number of the list is where to go; a digit begins one. */
async function takeUnknown(scene: Scene, word: string): Promise<void> {
  const named = stepNamedBy(word);
  if (named === undefined) tellUnknown(scene, word);
  else if (scene.ports.input.keys) await askWhereTo(scene, named);
  else goToNamed(scene, named);
}

function openNow({ walk, ports }: Scene): ChoiceName[] {
  const { input, news } = ports;
  return openChoices(walk, {
    keys: input.keys,
    inClass: news?.isOn === true,
    behind: news?.ahead(walk) !== undefined,
  });
}

function wordingOf({ walk, ports }: Scene): Wording {
  const { step } = walk;
  const again = walk.isGreen(step);
  const goal = !again && step.commands.length === 0 && step.manual === undefined && step.id !== CHECKPOINT_STEP;
  return { keys: ports.input.keys, again, goal, handUp: ports.news?.handUp === true };
}
