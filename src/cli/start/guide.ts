import { CHECKPOINT_STEP, type LessonRun } from "../../run/index.ts";
import { accept, editCommand, look, lookAfterInterruption, perform, typeCommand } from "./acts.ts";
import { type ChoiceName, nameChoices, renderHelp, type Wording } from "./choices.ts";
import { askWhereTo, goToNamed, stepNamedBy } from "./goto.ts";
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

/** Takes a learner through one lesson: shows a step, waits for a choice, does it. */
export async function guide(
  run: LessonRun,
  ports: GuidePorts,
  at: { readonly index: number; readonly inFlight: boolean },
): Promise<GuideEnd> {
  const { view, input, signal } = ports;
  const scene: Scene = { walk: new Walk(run.lesson, at, ports.isDone), run, ports };
  if (at.index === 0) view.prose(run.lesson.opening);
  show(scene);
  if (scene.walk.inFlight) await lookAfterInterruption(scene);
  let interrupts = 0;
  for (;;) {
    if (signal.aborted) return "interrupted";
    const open = openNow(scene);
    const wording = wordingOf(scene);
    view.choices(nameChoices(open, wording), wording.keys ? "   " : ", ");
    ports.idle();
    const choice = await input.next(open);
    view.endAsk();
    if (signal.aborted) return "interrupted";
    interrupts = choice === "interrupt" ? interrupts + 1 : 0;
    if (interrupts > 1) return "interrupted";
    if (choice === "interrupt") view.sentence("Nothing runs. Ctrl-C once more leaves; `q` does too.");
    else if (typeof choice === "object") await takeUnknown(scene, choice.unknown);
    else {
      await ports.refresh();
      const end = await ACTIONS[choice](scene);
      if (end !== undefined) return end;
    }
  }
}

/** A number of the list is where to go; a digit begins one. */
async function takeUnknown(scene: Scene, word: string): Promise<void> {
  const named = stepNamedBy(word);
  if (named === undefined) tellUnknown(scene, word);
  else if (scene.ports.input.keys) await askWhereTo(scene, named);
  else goToNamed(scene, named);
}

function openNow({ walk, ports }: Scene): ChoiceName[] {
  return openChoices(walk, { keys: ports.input.keys });
}

function wordingOf({ walk, ports }: Scene): Wording {
  const { step } = walk;
  const again = walk.isGreen(step);
  const goal = !again && step.commands.length === 0 && step.manual === undefined && step.id !== CHECKPOINT_STEP;
  return { keys: ports.input.keys, again, goal };
}
