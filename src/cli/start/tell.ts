import { CHOICES, type ChoiceName } from "./choices.ts";
import { hintHead } from "./hints.ts";
import type { Scene, Walk } from "./scene.ts";
import { commandsOf } from "./typing.ts";

/** The next hint; after the last the first again. */
export function tellHint({ walk, ports: { view, hinted } }: Scene): undefined {
  const { hints } = walk.step;
  const at = walk.hints % hints.length;
  const hint = hints[at];
  if (hint === undefined) return;
  walk.hints += 1;
  view.hint(hintHead(hint, at + 1, hints.length), hint.markdown);
  hinted(walk.step.id, at + 1);
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

/** What was typed is no choice that is open here: why, where it would be one elsewhere. */
export function tellUnknown({ walk, ports: { view } }: Scene, word: string): void {
  if (/^\p{Cc}/u.test(word)) {
    view.sentence(`${keyName(word)} is no choice here; \`?\` lists what can be chosen.`);
    return;
  }
  const choice = CHOICES.find(({ key, name }) => key === word || name === word);
  const reason = choice && whyClosed(choice.name, walk);
  view.sentence(`${reason ?? `\`${word}\` is no choice here`}; \`?\` lists what can be chosen.`);
}

/** A key without a letter of its own: Ctrl with one, or Tab and Backspace as terminals send them. */
function keyName(word: string): string {
  const code = word.charCodeAt(0);
  if (code === 9) return "Tab";
  if (code === 8 || code >= 127) return "Backspace";
  return `Ctrl-${String.fromCharCode(code + 64)}`;
}

const NO_COMMAND = "This step has no command";

function whyClosed(name: ChoiceName, walk: Walk): string | undefined {
  const { step } = walk;
  const green = walk.isGreen(step);
  switch (name) {
    case "hint":
      return green ? "This step has passed, so it needs no hint" : "This step has no hint";
    case "next":
      return green ? undefined : "This step has not passed yet";
    case "skip":
    case "solve":
    case "type":
      return green ? "This step has passed" : undefined;
    case "edit":
      if (green) return "This step has passed";
      return commandsOf(step).length > 1 ? "Only a step with one command can be edited" : NO_COMMAND;
    case "run":
      return NO_COMMAND;
    case "accept":
      return "There is nothing to accept: no earlier run was interrupted at this step";
    case "done":
      return green ? "This step has passed" : "This step is not confirmed: its command or its checks judge it";
    case "check":
      return step.checks.length === 0 ? "This step has no checks" : undefined;
    case "back":
      return "This is the first step";
    default:
      return undefined;
  }
}
