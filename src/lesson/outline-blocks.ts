import { buildCommand, buildOutput, buildTranscript, type Context, hasKey, isInert, settingsOf } from "./commands.ts";
import type { StepDraft } from "./drafts.ts";
import type { Fence } from "./fence.ts";
import { buildFile } from "./files.ts";
import { reportInert } from "./inert.ts";
import { languageKind } from "./languages.ts";
import { buildManual } from "./manual.ts";
import { beginStep, own, type Reading, reportMisplaced } from "./outline-reading.ts";
import { joinProse } from "./prose.ts";
import type { TaskItem } from "./tasks.ts";

/** Each item is a step by itself, whatever stands above it. */
export function readManual(reading: Reading, task: TaskItem): void {
  const { context, part, prose } = reading;
  const draft = buildManual(context, task);
  reading.script = undefined;
  if (part !== "steps") reportMisplaced(reading, task.box, "A manual step");
  if (draft === undefined || part !== "steps") return;
  const start = task.comment?.range.start ?? task.range.start;
  beginStep(reading, task.range, start, { id: draft.id, scripts: [], manual: draft.manual });
  prose.skip(task.range);
}

/** A fenced block: what its language and its keys make of it. */
export function readFenceBlock(reading: Reading, fence: Fence): void {
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

/** A block of a command's language that is none: a cleanup, a file. */
export function isNoCommand(context: Context, fence: Fence): boolean {
  return isCleanup(context, fence) || hasKey(context, fence, "file");
}

/** Is it a block of bash with the flag `cleanup`? */
function isCleanup(context: Context, fence: Fence): boolean {
  return languageKind(fence.language) === "shell" && hasKey(context, fence, "cleanup");
}
