import { buildCheck, buildHint, buildSolution, type CheckDraft } from "./details.ts";
import type { StepDraft } from "./drafts.ts";
import type { Group } from "./groups.ts";
import { reportBoxes } from "./manual.ts";
import { beginStep, own, type Reading, reportMisplaced } from "./outline-reading.ts";
import type { Range } from "./source.ts";

/** A check, a hint or a solution: it goes to the step above it, or begins one that the learner finds the way to. */
export function readGroup(reading: Reading, group: Group): void {
  const { context, part, outline } = reading;
  reportBoxes(context, group);
  if (part === "checkpoint" && group.kind === "check") {
    const draft = buildCheck(context, group);
    if (draft !== undefined) outline.checkpoint?.checks.push(draft);
    ownParts(reading, group, draft?.owned ?? []);
    return;
  }
  if (part !== "steps") {
    reportMisplaced(reading, group.summary, `\`${group.title}\``);
    return;
  }
  const step = reading.step ?? beginGoal(reading, group);
  if (step === undefined) {
    const message = `\`${group.title}\` has no step, expected a command above it in the same section`;
    context.findings.add("LI021", group.summary, message, "move it below the command that it belongs to");
    return;
  }
  if (group.kind === "check") readCheck(reading, step, group);
  else if (group.kind === "hint") {
    own(reading, group.range);
    step.hints.push(buildHint(context, group));
  } else readSolution(reading, step, group);
}

/** A section with checks and no command: the learner finds the way. */
function beginGoal(reading: Reading, group: Group): StepDraft | undefined {
  const { section } = reading;
  if (section.hasCommand || !section.hasCheck) return undefined;
  const range = section.heading?.range ?? group.range;
  return beginStep(reading, range, group.range.start, { id: undefined, scripts: [] });
}

function readCheck(reading: Reading, step: StepDraft, group: Group): void {
  const draft: CheckDraft | undefined = buildCheck(reading.context, group);
  if (draft !== undefined) step.checks.push(draft);
  ownParts(reading, group, draft?.owned ?? []);
}

/** The tags and the blocks of a group belong to it; the prose between them is the step's. */
function ownParts(reading: Reading, group: Group, owned: readonly Range[]): void {
  own(reading, { start: group.range.start, end: group.body.start });
  for (const block of owned) own(reading, block);
  own(reading, { start: group.body.end, end: group.range.end });
}

function readSolution(reading: Reading, step: StepDraft, group: Group): void {
  const { context, prose } = reading;
  own(reading, { start: group.range.start, end: group.body.start });
  const { command, owned } = buildSolution(context, group);
  for (const block of [...owned, { start: group.body.end, end: group.range.end }]) {
    step.solutionText.push(prose.takeUntil(block.start));
    prose.skip(block);
  }
  const why = whyNoSolution(step);
  if (why !== undefined) {
    const hint = "a solution belongs to a section that has checks and no command";
    context.findings.add("LI022", group.summary, `A solution stands here although ${why}, expected none`, hint);
  }
  step.solution ??= command;
}

function whyNoSolution({ scripts, manual, solution }: StepDraft): string | undefined {
  if (solution !== undefined) return "the step has one already";
  if (manual !== undefined) return "the learner does the step by hand";
  return scripts.length > 0 ? "the step has its own command" : undefined;
}
