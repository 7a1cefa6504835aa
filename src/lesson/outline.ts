import type { Context } from "./commands.ts";
import type { Outline } from "./drafts.ts";
import type { Element } from "./groups.ts";
import { reportInside, withoutTasks } from "./manual.ts";
import { isNoCommand, readFenceBlock, readManual } from "./outline-blocks.ts";
import { readGroup } from "./outline-groups.ts";
import { type Mutable, placeProse, type Reading } from "./outline-reading.ts";
import { createProse } from "./prose.ts";
import { partOf, readSections, type Section } from "./sections.ts";
import type { Range } from "./source.ts";
import type { TaskItem } from "./tasks.ts";

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
