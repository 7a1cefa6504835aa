import { createHash } from "node:crypto";
import { type ClassEvent, classEvent } from "../wire.ts";
import type { Database, Row } from "./database.ts";
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

/** The classes of one database, in SQL that SQLite and PostgreSQL understand alike. */
export class Store {
  readonly #db: Database;
  /** Work that is kept together with what else comes at the same moment. */
  readonly together: Together;

  constructor(db: Database) {
    this.#db = db;
    this.together = new Together((work) => db.transaction(work));
  }

  /** The class that goes on, where there is one: the last that was not closed. */
  open(course: string): KeptClass | undefined {
    const [row] = this.#db.all(
      "SELECT * FROM class WHERE closed IS NULL AND course = ? ORDER BY created DESC LIMIT 1",
      [course],
    );
    return row && classOf(row);
  }

  begin({ id, course, title, code, boardKey }: KeptClass, at: number): void {
    this.#db.transaction(() => {
      this.#db.run("UPDATE class SET closed = ? WHERE closed IS NULL AND course = ?", [at, course]);
      this.#db.run("INSERT INTO class (id, course, title, code, board_key, created) VALUES (?, ?, ?, ?, ?, ?)", [
        id,
        course,
        title,
        code,
        boardKey,
        at,
      ]);
    });
  }

  learners(of: string): readonly KeptLearner[] {
    return this.#db.all("SELECT * FROM learner WHERE class = ? ORDER BY number", [of]).map(learnerOf);
  }

  learnerByToken(of: string, tokenHash: string): KeptLearner | undefined {
    const [row] = this.#db.all("SELECT * FROM learner WHERE class = ? AND token_hash = ?", [of, tokenHash]);
    return row && learnerOf(row);
  }

  /**
   * Let a learner in, or the same one once more (who left comes back). Undefined: the handle is somebody else's, or the
   * id is and the token is not.
   */
  join(of: string, { id, tokenHash, handle, handleKey, at }: Newcomer): KeptLearner | undefined {
    return this.#db.transaction(() => {
      const [known] = this.#db.all("SELECT * FROM learner WHERE class = ? AND id = ?", [of, id]);
      if (known !== undefined) {
        if (known.token_hash !== tokenHash) return undefined;
        this.#db.run("UPDATE learner SET left_at = NULL WHERE class = ? AND id = ?", [of, id]);
        return { ...learnerOf(known), left: false };
      }
      const number = this.#count("SELECT COALESCE(MAX(number), 0) AS n FROM learner WHERE class = ?", [of]) + 1;
      const name = handle ?? this.#freeName(of, number);
      const key = handleKey ?? name;
      if (this.#isTaken(of, key)) return undefined;
      this.#db.run(
        "INSERT INTO learner (class, id, number, handle, handle_key, token_hash, joined, last_seq) VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
        [of, id, number, name, key, tokenHash, at],
      );
      return { id, number, handle: name, joined: at, lastSeq: 0, left: false };
    });
  }

  leave(of: string, learner: string, at: number): void {
    this.#db.run("UPDATE learner SET left_at = ? WHERE class = ? AND id = ?", [at, of, learner]);
  }

  /**
   * Keep events number `from`, `from + 1`, … of a learner, each once: those that are kept already are passed over. When
   * this returns they are on the disk. `skew` is added to the learner's times.
   */
  take(
    of: string,
    learner: string,
    from: number,
    events: readonly ClassEvent[],
    received: number,
    skew: number,
  ): Taken {
    return this.#db.transaction(() => {
      const [row] = this.#db.all("SELECT number, last_seq FROM learner WHERE class = ? AND id = ?", [of, learner]);
      if (row === undefined) throw new Error("no such learner");
      const last = Number(row.last_seq);
      if (from > last + 1) return { next: last + 1, fresh: [], gap: true };
      const fresh = events.slice(last + 1 - from).map((event) => ({ ...event, at: Math.max(0, event.at + skew) }));
      for (const [index, event] of fresh.entries()) {
        this.#db.run("INSERT INTO event (class, learner, seq, received, at, body) VALUES (?, ?, ?, ?, ?, ?)", [
          of,
          learner,
          last + 1 + index,
          received,
          event.at,
          JSON.stringify(event),
        ]);
      }
      const next = last + 1 + fresh.length;
      if (fresh.length > 0)
        this.#db.run("UPDATE learner SET last_seq = ? WHERE class = ? AND id = ?", [next - 1, of, learner]);
      return { next, fresh: fresh.map((event) => ({ learner: Number(row.number), event })), gap: false };
    });
  }

  /** All events of a class, each learner's in their order. */
  events(of: string): readonly KeptEvent[] {
    const sql = `SELECT l.number, e.body FROM event e JOIN learner l ON l.class = e.class AND l.id = e.learner
      WHERE e.class = ? ORDER BY l.number, e.seq`;
    return this.#db
      .all(sql, [of])
      .map((row) => ({ learner: Number(row.number), event: classEvent(JSON.parse(String(row.body)), "event") }));
  }

  close(): void {
    this.#db.close();
  }

  #freeName(of: string, from: number): string {
    for (let number = from; ; number += 1) if (!this.#isTaken(of, `learner-${number}`)) return `learner-${number}`;
  }

  #isTaken(of: string, handleKey: string): boolean {
    return this.#count("SELECT COUNT(*) AS n FROM learner WHERE class = ? AND handle_key = ?", [of, handleKey]) > 0;
  }

  #count(sql: string, values: readonly string[]): number {
    return Number(this.#db.all(sql, values)[0]?.n);
  }
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
