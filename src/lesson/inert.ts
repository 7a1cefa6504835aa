import { type Context, settingsOf } from "./commands.ts";
import type { Fence } from "./fence.ts";
import { KEYS } from "./key-table.ts";
import { nearLanguage } from "./languages.ts";

/**
 * A block of another language does not run. Its language must not be nearly ours, and its keys must not ask for
 * something. On pages an info string may belong to another tool: it is ours only when it holds a key of ours.
 */
export function reportInert(context: Context, fence: Fence): void {
  const near = nearLanguage(fence.language);
  if (near !== undefined || fence.language.startsWith("{")) {
    const expected = near === undefined ? "a language before the keys" : `\`${near}\``;
    const message = `\`${fence.language}\` is no language of a lesson, expected ${expected}`;
    const hint = near === undefined ? "write it directly after the marker" : `write \`${near}\`, keys after a blank`;
    context.findings.add("LI004", fence.languageRange, message, hint);
    return;
  }
  if (context.isLesson || fence.comment !== undefined || mentionsKeys(context, fence)) {
    settingsOf(context, fence, "inert");
  }
}

function mentionsKeys({ source }: Context, fence: Fence): boolean {
  const words = source.text.slice(fence.meta.start, fence.meta.end).matchAll(/(?<![\w-])([a-z]+)=/g);
  return [...words].some(([, name = ""]) => Object.hasOwn(KEYS, name));
}
