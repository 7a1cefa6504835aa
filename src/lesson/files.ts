import path from "node:path";
import { parseTemplate } from "../text/index.ts";
import { type Context, conditionOf, rangeOfLines, type Script } from "./commands.ts";
import type { Fence } from "./fence.ts";
import type { Settings } from "./key-table.ts";
import { placeOf } from "./source.ts";

/**
 * A block that is written into the workspace. It is no command of bash, so the author's rules for those do not see it.
 * `from` is where its section begins: between there and the block the prose has to name the file in backticks, since
 * someone who follows the page by hand has to know where the text goes. A hidden file has no reader.
 */
export function buildFile(context: Context, fence: Fence, settings: Settings, from: number): Script | undefined {
  const { source, defaults } = context;
  const name = settings.file;
  if (name === undefined) return undefined;
  const target = path.posix.normalize(name);
  if (!fence.isHidden && !isNamed(context, fence, target, from)) {
    const message = `The prose above does not name \`${name}\`, expected it in backticks in the same section`;
    context.findings.add("LI037", fence.range, message, `for example: Save this as \`${name}\`:`);
  }
  const expand = settings.expand === true;
  if (expand) reportFaults(context, fence);
  const command: Script["command"] = {
    source: fence.body.map((line) => line.text).join("\n"),
    place: placeOf(source, fence.body.length === 0 ? fence.range : rangeOfLines(context, fence.body)),
    from: "file",
    exit: { kind: "status", status: 0 },
    timeoutMs: 0,
    stream: "both",
    tty: false,
    expectations: [],
    condition: conditionOf(settings, defaults),
    file: { path: target, expand },
    ...(fence.isHidden ? { hidden: true } : {}),
  };
  return { command, lines: fence.body, fence, role: "file" };
}

function isNamed({ spans }: Context, fence: Fence, target: string, from: number): boolean {
  return spans.some(({ text, range: { start, end } }) => {
    return start >= from && end <= fence.range.start && path.posix.normalize(text) === target;
  });
}

function reportFaults({ findings }: Context, fence: Fence): void {
  for (const { text, place } of fence.body) {
    for (const part of parseTemplate(text)) {
      if (part.kind !== "fault") continue;
      const offset = place.offset + part.offset;
      const found = text.slice(part.offset, part.offset + 20);
      const message = `\`${found}\` names no variable, expected \`\${NAME}\``;
      const at = { ...place, column: place.column + part.offset, offset, endOffset: offset + 2 };
      findings.addAt("LI038", at, message, "write `\\${` for these two characters themselves");
    }
  }
}
