import { truncateMiddle } from "../text/index.ts";
import { readCommentKeys, readSettings } from "./block-keys.ts";
import { type Context, hasKey, isInert } from "./commands.ts";
import type { Element, Group } from "./groups.ts";
import type { ManualItem } from "./lesson.ts";
import { placeOf } from "./source.ts";
import type { TaskItem } from "./tasks.ts";

/** A manual step's own part: the item, and the id that its key comment gives. */
export interface ManualDraft {
  readonly id: string | undefined;
  readonly manual: ManualItem;
}

/** A task item that is a step. One that looks like it and is none is an error: nobody would be asked to do it. */
export function buildManual(context: Context, task: TaskItem): ManualDraft | undefined {
  const { source, findings } = context;
  const settings =
    task.comment === undefined
      ? {}
      : readSettings(readCommentKeys(source, task.comment.keys, findings), "manual", findings);
  if (task.kind === "open") {
    return { id: settings.id, manual: { markdown: task.markdown, place: placeOf(source, task.range) } };
  }
  const found = source.text.slice(task.box.start, task.box.end);
  const message =
    task.kind === "ticked"
      ? `\`${found}\` is done already, expected \`[ ]\``
      : `\`${truncateMiddle(found, 40)}\` is nearly a manual step, expected \`[ ]\`, a blank and what is to be done`;
  const hint = "write `- [ ] …` for a step, or a list item without a box for prose";
  findings.add("LI044", task.box, message, hint);
  return undefined;
}

/** What stands inside a manual step and would run or be asked: it belongs below. True when it was reported. */
export function reportInside(context: Context, task: TaskItem, element: Element): boolean {
  if (element.range.start >= task.range.end || element.kind === "heading") return false;
  const what = nameOf(context, element);
  if (what === undefined) return false;
  const message = `${what} stands inside a manual step, expected it below the list`;
  context.findings.add("LI044", element.range, message, "take it out of the list item");
  return true;
}

/** A block of another language is what its reader copies: part of the item, as prose is. */
function nameOf(context: Context, element: Element): string | undefined {
  if (element.kind === "fence") {
    const isCopied = isInert(element.fence) && !hasKey(context, element.fence, "file");
    return isCopied ? undefined : `A block of \`${element.fence.language}\``;
  }
  if (element.kind === "group") return `\`${element.group.title}\``;
  return element.kind === "task" ? "A second one" : undefined;
}

/** A box in a check, a hint or a solution is no step. */
export function reportBoxes({ findings, isLesson }: Context, group: Group): void {
  if (!isLesson) return;
  for (const block of group.blocks) {
    if (block.kind !== "task") continue;
    const message = `A task item stands inside \`${group.title}\`, expected it as a step of its own`;
    findings.add("LI044", block.task.box, message, "write a list item without a box, or move it out");
  }
}

/** On a page, which may be anybody's, a task list is prose; keys above it still ask for something. */
export function withoutTasks({ findings }: Context, elements: readonly Element[]): readonly Element[] {
  return elements.filter((element) => {
    if (element.kind === "task" && element.task.comment !== undefined) {
      const message = "Keys stand above a task item of a page, expected them above a fence";
      findings.add("LI010", element.task.comment.range, message, "a manual step needs a file with front matter");
    }
    return element.kind !== "task";
  });
}
