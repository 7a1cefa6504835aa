import { tallyOf } from "../../run/index.ts";
import type { Goal } from "./class-news.ts";
import { goTo, show } from "./moves.ts";
import { runOne } from "./run-through.ts";
import type { GuideEnd, Scene } from "./scene.ts";

/** Come to where the class is: what is missing is shown, agreed to and run, then that step is shown. */
export async function follow(scene: Scene): Promise<GuideEnd | undefined> {
  const { walk, ports } = scene;
  const { news, view } = ports;
  const goal = news?.ahead(walk);
  if (news === undefined || goal === undefined) {
    view.line("The class is not ahead of you.");
    return undefined;
  }
  const isHere = goal.lesson.id === walk.lesson.id;
  if (isHere) sayMissing(scene, goal.index);
  else
    view.sentence(
      `\`${goal.name}\` is in another lesson: what it builds on is looked at, and runs where it does not hold; so do the steps before it. This lesson is left as it is.`,
    );
  const agreed = await confirm(scene, isHere ? "Run them?" : "Go there?");
  if (ports.signal.aborted) return "interrupted";
  news.answer(goal, agreed);
  if (!agreed) {
    view.line("You stay here.");
    return undefined;
  }
  if (isHere) return runUpTo(scene, goal.index);
  news.follow(goal);
  return "follow";
}

async function confirm({ ports: { view, input } }: Scene, question: string): Promise<boolean> {
  view.ask(`${question} (y/n) `);
  const agreed = await input.confirm();
  view.endAsk();
  return agreed;
}

/** The learner agreed in another lesson already: what is missing here is told, and run. */
export async function arrive(scene: Scene, goal: Goal): Promise<GuideEnd | undefined> {
  sayMissing(scene, goal.index);
  return runUpTo(scene, goal.index);
}

/** A step of the lesson's list with its place in it. */
function missingBefore({ walk }: Scene, index: number) {
  return walk.steps.map((step, at) => ({ step, at })).filter(({ step, at }) => at < index && !walk.isGreen(step));
}

function sayMissing(scene: Scene, index: number): void {
  const { walk, ports } = scene;
  const { view } = ports;
  const missing = missingBefore(scene, index);
  const goal = `${walk.lesson.id}#${walk.steps[index]?.id}`;
  if (missing.length === 0) {
    view.sentence(`Nothing is missing before \`${goal}\`.`);
    return;
  }
  view.sentence(
    `Before \`${goal}\`, ${missing.length === 1 ? "1 step runs" : `${missing.length} steps run`}; what is true already does not run again:`,
  );
  for (const { step, at } of missing) view.line(`  [ ] ${String(at + 1).padStart(2)} ${step.id}`);
}

/** The lesson's own blocks, as in a catch-up; what does not pass is where the learner is then. */
async function runUpTo(scene: Scene, index: number): Promise<GuideEnd | undefined> {
  const { walk, run, ports } = scene;
  const { view } = ports;
  view.showCommands(true);
  for (const { step, at } of missingBefore(scene, index)) {
    const wasInFlight = walk.inFlight && walk.step === step;
    walk.moveTo(at);
    view.stepHead(walk.lesson, step, { number: at + 1, of: walk.steps.length, target: ports.target });
    await ports.refresh();
    const verdict = await runOne(run, step, { wasInFlight, skipsTrue: true, signal: ports.stepSignal() });
    if (ports.signal.aborted) return "interrupted";
    const tally = verdict === undefined ? "skipped" : tallyOf(verdict);
    if (tally !== "interrupted") await ports.settle();
    if (tally !== "passed" && tally !== "skipped") {
      view.sentence("The catch-up stops here; this step is yours.");
      show(scene);
      return undefined;
    }
    walk.pass(step);
  }
  view.line();
  view.sentence("You are where the class is.");
  return goTo(scene, index);
}
