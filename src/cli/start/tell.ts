import { hintHead } from "./hints.ts";
import type { Scene } from "./scene.ts";

/** The next hint; after the last the first again. */
export function tellHint({ walk, ports: { view } }: Scene): undefined {
  const { hints } = walk.step;
  const at = walk.hints % hints.length;
  const hint = hints[at];
  if (hint === undefined) return;
  walk.hints += 1;
  view.hint(hintHead(hint, at + 1, hints.length), hint.markdown);
}

export function tellSolution({ walk: { step }, ports: { view } }: Scene): void {
  const { solution, solutionText = "" } = step;
  if (solution === undefined) view.commands(step);
  else {
    view.prose(solutionText);
    view.source(solution.source);
  }
}

/** The steps of the lesson, numbered, with what has passed. */
export function tellSteps({ walk, ports: { view } }: Scene): undefined {
  for (const [index, step] of walk.steps.entries()) {
    const mark = walk.isGreen(step) ? "[x]" : "[ ]";
    const here = index === walk.index ? "  <- here" : "";
    view.line(`  ${mark} ${String(index + 1).padStart(2)} ${step.id}${here}`);
  }
}

/** What was typed is no choice that is open here. */
export function tellUnknown({ walk, ports: { view, input } }: Scene, word: string): void {
  const wantsEdit = word === "e" || word === "edit";
  if (wantsEdit && input.keys && walk.step.commands.length > 0 && !walk.isGreen(walk.step))
    view.sentence(
      "Only a step with one command can be edited. `t` types another; `learn-istio shell` is a whole shell.",
    );
  else view.line(`\`${word}\` is no choice here; \`?\` lists them.`);
}
