import type { Lesson, Step } from "../../lesson/index.ts";
import { isInClass, learnerFolder } from "../class/folders.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import { wrapText } from "../screen/lines.ts";
import { renderMarkdown } from "../screen/markdown.ts";
import { createPalette } from "../screen/palette.ts";
import { referencesOf } from "../screen/references.ts";
import { changeSettings } from "../settings.ts";
import { findHere } from "../start/here.ts";
import { hintHead } from "../start/hints.ts";

/** The next hint for the step at hand: each call shows one more, after the last the first again. */
export async function run(io: Io, options: Options, args: readonly string[]): Promise<number> {
  const { lesson, step, place } = await findHere(io, options, args[0]);
  const name = `${lesson.id}#${step.id}`;
  const { hints } = step;
  const shown = place.settings.hinted?.step === name ? place.settings.hinted.count : 0;
  const hint = hints[shown % Math.max(1, hints.length)];
  if (options.json)
    io.print(`${JSON.stringify({ version: 1, step: name, hint: hint ?? null, of: hints.length }, null, 2)}\n`);
  else if (hint === undefined) io.say(`There is no hint for \`${name}\`. ${instead(lesson, step)}\n`);
  else {
    const head = `${name} [${place.target}]  ${hintHead(hint, (shown % hints.length) + 1, hints.length)}`;
    io.print(`${wrapText(head, io.width)}\n\n`);
    const style = { width: io.width, palette: createPalette(io.colour), references: referencesOf(lesson) };
    io.print(`${renderMarkdown(hint.markdown, style)}\n`);
  }
  if (hint === undefined) return 0;
  changeSettings(place.courseDir, { hinted: { step: name, count: shown + 1 } });
  if (isInClass(place)) {
    const { tellHint } = await import("../../workshop/index.ts");
    const tier = (shown % hints.length) + 1;
    await tellHint(learnerFolder(place), { lesson: lesson.id, step: step.id, tier }, io.now);
  }
  return 0;
}

function instead(lesson: Lesson, step: Step): string {
  if (step.checks.length > 0) return "`learn-istio check` says what does not hold.";
  return `\`learn-istio start ${lesson.id}\` shows and runs its command.`;
}
