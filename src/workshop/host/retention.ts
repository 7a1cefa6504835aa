import type { Database } from "./database.ts";
import type { Whose } from "./store.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/** How long a class is kept after its end, unless its host says otherwise. */
export const KEEP_DAYS = 30;
/** A class that nobody ended and nothing was heard of for so long is over. */
const SILENT_DAYS = 90;

/** Keep the classes of a host for so many days after their end. */
export async function keepFor(db: Database, { course, host }: Whose, days: number): Promise<void> {
  await db.run("UPDATE class SET keep_days = ? WHERE course = ? AND host = ?", [days, course, host]);
}

/**
 * Delete every class whose time is over, also those of hosts that never come back; those alone that nobody hosts. Gives
 * how many these were.
 */
export async function deleteOld(db: Database, now: number): Promise<number> {
  const rows = await db.all(
    `SELECT id FROM class WHERE closed + keep_days * ${DAY_MS} <= ? OR closed IS NULL AND created <= ? AND NOT EXISTS
      (SELECT 1 FROM event WHERE event.class = class.id AND event.received > ?)`,
    [now, now - SILENT_DAYS * DAY_MS, now - SILENT_DAYS * DAY_MS],
  );
  return deleteThese(
    db,
    rows.map(({ id }) => String(id)),
  );
}

/** Delete those of the classes that nobody hosts. Gives how many these were. */
export async function deleteThese(db: Database, ids: readonly string[]): Promise<number> {
  let deleted = 0;
  for (const id of ids) {
    if (!(await db.claim(id))) continue;
    await deleteClass(db, id);
    deleted += 1;
  }
  return deleted;
}

/** Delete a class and all that was kept of it; the learners one by one, so that no statement takes long. */
async function deleteClass(db: Database, id: string): Promise<void> {
  await db.transaction(async (within) => {
    for (const { id: learner } of await within.all("SELECT id FROM learner WHERE class = ?", [id]))
      await within.run("DELETE FROM event WHERE class = ? AND learner = ?", [id, String(learner)]);
    for (const table of ["notice", "learner"]) await within.run(`DELETE FROM ${table} WHERE class = ?`, [id]);
    await within.run("DELETE FROM class WHERE id = ?", [id]);
  });
}
