import { type Look, styleOf } from "./style.ts";

/** A line of a file before and after; a line that goes has none after, one that comes none before. */
interface Change {
  readonly line: number;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/**
 * Changes of a file for reading, nothing around them: the line's number, `-` before what goes, `+` before what comes.
 *
 *     lessons/lesson-01-prereqs.md
 *      68 - kind v0.31.0
 *         + kind v0.32.0
 */
export function renderChanges(file: string, changes: readonly Change[], look?: Partial<Look>): string {
  const { chalk, clean } = styleOf(look);
  const width = Math.max(...changes.map(({ line }) => String(line).length));
  const rows = changes.flatMap(({ line, before, after }) => {
    const gone = before.map((text) => chalk.red(`- ${clean(text)}`));
    const come = after.map((text) => chalk.green(`+ ${clean(text)}`));
    return [...gone, ...come].map((text, index) => `${(index === 0 ? String(line) : "").padStart(width)} ${text}`);
  });
  return `${chalk.bold(clean(file))}\n${rows.join("\n")}\n`;
}
