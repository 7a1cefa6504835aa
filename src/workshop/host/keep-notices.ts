import type { Queries } from "./database.ts";
import { count } from "./keep-learners.ts";
import type { Together } from "./together.ts";

/** Something that the host told: to one learner, by their number, or to all. Its number counts from 1 in its class. */
export interface KeptNotice {
  readonly number: number;
  readonly at: number;
  readonly learner: number | undefined;
  readonly body: object;
}

interface ToKeep {
  readonly at: number;
  readonly learner?: number;
  readonly body: object;
}

/**
 * Keeps notices, one after the other. A commit whose answer was lost may have come about: its notice was told to nobody,
 * so the next one takes its place.
 */
export class NoticeKeeper {
  /** By class: the number of the last notice that was told as kept. */
  readonly #told = new Map<string, number>();
  #last: Promise<unknown> = Promise.resolve();

  add(together: Together, of: string, notice: ToKeep): Promise<number> {
    const mine = this.#last.then(() => this.#add(together, of, notice));
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  async #add(together: Together, of: string, { at, learner, body }: ToKeep): Promise<number> {
    const number = await together.do(async (db) => {
      const most = "SELECT COALESCE(MAX(number), 0) AS n FROM notice WHERE class = ?";
      const told = this.#told.get(of) ?? (await count(db, most, [of]));
      this.#told.set(of, told);
      await db.run("DELETE FROM notice WHERE class = ? AND number > ?", [of, told]);
      const values = [of, told + 1, at, learner ?? null, JSON.stringify(body)];
      await db.run("INSERT INTO notice (class, number, at, learner, body) VALUES (?, ?, ?, ?, ?)", values);
      return told + 1;
    });
    this.#told.set(of, number);
    return number;
  }
}

/** All that was told in a class, in its order. */
export async function readNotices(db: Queries, of: string): Promise<readonly KeptNotice[]> {
  const rows = await db.all("SELECT * FROM notice WHERE class = ? ORDER BY number", [of]);
  return rows.map(({ number, at, learner, body }) => ({
    number: Number(number),
    at: Number(at),
    learner: learner === null ? undefined : Number(learner),
    body: JSON.parse(String(body)),
  }));
}
