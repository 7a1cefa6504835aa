import { closeSync, fsyncSync, lstatSync, openSync, renameSync, rmSync, type Stats, writeSync } from "node:fs";
import path from "node:path";
import { EnvironmentError, UsageError } from "../../diagnostics/index.ts";
import { findInstructor, openKeptClasses } from "../../workshop/index.ts";
import { EXIT } from "../errors.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import type { PlaceOfWork } from "../place-of-work.ts";
import { databaseOf } from "./database.ts";
import { hostFolder } from "./folders.ts";

/** `class export [FILE]`: all that is kept of the last class, as JSON lines. */
export async function run(io: Io, options: Options, place: PlaceOfWork, ...names: string[]): Promise<number> {
  if (names.length > 1) throw new UsageError(`\`${names[1]}\` is one name too many.`, "`class export FILE` takes one.");
  const [name = "-"] = names;
  if (name === "-") {
    for await (const text of lastClass(io, options, place)) {
      if (io.signal.aborted) break;
      io.print(text);
      await io.flush();
    }
    return EXIT.ok;
  }
  const file = path.resolve(io.cwd, name);
  requireFree(file, name, options.yes === true);
  if (!(await writeWhole(file, lastClass(io, options, place), io.signal))) return EXIT.ok;
  const who = options.names ? "Handles are in it, for you alone" : "Learners are numbers in it, without their handles";
  io.say(`The class is in \`${name}\`. ${who}; no code, key or token is.\n`);
  return EXIT.ok;
}

/** From its host while it is hosted: that one alone has the database open. */
async function* lastClass(io: Io, options: Options, place: PlaceOfWork): AsyncGenerator<string, void> {
  const folder = hostFolder(place);
  const names = options.names === true;
  const instructor = findInstructor(folder);
  if (instructor !== undefined) {
    yield* instructor.exported(names, io.signal);
    return;
  }
  const database = databaseOf(io, options);
  const kept = await openKeptClasses({ folder, course: place.course.id, database, now: io.now });
  try {
    const texts = await kept?.exported(names);
    if (texts === undefined) {
      throw new UsageError(
        `No class of \`${place.course.id}\` is kept ${database === undefined ? "on this machine" : "in this database for this machine"}.`,
        "`--lessons` names the course, `--database` where its class was kept, as for `learn-istio class host`.",
      );
    }
    yield* texts;
  } finally {
    await kept?.close();
  }
}

function requireFree(file: string, name: string, sure: boolean): void {
  const there = found(file);
  if (there === undefined) return;
  if (!there.isFile()) throw new UsageError(`\`${name}\` is there and is no file.`, "Name another one, or `-`.");
  if (!sure) throw new UsageError(`\`${name}\` is there already.`, "`--yes` replaces it.");
}

/** Where not even that can be known, writing tells why. */
function found(file: string): Stats | undefined {
  try {
    return lstatSync(file);
  } catch {
    return undefined;
  }
}

/** At once or not at all, for this user alone. False: it was given up. */
async function writeWhole(file: string, texts: AsyncIterable<string>, signal: AbortSignal): Promise<boolean> {
  const draft = `${file}.${process.pid}`;
  const write = <T>(work: () => T): T => {
    try {
      return work();
    } catch (cause) {
      const why = (cause as NodeJS.ErrnoException).code ?? "unknown reason";
      throw new EnvironmentError(`\`${file}\` cannot be written (${why}).`, { hint: "Name another file.", cause });
    }
  };
  const fd = write(() => openSync(draft, "wx", 0o600));
  try {
    for await (const text of texts) {
      if (signal.aborted) return false;
      const bytes = Buffer.from(text);
      for (let at = 0; at < bytes.length; ) at += write(() => writeSync(fd, bytes, at));
    }
    if (signal.aborted) return false;
    write(() => {
      fsyncSync(fd);
      renameSync(draft, file);
    });
    return true;
  } finally {
    closeSync(fd);
    rmSync(draft, { force: true });
  }
}
