import { randomUUID } from "node:crypto";
import { chmodSync, readFileSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { EnvironmentError, formatPlace } from "../../diagnostics/index.ts";
import {
  type Expectation,
  type Rewrite,
  refuses,
  rewriteExpectation,
  type VariableLookup,
} from "../../expect/index.ts";
import type { Command, EditedText, ExpectationEdits, Lesson } from "../../lesson/index.ts";
import { renderChanges } from "../../report/index.ts";
import type { RunSummary } from "../../run/index.ts";
import { plural } from "../../text/index.ts";
import { canAsk, confirm } from "../ask.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import type { ParsedFile } from "../parse-cached.ts";

/** An expectation that was not met, with what was printed. */
interface Unmet {
  readonly command: Command;
  readonly expectation: Expectation;
  readonly text: string;
  readonly lookup: VariableLookup;
}

/** Gathers what commands printed while lessons run, and writes it into their expectations afterwards. */
export class Updater {
  readonly #seen: { command: Command; text: string; lookup: VariableLookup }[] = [];

  /** The files that are run; what may be written. */
  files: readonly ParsedFile[] = [];

  observe(command: Command, text: string, lookup: VariableLookup): void {
    this.#seen.push({ command, text, lookup });
  }

  /**
   * Show what would change, ask, and write it. Returns how many expectations were not met and stay so: refused, or not
   * agreed to.
   */
  async write(io: Io, options: Options): Promise<number> {
    const unmet = await this.#unmet();
    const planned = await Promise.all(unmet.map(async (one) => ({ ...one, rewrite: await rewriteOf(one) })));
    let left = 0;
    const edited: { readonly file: ParsedFile; readonly result: EditedText; readonly count: number }[] = [];
    for (const { expectation, rewrite } of planned) {
      if (rewrite.kind !== "refused") continue;
      left += 1;
      io.say(`${formatPlace(expectation.place)}  not rewritten: ${rewrite.reason}.\n`);
    }
    for (const file of this.files) {
      const mine = planned.filter((one) => one.expectation.place.file === file.path && one.rewrite.kind === "edits");
      if (mine.length === 0) continue;
      const result = await editFile(file, mine);
      if (result === undefined) {
        left += mine.length;
        io.say(`${file.path}  not rewritten: the page would not be read as meant with what was printed in it.\n`);
      } else edited.push({ file, result, count: mine.length });
    }
    if (edited.length === 0) {
      if (left === 0) io.say("Nothing to update: every output that was compared is as expected.\n");
      return left;
    }
    io.print(`\n${edited.map(({ file, result }) => renderChanges(file.path, result.changes, io)).join("\n")}`);
    const count = edited.reduce((sum, one) => sum + one.count, 0);
    if (!(await mayWrite(io, options, count))) return left + count;
    for (const { file, result } of edited) replaceFile(path.resolve(io.cwd, file.path), file.text, result.text);
    io.say(`Updated ${plural(count, "expectation")} in ${plural(edited.length, "file")}.\n`);
    return left;
  }

  /** What a run with `--update` failed by besides the outputs that it is about to rewrite. */
  withoutMismatches(summary: RunSummary): RunSummary {
    const failures = summary.failures.filter(({ verdict }) => verdict.kind !== "mismatch");
    const mended = summary.failures.filter(({ verdict }) => verdict.kind === "mismatch").map(({ lesson }) => lesson);
    const still = new Set(failures.map(({ lesson }) => lesson));
    const failed = summary.lessons.failed - [...new Set(mended)].filter((lesson) => !still.has(lesson)).length;
    return { ...summary, failures, lessons: { ...summary.lessons, failed } };
  }

  /** Each expectation once, by what its command printed first. */
  async #unmet(): Promise<readonly Unmet[]> {
    const known = new Set<string>();
    const result: Unmet[] = [];
    for (const { command, text, lookup } of this.#seen) {
      for (const expectation of command.expectations) {
        const place = formatPlace(expectation.place);
        if (known.has(place)) continue;
        known.add(place);
        if (await refuses([expectation], text, lookup)) result.push({ command, expectation, text, lookup });
      }
    }
    return result;
  }
}

async function rewriteOf({ command, expectation, text, lookup }: Unmet): Promise<Rewrite> {
  if (command.hidden) return { kind: "refused", reason: "it stands in a comment, where `-->` would end it" };
  return rewriteExpectation(expectation, text, lookup);
}

/** The file with its edits; undefined where the page, read again, would not ask for just what was printed. */
async function editFile(
  file: ParsedFile,
  planned: readonly (Unmet & { readonly rewrite: Rewrite })[],
): Promise<EditedText | undefined> {
  const { editLines, parseLesson } = await import("../../lesson/index.ts");
  const edits = planned.map(({ command, expectation, rewrite }): ExpectationEdits => {
    const inTranscript = command.from === "transcript";
    return { expectation, inTranscript, edits: rewrite.kind === "edits" ? rewrite.edits : [] };
  });
  const result = editLines(file.text, edits);
  const { lesson } = parseLesson(file.path, result.text);
  if (lesson === undefined || file.lesson === undefined) return undefined;
  const before = expectationsOf(file.lesson);
  const after = expectationsOf(lesson);
  if (before.length !== after.length) return undefined;
  for (const { expectation, text, lookup } of planned) {
    const at = before.findIndex(({ place }) => place.offset === expectation.place.offset);
    const now = after[at];
    if (now === undefined || (await refuses([now], text, lookup))) return undefined;
  }
  return result;
}

/** All of a lesson's expectations, in an order that does not change with what they say. */
function expectationsOf(lesson: Lesson): readonly Expectation[] {
  const commands = lesson.steps.flatMap(({ commands, solution }) => [...commands, ...(solution ? [solution] : [])]);
  return commands.flatMap(({ expectations }) => expectations);
}

/** `--yes` agrees, everywhere. Without it a person at a terminal is asked, and in CI nothing is written. */
async function mayWrite(io: Io, options: Options, count: number): Promise<boolean> {
  if (options.yes) return true;
  const isCi = io.env.CI !== undefined && io.env.CI !== "" && io.env.CI !== "false";
  if (isCi || !canAsk(io)) {
    const why = isCi ? "This is CI (`CI` is set)" : "There is no terminal to ask";
    io.say(`${why}, so nothing was written. \`--update --yes\` writes it.\n`);
    return false;
  }
  return confirm(io, `Write ${plural(count, "expectation")}?`, false);
}

/** At once or not at all, with the file's mode; through a link. Errors: the file is not what was tested. */
function replaceFile(file: string, before: string, after: string): void {
  const real = realpathSync(file);
  if (readFileSync(real, "utf8") !== before) {
    throw new EnvironmentError(`\`${file}\` was changed while it was tested, so it was not written.`, {
      hint: "Run the same command again.",
    });
  }
  const temporary = path.join(path.dirname(real), `.learn-istio-${randomUUID()}`);
  try {
    writeFileSync(temporary, after, { flag: "wx" });
    chmodSync(temporary, statSync(real).mode & 0o7777);
    renameSync(temporary, real);
  } finally {
    rmSync(temporary, { force: true });
  }
}
