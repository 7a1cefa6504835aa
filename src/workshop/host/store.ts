import { createHash } from "node:crypto";
import type { ClassEvent } from "../wire.ts";
import type { Database, Queries, Row } from "./database.ts";
import { exportClass } from "./export.ts";
import { EventKeeper, eventPages, type StoredEvent, type Taken } from "./keep-events.ts";
import { joinClass, type KeptLearner, learnerOf, type Newcomer } from "./keep-learners.ts";
import { type KeptNotice, NoticeKeeper, readNotices } from "./keep-notices.ts";
import { Together } from "./together.ts";

/** A class as it is kept. */
export interface KeptClass {
  readonly id: string;
  readonly course: string;
  readonly title: string;
  readonly code: string;
  /** Who has it may see the board. */
  readonly boardKey: string;
  /** Which folder it is hosted from: several rooms may share a database. */
  readonly host: string;
  /** So many days after its end all of it is deleted. */
  readonly keepDays: number;
}

/** Whose class it is: rooms that share a database have classes of the same course. */
export type Whose = Pick<KeptClass, "course" | "host">;

/**
 * The classes of one database, in SQL that SQLite and PostgreSQL understand alike. What is written at the same moment is
 * one commit, and on the disk when a method resolves. A class is written to by one process at a time.
 */
export class Store {
  readonly #db: Database;
  readonly #together: Together;
  readonly #events = new EventKeeper();
  readonly #notices = new NoticeKeeper();
  /** By class, then by the hash of their token: asked for at each message. */
  readonly #known = new Map<string, Map<string, KeptLearner>>();

  constructor(db: Database) {
    this.#db = db;
    this.#together = new Together(db);
  }

  /** The class that goes on, where there is one: the last that did not end. */
  async open({ course, host }: Whose): Promise<KeptClass | undefined> {
    const sql = "SELECT * FROM class WHERE closed IS NULL AND course = ? AND host = ? ORDER BY created DESC LIMIT 1";
    const [row] = await this.#db.all(sql, [course, host]);
    return row && classOf(row);
  }

  /** The class that goes on, else the one that ended last. */
  async last({ course, host }: Whose): Promise<KeptClass | undefined> {
    const order = "CASE WHEN closed IS NULL THEN 0 ELSE 1 END, closed DESC, created DESC";
    const sql = `SELECT * FROM class WHERE course = ? AND host = ? ORDER BY ${order} LIMIT 1`;
    const [row] = await this.#db.all(sql, [course, host]);
    return row && classOf(row);
  }

  /** Begin a class; the one whose place it takes ends. */
  begin(begun: KeptClass, at: number, before?: string): Promise<void> {
    const { id, course, title, code, boardKey, host, keepDays } = begun;
    const values = [id, course, title, code, boardKey, host, keepDays, at];
    const sql = `INSERT INTO class (id, course, title, code, board_key, host, keep_days, created)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;
    return this.#together.do(async (db) => {
      if (before !== undefined) await endClass(db, before, at);
      await db.run(sql, values);
    });
  }

  /** End a class; one that ended stays as it is. */
  end(of: string, at: number): Promise<void> {
    return this.#together.do((db) => endClass(db, of, at));
  }

  async learners(of: string): Promise<readonly KeptLearner[]> {
    return (await this.#db.all("SELECT * FROM learner WHERE class = ? ORDER BY number", [of])).map(learnerOf);
  }

  async learnerByToken(of: string, tokenHash: string): Promise<KeptLearner | undefined> {
    return (await this.#learnersByToken(of)).get(tokenHash);
  }

  /** Let a learner in, or the same one once more. Undefined: the handle, the id or the token is somebody else's. */
  async join(of: string, newcomer: Newcomer): Promise<KeptLearner | undefined> {
    const known = await this.#learnersByToken(of);
    const kept = await this.#together.do((db) => joinClass(db, of, newcomer));
    if (kept !== undefined) known.set(newcomer.tokenHash, kept);
    return kept;
  }

  async leave(of: string, learner: string, at: number): Promise<void> {
    const sql = "UPDATE learner SET left_at = ? WHERE class = ? AND id = ?";
    await this.#together.do((db) => db.run(sql, [at, of, learner]));
    const known = await this.#learnersByToken(of);
    for (const [hash, one] of known) if (one.id === learner) known.set(hash, { ...one, left: true });
  }

  /**
   * Keep events number `from`, `from + 1`, … of a learner, each once: those that are kept already are passed over. When
   * this resolves they are on the disk. `skew` is added to the learner's times.
   */
  take(
    of: string,
    learner: string,
    from: number,
    events: readonly ClassEvent[],
    received: number,
    skew: number,
  ): Promise<Taken> {
    return this.#events.take(this.#together, { of, learner, from, events, received, skew });
  }

  /** All events of a class, each learner's in their order; never more than a page of them in memory. */
  async *events(of: string): AsyncGenerator<StoredEvent, void> {
    for await (const page of eventPages(this.#db, of)) yield* page;
  }

  /** All of a class as JSON lines, some at a time; `names`: say who. */
  exported(of: string, names: boolean): AsyncGenerator<string, void> {
    return exportClass(this.#db, of, names);
  }

  /** Keep what is told, to one learner (their number) or to all; its number in the class. */
  addNotice(
    of: string,
    notice: { readonly at: number; readonly learner?: number; readonly body: object },
  ): Promise<number> {
    return this.#notices.add(this.#together, of, notice);
  }

  /** All that was told in a class, in its order. */
  notices(of: string): Promise<readonly KeptNotice[]> {
    return readNotices(this.#db, of);
  }

  close(): Promise<void> {
    return this.#db.close();
  }

  async #learnersByToken(of: string): Promise<Map<string, KeptLearner>> {
    const known = this.#known.get(of);
    if (known !== undefined) return known;
    const rows = await this.#db.all("SELECT * FROM learner WHERE class = ?", [of]);
    // Somebody else may have asked at the same time, and added to theirs since.
    const read = this.#known.get(of) ?? new Map(rows.map((row) => [String(row.token_hash), learnerOf(row)]));
    this.#known.set(of, read);
    return read;
  }
}

async function endClass(db: Queries, of: string, at: number): Promise<void> {
  await db.run("UPDATE class SET closed = ? WHERE closed IS NULL AND id = ?", [at, of]);
}

/** What is kept of a secret: enough to know it again, not to tell it. */
export function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

function classOf(row: Row): KeptClass {
  const { id, course, title, code, board_key: boardKey, host, keep_days: keepDays } = row;
  return {
    id: String(id),
    course: String(course),
    title: String(title),
    code: String(code),
    boardKey: String(boardKey),
    host: String(host),
    keepDays: Number(keepDays),
  };
}
