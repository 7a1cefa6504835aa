import { buildCommand, buildOutput, type Context, isInert, refuseKeys, type Script, settingsOf } from "./commands.ts";
import type { Fence } from "./fence.ts";
import type { Group } from "./groups.ts";
import { reportInert } from "./inert.ts";
import type { Settings } from "./key-table.ts";
import { languageKind } from "./languages.ts";
import type { Check, Command, Hint } from "./lesson.ts";
import { placeOf, type Range } from "./source.ts";

/** A check whose id is not settled yet. `id` is the one written, if any. */
export interface CheckDraft {
  readonly id: string | undefined;
  readonly idRange: Range;
  readonly check: Omit<Check, "id">;
  /** Blocks that became part of the check; the rest of its body is prose. */
  readonly owned: readonly Range[];
}

const WITHIN_MS = 60_000;
const EVERY_MS = 1000;

/** First block the predicate, outputs directly after it its expectations, further blocks diagnoses. */
export function buildCheck(context: Context, group: Group): CheckDraft | undefined {
  const fences = fencesOf(group).filter((fence) => !isInert(fence) || judgeInert(context, fence));
  const [first, ...rest] = fences;
  if (first === undefined || languageKind(first.language) !== "shell") {
    const found = first === undefined ? "no block" : `a \`${first.language}\` block first`;
    const message = `The check \`${group.title}\` has ${found}, expected a \`bash\` block as its predicate`;
    context.findings.add(
      "LI017",
      first?.range ?? group.summary,
      message,
      "an exit status of 0 means that the check holds",
    );
    return undefined;
  }
  const settings = settingsOf(context, first, "predicate");
  const predicate = buildCommand(context, first, "predicate", settings);
  if (predicate === undefined) return undefined;
  const diagnoses = buildRest(context, rest, predicate);
  return {
    id: settings.id,
    idRange: first.range,
    check: {
      title: group.title,
      place: placeOf(context.source, group.range),
      predicate: predicate.command,
      diagnoses,
      ...polling(settings, context.defaults),
    },
    owned: fences.map((fence) => fence.owned),
  };
}

function polling(settings: Settings, defaults: Settings): Pick<Check, "withinMs" | "everyMs" | "times"> {
  return {
    withinMs: settings.withinMs ?? defaults.withinMs ?? WITHIN_MS,
    everyMs: settings.everyMs ?? defaults.everyMs ?? EVERY_MS,
    times: settings.times ?? defaults.times ?? 1,
  };
}

function buildRest(context: Context, fences: readonly Fence[], predicate: Script): readonly Command[] {
  const diagnoses: Command[] = [];
  for (const fence of fences) {
    const kind = languageKind(fence.language);
    if (kind === "output" && diagnoses.length === 0) buildOutput(context, fence, predicate);
    else if (kind === "shell") {
      const script = buildCommand(context, fence, "diagnosis", settingsOf(context, fence, "diagnosis"));
      if (script !== undefined) diagnoses.push(script.command);
    } else {
      const message = `A block of \`${fence.language}\` stands here in a check, expected a \`bash\` block that prints why`;
      const hint = kind === "output" ? "an output follows the predicate, before the diagnoses" : "write it as `bash`";
      context.findings.add("LI017", fence.range, message, hint);
    }
  }
  return diagnoses;
}

/** A hint is prose: what stands in its blocks is shown, never run. */
export function buildHint(context: Context, group: Group): Hint {
  for (const fence of fencesOf(group)) {
    if (!isInert(fence)) refuseKeys(context, fence, "in a hint");
    else judgeInert(context, fence);
  }
  const markdown = context.source.text.slice(group.body.start, group.body.end).trim();
  return { title: group.title, markdown, place: placeOf(context.source, group.range) };
}

export interface SolutionDraft {
  readonly command: Command | undefined;
  readonly owned: readonly Range[];
}

/** One command block, with the outputs that follow it; the rest is prose. */
export function buildSolution(context: Context, group: Group): SolutionDraft {
  const fences = fencesOf(group).filter((fence) => !isInert(fence) || judgeInert(context, fence));
  const [first, ...rest] = fences;
  if (first === undefined || languageKind(first.language) !== "shell") {
    const message = "The solution has no command, expected one `bash` block";
    context.findings.add("LI022", first?.range ?? group.summary, message, "write what solves the step");
    return { command: undefined, owned: [] };
  }
  const script = buildCommand(context, first, "solution", settingsOf(context, first, "solution"));
  for (const fence of rest) {
    if (languageKind(fence.language) === "output" && script !== undefined) buildOutput(context, fence, script);
    else context.findings.add("LI022", fence.range, "The solution has a second block, expected one", "join the two");
  }
  return { command: script?.command, owned: fences.map((fence) => fence.owned) };
}

function fencesOf(group: Group): readonly Fence[] {
  return group.blocks.flatMap((block) => (block.kind === "fence" ? [block.fence] : []));
}

/** Judges a block that does not run; never true, so that it can stand in a filter. */
function judgeInert(context: Context, fence: Fence): false {
  reportInert(context, fence);
  return false;
}
