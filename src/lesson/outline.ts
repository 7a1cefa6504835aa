import {
  buildCommand,
  buildOutput,
  buildTranscript,
  type Context,
  hasKey,
  isInert,
  type Script,
  settingsOf,
} from "./commands.ts";
import { buildCheck, buildHint, buildSolution, type CheckDraft } from "./details.ts";
import type { Outline, StepDraft } from "./drafts.ts";
import type { Fence } from "./fence.ts";
import { buildFile } from "./files.ts";
import type { Element, Group } from "./groups.ts";
import { reportInert } from "./inert.ts";
import { languageKind } from "./languages.ts";
import { buildManual, reportBoxes, reportInside, withoutTasks } from "./manual.ts";
import { createProse, joinProse, type Prose } from "./prose.ts";
import { type Part, partOf, readSections, type Section } from "./sections.ts";
import type { Range } from "./source.ts";
import type { TaskItem } from "./tasks.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

interface Reading {
  readonly context: Context;
  readonly prose: Prose;
  readonly outline: Mutable<Outline>;
  readonly title: string;
  part: Part;
  section: Section;
  /** The step of this section that outputs, checks and hints belong to. */
  step: StepDraft | undefined;
  /** The command that an output belongs to; undefined after a cleanup. */
  script: Script | undefined;
}

/** Sections to steps, checkpoint and cleanups; the Markdown between them to leads, tails, opening and closing. */
export function readOutline(
  context: Context,
  elements: readonly Element[],
  document: { readonly title: string; readonly start: number },
): Outline {
  const ours = context.isLesson ? elements : withoutTasks(context, elements);
  const sections = readSections(ours, (element) => element.kind === "fence" && isNoCommand(context, element.fence));
  const outline: Mutable<Outline> = { opening: [], steps: [], checkpoint: undefined, cleanups: [], closing: [] };
  const prose = createProse(context.source, document.start);
  const [first, ...rest] = sections;
  if (first === undefined) return outline;
  const shared = { context, prose, outline, title: document.title };
  const reading: Reading = { ...shared, part: "steps", section: first, step: undefined, script: undefined };
  for (const section of [first, ...rest]) readSection(reading, section);
  placeProse(reading, prose.takeUntil(context.source.text.length), true);
  return outline;
}

/** A block of a command's language that is none: a cleanup, a file. */
function isNoCommand(context: Context, fence: Fence): boolean {
  return isCleanup(context, fence) || hasKey(context, fence, "file");
}

/** Is it a block of bash with the flag `cleanup`? */
function isCleanup(context: Context, fence: Fence): boolean {
  return languageKind(fence.language) === "shell" && hasKey(context, fence, "cleanup");
}

function readSection(reading: Reading, section: Section): void {
  beginSection(reading, section);
  let task: TaskItem | undefined;
  for (const element of section.elements) {
    if (task !== undefined && reportInside(reading.context, task, element)) continue;
    if (element.kind === "task") {
      task = element.task;
      readManual(reading, task);
    } else if (element.kind === "fence") readFenceBlock(reading, element.fence);
    else readGroup(reading, element.group);
  }
}

function beginSection(reading: Reading, section: Section): void {
  reading.section = section;
  reading.step = undefined;
  reading.script = undefined;
  const { heading } = section;
  if (heading === undefined || !reading.context.isLesson) return;
  const part = partOf(section, reading.part);
  if (part === undefined) {
    const message = `\`${heading.text}\` follows the checkpoint, expected \`Clean up\` or \`Further reading\``;
    reading.context.findings.add("LI024", heading.range, message, "move the section above `## Checkpoint`");
    return;
  }
  if (part === "checkpoint" && reading.part === "steps") beginCheckpoint(reading, heading.range);
  else if (part !== reading.part) placeProse(reading, reading.prose.takeUntil(heading.range.start), true);
  reading.part = part;
}

function beginCheckpoint({ outline, prose }: Reading, heading: Range): void {
  const before = prose.takeUntil(heading.start);
  (outline.steps.at(-1)?.tail ?? outline.opening).push(before);
  outline.checkpoint = { range: heading, lead: [], checks: [] };
  prose.skip(heading);
}

/** Markdown goes to whoever reads it last: the step, the checkpoint, or nobody, which is opening and closing. */
function placeProse({ outline, part, step }: Reading, text: string, isEnd: boolean): void {
  if (part === "checkpoint") outline.checkpoint?.lead.push(text);
  else if (part !== "steps") outline.closing.push(text);
  else if (outline.steps.length === 0) outline.opening.push(text);
  else if (isEnd) outline.closing.push(text);
  else (step ?? outline.steps.at(-1))?.tail.push(text);
}

function own(reading: Reading, block: Range): void {
  placeProse(reading, reading.prose.takeUntil(block.start), false);
  reading.prose.skip(block);
}

/** Each item is a step by itself, whatever stands above it. */
function readManual(reading: Reading, task: TaskItem): void {
  const { context, part, prose } = reading;
  const draft = buildManual(context, task);
  reading.script = undefined;
  if (part !== "steps") reportMisplaced(reading, task.box, "A manual step");
  if (draft === undefined || part !== "steps") return;
  const start = task.comment?.range.start ?? task.range.start;
  beginStep(reading, task.range, start, { id: draft.id, scripts: [], manual: draft.manual });
  prose.skip(task.range);
}

function readFenceBlock(reading: Reading, fence: Fence): void {
  const { context } = reading;
  if (hasKey(context, fence, "file")) {
    readFile(reading, fence);
    return;
  }
  if (isInert(fence)) {
    reportInert(context, fence);
    return;
  }
  if (isCleanup(context, fence)) {
    readCleanup(reading, fence);
    return;
  }
  if (reading.part !== "steps") {
    reportMisplaced(reading, fence.range, `A block of \`${fence.language}\``);
    return;
  }
  if (languageKind(fence.language) === "output") {
    readOutput(reading, fence);
    return;
  }
  const role = languageKind(fence.language) === "transcript" ? "transcript" : "command";
  const settings = settingsOf(context, fence, role);
  const isTranscript = role === "transcript";
  const command = isTranscript ? undefined : buildCommand(context, fence, role, settings);
  const scripts = isTranscript
    ? [...buildTranscript(context, fence, settings)]
    : command === undefined
      ? []
      : [command];
  // What a background block prints is no output: it goes on, and nobody knows when it has printed all.
  const last = scripts.at(-1);
  reading.script = last?.command.background === undefined ? last : undefined;
  takeScripts(reading, fence, { id: settings.id, scripts });
}

/**
 * A file is an act of its own, and the command that follows it is what it was written for: with only prose between them
 * in one section they are one step, whatever stands above the file. Any other file is a step by itself.
 */
function readFile(reading: Reading, fence: Fence): void {
  if (reading.part !== "steps") {
    reportMisplaced(reading, fence.range, "A file");
    return;
  }
  const { context, section } = reading;
  const settings = settingsOf(context, fence, "file");
  const script = buildFile(context, fence, settings, section.heading?.range.start ?? 0);
  reading.script = undefined;
  takeScripts(reading, fence, { id: settings.id, scripts: script === undefined ? [] : [script] });
}

/** Begin a step, or go on with one that has only files so far. */
function takeScripts(reading: Reading, fence: Fence, { id, scripts }: Pick<StepDraft, "id" | "scripts">): void {
  const { step, prose } = reading;
  if (step === undefined || !isWaiting(step)) beginStep(reading, fence.range, fence.owned.start, { id, scripts });
  else {
    step.lead = joinProse([step.lead, prose.takeUntil(fence.owned.start)]);
    step.scripts.push(...scripts);
    if (id !== undefined && step.id !== undefined) {
      const message = `\`#${id}\` stands beside \`#${step.id}\` of the file above, expected one id for the step`;
      reading.context.findings.add("LI009", fence.range, message, "remove one of the two");
    }
    step.id ??= id;
  }
  prose.skip(fence.owned);
}

/** Only files, and nothing yet that says what came of them. */
function isWaiting({ scripts, checks, hints, solution }: StepDraft): boolean {
  const onlyFiles = scripts.length > 0 && scripts.every(({ role }) => role === "file");
  return onlyFiles && checks.length === 0 && hints.length === 0 && solution === undefined;
}

function beginStep(
  reading: Reading,
  range: Range,
  start: number,
  { id, scripts, manual }: Pick<StepDraft, "id" | "scripts"> & Partial<Pick<StepDraft, "manual">>,
): StepDraft {
  const { outline, section, prose, title } = reading;
  if (outline.steps.length === 0) outline.opening.push(prose.takeUntil(openingEnd(section, start)));
  const step: StepDraft = {
    id,
    section: section.heading?.text ?? title,
    range,
    lead: prose.takeUntil(start),
    tail: [],
    scripts,
    checks: [],
    hints: [],
    solution: undefined,
    manual,
    solutionText: [],
  };
  outline.steps.push(step);
  reading.step = step;
  return step;
}

/** The opening ends where the first step's section begins; a title of the whole file belongs to the opening. */
function openingEnd({ heading }: Section, start: number): number {
  if (heading === undefined) return 0;
  return Math.min(start, heading.depth === 1 ? heading.range.end : heading.range.start);
}

function readCleanup(reading: Reading, fence: Fence): void {
  const { context, part, outline } = reading;
  if (part === "checkpoint" || part === "reading") {
    reportMisplaced(reading, fence.range, "A cleanup");
    return;
  }
  own(reading, fence.owned);
  const settings = settingsOf(context, fence, "cleanup");
  const script = buildCommand(context, fence, "cleanup", settings);
  if (script !== undefined) outline.cleanups.push(script.command);
  reading.script = undefined;
}

function readOutput(reading: Reading, fence: Fence): void {
  if (reading.script === undefined) {
    const message = "The output has no command, expected one above it in the same section";
    reading.context.findings.add(
      "LI015",
      fence.range,
      message,
      "move it below its command; a cleanup, a file, a background block and a manual step take no output",
    );
    return;
  }
  own(reading, fence.owned);
  buildOutput(reading.context, fence, reading.script);
}

function reportMisplaced({ context, part }: Reading, range: Range, what: string): void {
  if (part === "checkpoint") {
    const message = `${what} stands in the checkpoint, expected only prose and checks`;
    context.findings.add("LI023", range, message, "write a check, or move it above `## Checkpoint`");
    return;
  }
  const expected = part === "cleanup" ? "only blocks with the flag `cleanup`" : "only prose";
  const message = `${what} stands after the checkpoint, expected ${expected}`;
  context.findings.add("LI024", range, message, part === "cleanup" ? "write `bash {cleanup}`" : "move it up");
}

function readGroup(reading: Reading, group: Group): void {
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
