import { mayEnter } from "./class-side.ts";
import type { GuideEnd, Scene } from "./scene.ts";
import { showStep } from "./show-step.ts";

/** The step where the learner is: what is read, and what would run. */
export function show(scene: Scene): void {
  const { walk, ports } = scene;
  const { view } = ports;
  const { step } = walk;
  showLead(scene);
  view.commands(step);
  if (step.commands.length === 0) for (const check of step.checks) view.item("[ ]", check.title);
  if (walk.isGreen(step)) view.line("  (passed before)");
}

function showLead({ walk, ports: { view, target } }: Scene): void {
  const { lesson, step, steps, index } = walk;
  showStep(view, lesson, step, { number: index + 1, of: steps.length, target });
}

/**
 * On to the next step that has something to run here; after the last the lesson is completed. A step that is for another
 * system is told, with its reason: it leaves nothing to choose.
 */
export async function advance(scene: Scene): Promise<GuideEnd | undefined> {
  const { walk, run, ports } = scene;
  while (!walk.isLast) {
    if (!mayEnter(scene, walk.index + 1, "`n`")) return undefined;
    walk.moveTo(walk.index + 1);
    const { step } = walk;
    const reason = walk.isGreen(step) ? undefined : await run.leftOut(step, ports.stepSignal());
    if (reason === undefined) {
      show(scene);
      return undefined;
    }
    showLead(scene);
    run.skipStep(step, reason);
    walk.pass(step);
    ports.view.prose(step.tail);
  }
  return finish(scene);
}

export function goTo(scene: Scene, index: number): undefined {
  scene.walk.moveTo(index);
  show(scene);
}

export function finish({ walk, ports: { view } }: Scene): GuideEnd {
  view.line();
  view.prose(walk.lesson.closing);
  return "completed";
}

export function skip(scene: Scene): Promise<GuideEnd | undefined> {
  scene.run.skipStep(scene.walk.step, "you chose to");
  return advance(scene);
}

/** Undo the lesson, when the learner agrees, and begin it anew. */
export async function reset(scene: Scene): Promise<undefined> {
  if (!(await scene.ports.reset())) return;
  scene.walk.beginAnew();
  scene.ports.view.prose(scene.walk.lesson.opening);
  show(scene);
}
