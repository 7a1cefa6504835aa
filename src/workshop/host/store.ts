import { createHash } from "node:crypto";
import { type ClassEvent, classEvent } from "../wire.ts";
import type { Database, Queries, Row } from "./database.ts";
import { Together } from "./together.ts";

/** A class as it is kept. */
export interface KeptClass {
  readonly id: string;
  readonly course: string;
  readonly title: string;
  readonly code: string;
  /** Who has it may see the board. */
  readonly boardKey: string;
}

/** A learner as the host knows them. `id` is the learner's secret; the board uses `number`. */
export interface KeptLearner {
  readonly id: string;
  readonly number: number;
  readonly handle: string;
  readonly joined: number;
  readonly lastSeq: number;
  readonly left: boolean;
}

/** An event that was kept; `at` is the learner's time, set right by the host's clock. */
export interface KeptEvent {
  readonly learner: number;
  readonly event: ClassEvent;
}

/** Something that the host told: to one learner, by their number, or to all. Its number counts from 1 in its class. */
export interface KeptNotice {
  readonly number: number;
  readonly at: number;
  readonly learner: number | undefined;
  readonly body: object;
}

/** Taken: the new ones. Not taken: one before it is missing. Either way `next` is what is expected now. */
export type Taken = { readonly next: number; readonly fresh: readonly KeptEvent[]; readonly gap: boolean };

/** A learner who asks to be let in. */
export interface Newcomer {
  readonly id: string;
  readonly tokenHash: string;
  /** Undefined: the class finds one. */
  readonly handle: string | undefined;
  readonly handleKey: string | undefined;
  readonly at: number;
}

/** So many events are read at a time: a class of a day is larger than what one would hold in memory. */
const PAGE = 1000;

/**
 * The classes of one database, in SQL that SQLite and PostgreSQL understand alike. What is written at the same moment is
 * one commit, and on the disk when a method resolves. A class is written to by one process at a time.
 */
export class Store {
  readonly #db: Database;
  readonly #together: Together;
  /** By class, then by the hash of their token: asked for at each message. */
  readonly #known = new Map<string, Map<string, KeptLearner>>();

  constructor(db: Database) {
    this.#db = db;
    this.#together = new Together(db);
  }

  /** The class that goes on, where there is one: the last that did not end. */
  async open(course: string): Promise<KeptClass | undefined> {
    const [row] = await this.#db.all(
      "SELECT * FROM class WHERE closed IS NULL AND course = ? ORDER BY created DESC LIMIT 1",
      [course],
    );
    return row && classOf(row);
  }

  /** Begin a class; the one whose place it takes ends. */
  begin({ id, course, title, code, boardKey }: KeptClass, at: number, before?: string): Promise<void> {
    const sql = "INSERT INTO class (id, course, title, code, board_key, created) VALUES (?, ?, ?, ?, ?, ?)";
    return this.#together.do(async (db) => {
      if (before !== undefined) await endClass(db, before, at);
      await db.run(sql, [id, course, title, code, boardKey, at]);
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

  /**
   * Let a learner in, or the same one once more (who left comes back). Undefined: the handle is somebody else's, or the
   * id or the token is and the other is not.
   */
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
    return this.#together.do(async (db) => {
      const [row] = await db.all("SELECT number, last_seq FROM learner WHERE class = ? AND id = ?", [of, learner]);
      if (row === undefined) throw new Error("no such learner");
      const last = Number(row.last_seq);
      if (from > last + 1) return { next: last + 1, fresh: [], gap: true };
      // Nothing happened after it was told: a clock of anybody's cannot put an event where no Date is.
      const timeOf = ({ at }: ClassEvent): number => Math.min(received, Math.max(0, at + skew));
      const fresh = events.slice(last + 1 - from).map((event) => ({ ...event, at: timeOf(event) }));
      if (fresh.length === 0) return { next: last + 1, fresh: [], gap: false };
      const rows = fresh.flatMap((event, index) => {
        return [of, learner, last + 1 + index, received, event.at, JSON.stringify(event)];
      });
      const places = fresh.map(() => "(?, ?, ?, ?, ?, ?)").join(", ");
      await db.run(`INSERT INTO event (class, learner, seq, received, at, body) VALUES ${places}`, rows);
      const next = last + 1 + fresh.length;
      await db.run("UPDATE learner SET last_seq = ? WHERE class = ? AND id = ?", [next - 1, of, learner]);
      return { next, fresh: fresh.map((event) => ({ learner: Number(row.number), event })), gap: false };
    });
  }

  /** All events of a class, each learner's in their order; never more than a page of them in memory. */
  async *events(of: string): AsyncGenerator<KeptEvent, void> {
    const sql = `SELECT l.number, e.seq, e.body FROM event e JOIN learner l ON l.class = e.class AND l.id = e.learner
      WHERE e.class = ? AND (l.number > ? OR (l.number = ? AND e.seq > ?)) ORDER BY l.number, e.seq LIMIT ${PAGE}`;
    let [number, seq] = [0, 0];
    for (;;) {
      const rows = await this.#db.all(sql, [of, number, number, seq]);
      for (const row of rows) {
        [number, seq] = [Number(row.number), Number(row.seq)];
        yield { learner: number, event: classEvent(JSON.parse(String(row.body)), "event") };
      }
      if (rows.length < PAGE) return;
    }
  }

  /** Keep what is told, to one learner (their number) or to all; its number in the class. */
  addNotice(
    of: string,
    { at, learner, body }: { readonly at: number; readonly learner?: number; readonly body: object },
  ): Promise<number> {
    return this.#together.do(async (db) => {
      const number = (await count(db, "SELECT COALESCE(MAX(number), 0) AS n FROM notice WHERE class = ?", [of])) + 1;
      const values = [of, number, at, learner ?? null, JSON.stringify(body)];
      await db.run("INSERT INTO notice (class, number, at, learner, body) VALUES (?, ?, ?, ?, ?)", values);
      return number;
    });
  }

  /** All that was told in a class, in its order. */
  async notices(of: string): Promise<readonly KeptNotice[]> {
    return (await this.#db.all("SELECT * FROM notice WHERE class = ? ORDER BY number", [of])).map(noticeOf);
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

async function joinClass(
  db: Queries,
  of: string,
  { id, tokenHash, handle, handleKey, at }: Newcomer,
): Promise<KeptLearner | undefined> {
  const [known] = await db.all("SELECT * FROM learner WHERE class = ? AND (id = ? OR token_hash = ?)", [
    of,
    id,
    tokenHash,
  ]);
  if (known !== undefined) {
    if (known.token_hash !== tokenHash || known.id !== id) return undefined;
    await db.run("UPDATE learner SET left_at = NULL WHERE class = ? AND id = ?", [of, id]);
    return { ...learnerOf(known), left: false };
  }
  const number = (await count(db, "SELECT COALESCE(MAX(number), 0) AS n FROM learner WHERE class = ?", [of])) + 1;
  const name = handle ?? (await freeName(db, of, number));
  const key = handleKey ?? name;
  if (await isTaken(db, of, key)) return undefined;
  await db.run(
    "INSERT INTO learner (class, id, number, handle, handle_key, token_hash, joined, last_seq) VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
    [of, id, number, name, key, tokenHash, at],
  );
  return { id, number, handle: name, joined: at, lastSeq: 0, left: false };
}

async function freeName(db: Queries, of: string, from: number): Promise<string> {
  let number = from;
  while (await isTaken(db, of, `learner-${number}`)) number += 1;
  return `learner-${number}`;
}

async function isTaken(db: Queries, of: string, handleKey: string): Promise<boolean> {
  const sql = "SELECT COUNT(*) AS n FROM learner WHERE class = ? AND handle_key = ?";
  return (await count(db, sql, [of, handleKey])) > 0;
}

async function count(db: Queries, sql: string, values: readonly string[]): Promise<number> {
  return Number((await db.all(sql, values))[0]?.n);
}

/** What is kept of a secret: enough to know it again, not to tell it. */
export function hashOf(secret: string): string {
  return createHash("sha256").update(secret).digest("hex");
}

function classOf(row: Row): KeptClass {
  const { id, course, title, code, board_key: boardKey } = row;
  return {
    id: String(id),
    course: String(course),
    title: String(title),
    code: String(code),
    boardKey: String(boardKey),
  };
}

function learnerOf({ id, number, handle, joined, last_seq: lastSeq, left_at: leftAt }: Row): KeptLearner {
  return {
    id: String(id),
    number: Number(number),
    handle: String(handle),
    joined: Number(joined),
    lastSeq: Number(lastSeq),
    left: leftAt !== null,
  };
}

function noticeOf({ number, at, learner, body }: Row): KeptNotice {
  return {
    number: Number(number),
    at: Number(at),
    learner: learner === null ? undefined : Number(learner),
    body: JSON.parse(String(body)),
  };
}
