import { existsSync } from "node:fs";
import { takeLock } from "../../progress/index.ts";
import { forgetDebrief, hostLock } from "../instructor.ts";
import type { Database } from "./database.ts";
import { type KeptIn, openDatabase } from "./open-kept.ts";
import { deleteThese } from "./retention.ts";
import { Store, type Whose } from "./store.ts";

/** The classes of a course that were hosted from a folder, while nobody hosts one of them. */
export interface KeptClasses {
  /** The class that goes on, else the one that ended last, as JSON lines; undefined: there is none. */
  exported(names: boolean): Promise<AsyncGenerator<string, void> | undefined>;
  /** How many ended, and how many go on. */
  count(): Promise<{ readonly ended: number; readonly open: number }>;
  /** Delete those that ended; `all`: the one that goes on, too. Gives how many were deleted. */
  forget(all: boolean): Promise<number>;
  close(): Promise<void>;
}

/** Undefined: nothing was ever hosted from the folder. Throws an EnvironmentError, also while a class is hosted. */
export async function openKeptClasses(options: KeptIn & { readonly course: string }): Promise<KeptClasses | undefined> {
  const { folder, course } = options;
  if (!existsSync(folder)) return undefined;
  const unlock = takeLock(hostLock(folder), (who) => `The class is hosted now: ${who} does it`);
  try {
    const { db, host } = await openDatabase(options);
    return { ...keptClasses(db, { course, host }, folder), close: () => db.close().finally(unlock) };
  } catch (error) {
    unlock();
    throw error;
  }
}

function keptClasses(db: Database, whose: Whose, folder: string): Omit<KeptClasses, "close"> {
  const store = new Store(db);
  const all = async () => {
    const sql = "SELECT id, closed FROM class WHERE course = ? AND host = ?";
    const rows = await db.all(sql, [whose.course, whose.host]);
    return rows.map(({ id, closed }) => ({ id: String(id), ended: closed !== null }));
  };
  return {
    exported: async (names) => {
      const last = await store.last(whose);
      return last && store.exported(last.id, names);
    },
    count: async () => {
      const classes = await all();
      const ended = classes.filter((one) => one.ended).length;
      return { ended, open: classes.length - ended };
    },
    forget: async (open) => {
      const wanted = (await all()).filter(({ ended }) => ended || open);
      const deleted = await deleteThese(
        db,
        wanted.map(({ id }) => id),
      );
      // What is left goes on, and the debrief is of that.
      if ((await all()).length === 0) forgetDebrief(folder);
      return deleted;
    },
  };
}
