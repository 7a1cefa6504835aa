import { type Expectation, parseExpectation, type SourceLine } from "../expect/index.ts";
import { readKeys, readSettings } from "./block-keys.ts";
import type { Span } from "./blocks.ts";
import type { Fence } from "./fence.ts";
import { createFindings, type Findings } from "./findings.ts";
import type { Role, Settings } from "./key-table.ts";
import { languageKind } from "./languages.ts";
import type { Command, Condition } from "./lesson.ts";
import { placeOf, type Range, type Source } from "./source.ts";
import { parseTranscript } from "./transcript.ts";

/** A command with its lines, whose places the author's rules need, and room for the outputs that follow it. */
export interface Script {
  readonly command: Command & { readonly expectations: Expectation[] };
  readonly lines: readonly SourceLine[];
  readonly fence: Fence;
  readonly role: Role;
}

/** What the builders of one file share. */
export interface Context {
  readonly source: Source;
  readonly findings: Findings;
  readonly isLesson: boolean;
  /** The front matter's defaults, read as keys. */
  readonly defaults: Settings;
  /** Every command of the file, in the order of reading. */
  readonly scripts: Script[];
  /** Inline code of the prose. */
  readonly spans: readonly Span[];
}

const COMMAND_TIMEOUT_MS = 60_000;
const PREDICATE_TIMEOUT_MS = 10_000;

/** Settings of a fence in its role, keys judged. */
export function settingsOf(context: Context, fence: Fence, role: Role): Settings {
  const settings = readSettings(readKeys(context.source, fence, context.findings), role, context.findings);
  if (settings.hidden === true && !fence.isHidden) {
    const message = "`hidden` stands on a block that everybody sees, expected the block inside a comment";
    context.findings.add("LI040", fence.range, message, "put `<!--` and `-->` around it, or remove the flag");
  }
  return settings;
}

/** Is the key written on it? Asked before a block's role is known, so findings are not kept here. */
export function hasKey({ source }: Context, fence: Fence, name: string): boolean {
  return readKeys(source, fence, createFindings(source)).some((key) => key.name === name);
}

/** One command from a fence of bash. A block without a command in it is an error and gives none. */
export function buildCommand(context: Context, fence: Fence, role: Role, settings: Settings): Script | undefined {
  if (fence.body.every(isBlankOrComment)) {
    const found = isBlank(fence.body) ? "is empty" : "holds only comments";
    const message = `The \`${fence.language}\` block ${found}, expected a command`;
    context.findings.add("LI016", fence.range, message, "write the command, or remove the block");
    return undefined;
  }
  return addScript(context, { fence, role, settings, lines: fence.body });
}

/** The commands of a transcript, each with what the page shows below it. */
export function buildTranscript(context: Context, fence: Fence, settings: Settings): readonly Script[] {
  if (isBlank(fence.body)) {
    context.findings.add("LI013", fence.range, "The transcript is empty, expected a command after `$ `");
    return [];
  }
  const exchanges = parseTranscript(fence.body, context.findings);
  if (settings.typed === true && exchanges.length > 1) {
    const message = `\`mode=type\` stands on a transcript of ${exchanges.length} commands, expected one`;
    context.findings.add("LI041", fence.range, message, "a learner types one at a time: write a transcript for each");
  }
  if (exchanges.length > 0 && exchanges.every(({ command }) => command.every(isBlankOrComment))) {
    const message = "The transcript holds only comments, expected a command after `$ `";
    context.findings.add("LI016", fence.range, message, "write the command, or remove the block");
    return [];
  }
  if (settings.mode !== undefined && exchanges.length > 0 && exchanges.every(({ output }) => isBlank(output))) {
    const message = `\`${settings.mode}\` stands on a transcript that shows no output, expected some lines below a command`;
    context.findings.add("LI041", fence.range, message, "write what a command prints, or remove the flag");
  }
  return exchanges.map((exchange) => {
    const own = exchange.exit === undefined ? settings : { ...settings, exit: exchange.exit };
    const script = addScript(context, { fence, role: "transcript", settings: own, lines: exchange.command });
    if (!isBlank(exchange.output))
      addOutput(context, script, exchange.output, settings, rangeOfLines(context, exchange.output));
    return script;
  });
}

/** An `output` fence becomes an expectation of the command that it follows. */
export function buildOutput(context: Context, fence: Fence, script: Script): void {
  addOutput(context, script, fence.body, settingsOf(context, fence, "output"), fence.range);
}

function addOutput(
  context: Context,
  script: Script,
  lines: readonly SourceLine[],
  settings: Settings,
  range: Range,
): void {
  const place = placeOf(context.source, range);
  if (settings.mode === "distribution" && script.role === "predicate") {
    const message =
      "A distribution stands in a check, which would draw it again until it fits, expected it after a command";
    context.findings.add("LI062", range, message, "draw it in a step's command, once");
  }
  const parsed = parseExpectation(lines, settings.mode ?? "lines", place, settings.expectation);
  context.findings.list.push(...parsed.diagnostics);
  if (parsed.expectation !== undefined) script.command.expectations.push(parsed.expectation);
}

function addScript(
  context: Context,
  { fence, role, settings, lines }: { fence: Fence; role: Role; settings: Settings; lines: readonly SourceLine[] },
): Script {
  const { defaults, source, scripts } = context;
  const isCheck = role === "predicate" || role === "diagnosis";
  const timeoutMs = settings.timeoutMs ?? (isCheck ? PREDICATE_TIMEOUT_MS : (defaults.timeoutMs ?? COMMAND_TIMEOUT_MS));
  const command: Script["command"] = {
    source: lines.map((line) => line.text).join("\n"),
    place: placeOf(source, rangeOfLines(context, lines)),
    from: role === "transcript" || role === "solution" || role === "cleanup" ? role : "fence",
    exit: settings.exit ?? { kind: "status", status: 0 },
    timeoutMs,
    stream: settings.stream ?? defaults.stream ?? "both",
    tty: settings.tty ?? false,
    expectations: [],
    condition: conditionOf(settings, defaults),
    ...(fence.isHidden ? { hidden: true } : {}),
    ...(settings.typed === undefined ? {} : { typed: settings.typed }),
    ...(settings.host === undefined ? {} : { host: settings.host }),
    ...(settings.background === undefined ? {} : { background: { name: settings.background, ready: settings.ready } }),
    ...(settings.stop === undefined ? {} : { stop: settings.stop }),
  };
  const script = { command, lines, fence, role };
  scripts.push(script);
  return script;
}

/** Why a block may be left out, by its own keys and the file's defaults. */
export function conditionOf(settings: Settings, defaults: Settings): Condition {
  return {
    skip: settings.skip,
    targets: settings.targets ?? defaults.targets,
    os: settings.os ?? defaults.os,
    ifCommand: settings.ifCommand,
  };
}

/** A predicate of such lines alone would hold always. */
function isBlankOrComment({ text }: SourceLine): boolean {
  return /^\s*(?:#|$)/.test(text);
}

function isBlank(lines: readonly SourceLine[]): boolean {
  return lines.every((line) => line.text.trim() === "");
}

export function rangeOfLines({ source }: Context, lines: readonly SourceLine[]): Range {
  const start = (lines[0]?.place.offset ?? source.skipped) - source.skipped;
  return { start, end: (lines.at(-1)?.place.endOffset ?? start + source.skipped) - source.skipped };
}

/** Blocks that nobody will run must not carry keys that say how. */
export function refuseKeys(context: Context, fence: Fence, where: string): void {
  for (const key of readKeys(context.source, fence, context.findings)) {
    const message = `\`${key.name}\` has no meaning ${where}, expected no keys`;
    context.findings.add("LI007", key.range, message, "remove it");
  }
}

export function isInert(fence: Fence): boolean {
  return languageKind(fence.language) === "inert";
}
