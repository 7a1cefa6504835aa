import type { Diagnostic } from "../diagnostics/index.ts";
import { reportBackgrounds } from "./background.ts";
import { readBlocks } from "./blocks.ts";
import { RULES } from "./checks/rules.ts";
import type { Context, Script } from "./commands.ts";
import { contentHash } from "./content-hash.ts";
import type { CheckDraft } from "./details.ts";
import type { Outline, StepDraft } from "./drafts.ts";
import { createFindings, type Findings, sortFindings } from "./findings.ts";
import { lessonId, parseFrontMatter } from "./front-matter.ts";
import { type Element, readGroups } from "./groups.ts";
import { type Ids, settleIds } from "./ids.ts";
import { KEYS, type Settings } from "./key-table.ts";
import type { Check, FrontMatter, Lesson, Step } from "./lesson.ts";
import { parseMarkdown } from "./markdown.ts";
import { readOutline } from "./outline.ts";
import { joinProse } from "./prose.ts";
import { createSource, placeOf, type Source } from "./source.ts";

/** What one file gave. There is a lesson unless an error was found; warnings do not take it away. */
export interface ParsedLesson {
  readonly lesson: Lesson | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

/** Markdown to a Lesson. Never throws for what an author wrote: every fault is a finding with its place. */
export function parseLesson(path: string, text: string): ParsedLesson {
  const source = createSource(path, text);
  const findings = createFindings(source);
  const { front, range } = parseFrontMatter(source, findings);
  const isLesson = range !== undefined;
  const { blocks, spans } = readBlocks(source, parseMarkdown(source.text), findings);
  const elements = readGroups(blocks, isLesson, findings);
  const scripts: Script[] = [];
  const context: Context = { source, findings, isLesson, defaults: readDefaults(front), scripts, spans };
  const id = lessonId(path, isLesson);
  const title = front.title ?? firstTitle(elements) ?? id;
  const outline = readOutline(context, elements, { title, start: range?.end ?? 0 });
  reportBackgrounds(context);
  if (isLesson) reportMissing(source, outline, findings);
  else reportUnmarked(source, path, findings);
  const lesson = finish(source, outline, { id, path, title, front, isLesson, findings });
  for (const rule of RULES) rule.find({ source, lesson, scripts, report: reporter(rule.code, findings) });
  const diagnostics = sortFindings(findings.list);
  const hasError = diagnostics.some((finding) => finding.severity === "error");
  return { lesson: hasError ? undefined : lesson, diagnostics };
}

function reporter(code: Diagnostic["code"], findings: Findings) {
  return (place: Diagnostic["place"], message: string, hint?: string) => findings.addAt(code, place, message, hint);
}

function readDefaults(front: FrontMatter): Settings {
  const settings: Settings = {};
  for (const [name, value] of Object.entries(front.defaults)) KEYS[name]?.set(settings, value);
  return settings;
}

function firstTitle(elements: readonly Element[]): string | undefined {
  for (const element of elements) {
    if (element.kind === "heading" && element.depth === 1 && element.text !== "") return element.text;
  }
  return undefined;
}

/** A lesson teaches something and proves it. */
function reportMissing(source: Source, { steps, checkpoint }: Outline, findings: Findings): void {
  const start = { start: 0, end: Math.min(3, source.text.length) };
  if (steps.length === 0) {
    findings.add(
      "LI025",
      start,
      "The lesson has no step, expected at least one",
      "write a block of `bash` or `console`",
    );
  }
  if (checkpoint === undefined) {
    const hint = "end the lesson with `## Checkpoint` and a `<details>` with `Check: …`";
    findings.add("LI026", start, "The lesson has no checkpoint, expected one", hint);
  } else if (checkpoint.checks.length === 0) {
    const hint = "write a `<details>` with `<summary>Check: …</summary>`";
    findings.add("LI026", checkpoint.range, "The checkpoint has no check, expected at least one", hint);
  }
}

/** A course would list it, and it would run as a page: without a cluster, and without having to prove anything. */
function reportUnmarked(source: Source, path: string, findings: Findings): void {
  const isNamedAsLesson = /^lesson-\d+(?:-.*)?\.md$/.test(path.slice(path.lastIndexOf("/") + 1));
  if (!isNamedAsLesson || findings.list.some(({ code }) => code === "LI027")) return;
  const isToml = /^\+\+\+[ \t]*\r?\n/.test(source.text);
  findings.add(
    "LI517",
    { start: 0, end: Math.min(3, source.text.length) },
    "The file is named as a lesson and has no front matter, so it runs as a page",
    isToml
      ? "write it as YAML between lines of `---`"
      : "begin it with `---`, `title: …`, `---`; or give it another name",
  );
}

interface Identity {
  readonly id: string;
  readonly path: string;
  readonly title: string;
  readonly front: FrontMatter;
  readonly isLesson: boolean;
  readonly findings: Findings;
}

function finish(source: Source, outline: Outline, identity: Identity): Lesson {
  const ids = settleIds(outline, identity.findings);
  const { checkpoint } = outline;
  return {
    id: identity.id,
    path: identity.path,
    kind: identity.isLesson ? "lesson" : "page",
    title: identity.title,
    front: identity.front,
    steps: outline.steps.map((draft) => finishStep(source, draft, ids)),
    checkpoint: checkpoint && {
      place: placeOf(source, checkpoint.range),
      lead: joinProse(checkpoint.lead),
      checks: checkpoint.checks.map((draft) => finishCheck(draft, ids)),
    },
    cleanups: outline.cleanups,
    opening: joinProse(outline.opening),
    closing: joinProse(outline.closing),
  };
}

function finishStep(source: Source, draft: StepDraft, ids: Ids): Step {
  const commands = draft.scripts.map(({ command }) => command);
  const checks = draft.checks.map((check) => finishCheck(check, ids));
  const solutionText = joinProse(draft.solutionText);
  const manual = draft.manual === undefined ? {} : { manual: draft.manual };
  return {
    id: ids.ofStep(draft),
    section: draft.section,
    place: placeOf(source, draft.range),
    lead: draft.lead,
    tail: joinProse(draft.tail),
    commands,
    checks,
    hints: draft.hints,
    solution: draft.solution,
    ...(solutionText === "" ? {} : { solutionText }),
    ...manual,
    contentHash: contentHash({ commands, checks, solution: draft.solution, ...manual }),
  };
}

function finishCheck(draft: CheckDraft, ids: Ids): Check {
  return { id: ids.ofCheck(draft), ...draft.check };
}
