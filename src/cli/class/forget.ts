import { UsageError } from "../../diagnostics/index.ts";
import { plural } from "../../text/index.ts";
import { type KeptClasses, openKeptClasses } from "../../workshop/index.ts";
import { canAsk, confirm } from "../ask.ts";
import { EXIT } from "../errors.ts";
import type { Io } from "../io.ts";
import type { Options } from "../options.ts";
import type { PlaceOfWork } from "../place-of-work.ts";
import { databaseOf } from "./database.ts";
import { hostFolder } from "./folders.ts";

/** `class forget`: delete the classes of this course that ended; `--all`: the one that goes on, too. */
export async function run(io: Io, options: Options, place: PlaceOfWork, ...words: string[]): Promise<number> {
  if (words.length > 0) throw new UsageError(`\`${words[0]}\` is too much.`, "`class forget` takes no name.");
  const where = { folder: hostFolder(place), database: databaseOf(io, options) };
  const kept = await openKeptClasses({ ...where, course: place.course.id, now: io.now });
  try {
    return await forget(io, options, kept);
  } finally {
    await kept?.close();
  }
}

async function forget(io: Io, options: Options, kept: KeptClasses | undefined): Promise<number> {
  const all = options.all === true;
  const { ended, open } = (await kept?.count()) ?? { ended: 0, open: 0 };
  const wanted = ended + (all ? open : 0);
  const goesOn = open > 0 && !all ? " One goes on and stays; `--all` deletes it, too." : "";
  if (kept !== undefined && wanted > 0 && options.yes !== true) {
    const what = `${plural(wanted, "class", "classes")} of this course${all && open > 0 ? ", with the one that goes on," : ""}`;
    if (!canAsk(io)) {
      throw new UsageError(
        `${what} would be deleted, with all that is kept of the learners.`,
        `\`learn-istio class forget ${all ? "--all " : ""}--yes\` does it.`,
      );
    }
    if (!(await confirm(io, `Delete ${what} and all that is kept of the learners?`, false))) return EXIT.ok;
  }
  const deleted = kept === undefined || wanted === 0 ? 0 : await kept.forget(all);
  if (options.json) io.print(`${JSON.stringify({ version: 1, deleted, kept: ended + open - deleted })}\n`);
  else if (wanted === 0) io.say(`No class of this course that ended is kept.${goesOn}\n`);
  else io.say(`Deleted ${plural(deleted, "class", "classes")}.${goesOn}\n`);
  if (deleted === wanted) return EXIT.ok;
  io.say(`${plural(wanted - deleted, "class", "classes")} stayed: another process hosts them.\n`);
  return EXIT.failed;
}
