import { type ClassEvent, classEvent } from "../wire.ts";
import type { Queries } from "./database.ts";
import type { Together } from "./together.ts";

/** An event that was kept; `at` is the learner's time, set right by the host's clock. */
export interface KeptEvent {
  readonly learner: number;
  readonly event: ClassEvent;
}

/** One as it is read again: its number among its learner's, and when it came. */
export interface StoredEvent extends KeptEvent {
  readonly seq: number;
  readonly received: number;
}

/** Taken: the new ones. Not taken: one before it is missing. Either way `next` is what is expected now. */
export type Taken = { readonly next: number; readonly fresh: readonly KeptEvent[]; readonly gap: boolean };

/** Events number `from`, `from + 1`, … of a learner of a class. */
export interface Offer {
  readonly of: string;
  readonly learner: string;
  readonly from: number;
  readonly events: readonly ClassEvent[];
  /** When they came, and what is added to the learner's times, in milliseconds. */
  readonly received: number;
  readonly skew: number;
}

interface Numbered {
  readonly seq: number;
  readonly event: ClassEvent;
}

/**
 * Takes events, each once. A commit whose answer was lost may have come about: so what is fresh is what this process has
 * not been told of as kept, not what the database did not have.
 */
export class EventKeeper {
  /** By class and learner: the number of the last event that was told as kept. */
  readonly #told = new Map<string, number>();

  async take(together: Together, offer: Offer): Promise<Taken> {
    const { next, gap, number, kept } = await together.do((db) => this.#keep(db, offer));
    const told = this.#told.get(keyOf(offer)) ?? 0;
    this.#told.set(keyOf(offer), Math.max(told, next - 1));
    return { next, gap, fresh: kept.filter(({ seq }) => seq > told).map(({ event }) => ({ learner: number, event })) };
  }

  async #keep(db: Queries, offer: Offer) {
    const { of, learner, from, events, received, skew } = offer;
    const [row] = await db.all("SELECT number, last_seq FROM learner WHERE class = ? AND id = ?", [of, learner]);
    if (row === undefined) throw new Error("no such learner");
    const [number, last] = [Number(row.number), Number(row.last_seq)];
    // Whoever loaded the class has what it had before the first message of this learner.
    const told = this.#told.get(keyOf(offer)) ?? last;
    this.#told.set(keyOf(offer), told);
    const before = told < last ? await readEvents(db, { of, learner, after: told, upTo: last }) : [];
    if (from > last + 1) return { number, next: last + 1, gap: true, kept: before };
    const fresh = events.slice(last + 1 - from).map((event, index) => {
      // Nothing happened after it was told: a clock of anybody's cannot put an event where no Date is.
      return { seq: last + 1 + index, event: { ...event, at: Math.min(received, Math.max(0, event.at + skew)) } };
    });
    const next = last + 1 + fresh.length;
    if (fresh.length > 0) {
      const places = fresh.map(() => "(?, ?, ?, ?, ?, ?)").join(", ");
      const rows = fresh.flatMap(({ seq, event }) => [of, learner, seq, received, event.at, JSON.stringify(event)]);
      await db.run(`INSERT INTO event (class, learner, seq, received, at, body) VALUES ${places}`, rows);
      await db.run("UPDATE learner SET last_seq = ? WHERE class = ? AND id = ?", [next - 1, of, learner]);
    }
    return { number, next, gap: false, kept: [...before, ...fresh] };
  }
}

/** So many events are read at a time: a class of a day is larger than what one would hold in memory. */
const PAGE = 1000;

/**
 * All events of a class, a page at a time, each learner's in their order. One learner after the other: in one query for
 * all, each page would be looked for in the whole class.
 */
export async function* eventPages(db: Queries, of: string): AsyncGenerator<readonly StoredEvent[], void> {
  const sql = `SELECT seq, received, body FROM event WHERE class = ? AND learner = ? AND seq > ? ORDER BY seq LIMIT ${PAGE}`;
  for (const { id, number } of await db.all("SELECT id, number FROM learner WHERE class = ? ORDER BY number", [of])) {
    let page: readonly StoredEvent[];
    let after = 0;
    do {
      page = (await db.all(sql, [of, String(id), after])).map(({ seq, received, body }) => ({
        learner: Number(number),
        seq: Number(seq),
        received: Number(received),
        event: classEvent(JSON.parse(String(body)), "event"),
      }));
      yield page;
      after = page.at(-1)?.seq ?? after;
    } while (page.length === PAGE);
  }
}

function keyOf({ of, learner }: Offer): string {
  return `${of} ${learner}`;
}

async function readEvents(
  db: Queries,
  {
    of,
    learner,
    after,
    upTo,
  }: { readonly of: string; readonly learner: string; readonly after: number; readonly upTo: number },
): Promise<readonly Numbered[]> {
  const sql = "SELECT seq, body FROM event WHERE class = ? AND learner = ? AND seq > ? AND seq <= ? ORDER BY seq";
  return (await db.all(sql, [of, learner, after, upTo])).map(({ seq, body }) => {
    return { seq: Number(seq), event: classEvent(JSON.parse(String(body)), "event") };
  });
}
