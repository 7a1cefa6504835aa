import path from "node:path";
import { UsageError } from "../../diagnostics/index.ts";
import { plural } from "../../text/index.ts";
import { EXIT, reportError } from "../errors.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import type { ParsedFile } from "../parse-cached.ts";
import { FileChanges } from "./file-changes.ts";
import { firstChange } from "./first-change.ts";
import { type Files, testOnce } from "./test-once.ts";

/**
 * Run, and run again what was edited whenever a file is saved: in new surroundings, the steps before the edited one as what it
 * builds on. Ctrl-C ends; the exit code is the last run's.
 */
export async function watch(io: Io, options: Options, readFiles: () => Promise<Files>): Promise<number> {
  if (options.baselineWrite || options.update)
    throw new UsageError(
      "`--watch` looks on and writes nothing.",
      "Write the baseline, or update, by a run of its own.",
    );
  let files = await readFiles();
  // From before the run: what is saved while it runs is not missed.
  let changes = new FileChanges(pathsOf(io, files));
  try {
    let code: number = await attempt(io, () => testOnce(io, options, async () => files));
    while (!io.signal.aborted) {
      io.say(`\nwatching ${plural(files.all.length, "file")}: save one to run it again, Ctrl-C ends\n`);
      if (!(await changes.next(io.signal))) return code;
      const before = files;
      code = await attempt(io, async () => {
        files = await readFiles();
        const paths = pathsOf(io, files);
        if (paths.join("\n") !== pathsOf(io, before).join("\n")) {
          changes.close();
          changes = new FileChanges(paths);
        }
        return rerun(io, options, before, files, code);
      });
    }
    return EXIT.interrupted;
  } finally {
    changes.close();
  }
}

function pathsOf(io: Io, { all }: Files): string[] {
  return all.map((file) => path.resolve(io.cwd, file.path));
}

/** What a single run would end with ends only this run here: the next save may mend it. */
async function attempt(io: Io, run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (io.interrupted()) return EXIT.interrupted;
    return reportError(error, { write: io.say }, io.env);
  }
}

async function rerun(io: Io, options: Options, before: Files, after: Files, code: number): Promise<number> {
  const old = new Map(before.all.map((file) => [file.path, file]));
  const edited = after.all.filter((file) => file.text !== old.get(file.path)?.text);
  const selected = edited.filter((file) => isToRun(io, old.get(file.path), file));
  if (selected.length === 0) return code;
  const again = { selected, all: after.all };
  const [only] = selected;
  // Who said where to begin, or what to look at, means it each time.
  if (selected.length > 1 || only?.lesson === undefined || options.from !== undefined || options.grep !== undefined)
    return testOnce(io, options, async () => again);
  const change = firstChange(old.get(only.path)?.lesson, only.lesson);
  if (change.kind !== "step") return testOnce(io, options, async () => again);
  io.say(`again from \`${only.lesson.id}#${change.step}\`\n`);
  return testOnce(io, { ...options, from: `${only.lesson.id}#${change.step}` }, async () => again);
}

function isToRun(io: Io, before: ParsedFile | undefined, { path: file, lesson }: ParsedFile): boolean {
  if (lesson === undefined || firstChange(before?.lesson, lesson).kind !== "none") return true;
  io.say(`${file}: only its prose changed, nothing to run\n`);
  return false;
}
