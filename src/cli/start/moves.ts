import type { GuideEnd, Scene } from "./scene.ts";
import { showStep } from "./show-step.ts";

/** The step where the learner is: what is read, and what would run. */
export function show({ walk, ports: { view, target } }: Scene): void {
  const { lesson, step, steps, index } = walk;
  showStep(view, lesson, step, { number: index + 1, of: steps.length, target });
  view.commands(step);
  if (step.commands.length === 0) for (const check of step.checks) view.item("[ ]", check.title);
  if (walk.isGreen(step)) view.line("  (passed before)");
}

/** On to the next step; after the last the lesson is completed. */
export function advance(scene: Scene): GuideEnd | undefined {
  if (scene.walk.isLast) return finish(scene);
  goTo(scene, scene.walk.index + 1);
  return undefined;
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

export function skip(scene: Scene): GuideEnd | undefined {
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
