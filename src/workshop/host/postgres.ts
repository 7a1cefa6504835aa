import { setTimeout as wait } from "node:timers/promises";
import { EnvironmentError } from "../../diagnostics/index.ts";
import { type Connection, type Database, type Row, SerialDatabase, Unavailable, type Value } from "./database.ts";
import { connectTo, describeDatabase, type Link, prepareDatabase, SCHEMA_LOCK } from "./postgres-link.ts";

/** A database that is away is waited for so long; a learner's message waits at most 5 s for its answer. */
const PATIENCE_MS = 2_000;
const AGAIN_MS = 100;
/** Transactions that PostgreSQL gave up for another's sake are done again so often. */
const TRIES = 5;
/** SQLSTATE: serialization_failure, deadlock_detected. */
const GIVEN_UP = new Set(["40001", "40P01"]);
/** SQLSTATE: a session that the server ended, or does not begin now. Class 08 is the connection's. */
const GONE = new Set(["57P01", "57P02", "57P03", "25P03", "53300"]);

/** Open a database on a PostgreSQL, by its URL. Throws an EnvironmentError that does not tell the URL's password. */
export async function openPostgres(url: string): Promise<Database> {
  const name = await describeDatabase(url);
  try {
    const link = await connectTo(url, 5 * PATIENCE_MS, undefined);
    try {
      await prepareDatabase(link);
    } catch (error) {
      link.drop();
      throw error;
    }
    return new SerialDatabase(new PostgresConnection(url, name, link));
  } catch (cause) {
    if (cause instanceof EnvironmentError) throw cause;
    throw new EnvironmentError(`The database ${name} cannot be used (${messageOf(cause)}).`, {
      hint: "`--database` and LEARN_ISTIO_DATABASE take `postgres://USER:PASSWORD@HOST:PORT/NAME`.",
      cause,
    });
  }
}

/** The session of this process with a PostgreSQL; another takes its place when it is lost. */
class PostgresConnection implements Connection {
  readonly lock = `SELECT pg_advisory_xact_lock(${SCHEMA_LOCK})`;
  readonly #url: string;
  readonly #name: string;
  readonly #claims = new Set<string>();
  readonly #texts = new Map<string, { readonly name: string; readonly text: string }>();
  #link: Link;

  constructor(url: string, name: string, link: Link) {
    this.#url = url;
    this.#name = name;
    this.#link = link;
  }

  async query(sql: string, values: readonly Value[]): Promise<readonly Row[]> {
    const known = this.#texts.get(sql) ?? numbered(sql, this.#texts.size);
    this.#texts.set(sql, known);
    return (await this.#link.client.query({ ...known, values: [...values] })).rows;
  }

  async commit<T>(work: () => Promise<T>): Promise<T> {
    const until = Date.now() + PATIENCE_MS;
    for (let tries = 1; ; tries += 1) {
      const { client } = await this.#connected(until);
      let asked: { readonly result: T; readonly id: string | null } | undefined;
      try {
        await client.query("BEGIN");
        const result = await work();
        const { rows } = await client.query("SELECT txid_current_if_assigned()::text AS id");
        asked = { result, id: rows[0]?.id ?? null };
        // It answers ROLLBACK where something in it failed and was passed over.
        const { command } = await client.query("COMMIT");
        if (command !== "COMMIT") throw new Error("the transaction was undone");
        return result;
      } catch (error) {
        if (this.#isGone(error)) {
          if (asked !== undefined && (await this.#isKept(asked.id, until))) return asked.result;
        } else {
          await client.query("ROLLBACK").catch(() => this.#link.drop());
          if (!GIVEN_UP.has(codeOf(error)) || tries >= TRIES) throw error;
        }
      }
    }
  }

  async claim(name: string): Promise<boolean> {
    await this.#connected(Date.now() + PATIENCE_MS);
    const claimed = await tryLock(this.#link, name);
    if (claimed) this.#claims.add(name);
    return claimed;
  }

  async close(): Promise<void> {
    if (this.#link.isLost()) return;
    await this.#link.client.end();
  }

  /** The session, or another one that has what this process claimed. Throws Unavailable. */
  async #connected(until: number): Promise<Link> {
    while (this.#link.isLost()) {
      try {
        const link = await connectTo(this.#url, Math.max(AGAIN_MS, until - Date.now()), this.#link.session);
        const claims = await Promise.all([...this.#claims].map((name) => tryLock(link, name)));
        if (claims.includes(false)) {
          link.drop();
          throw new Error("another host has the class, or the session that was lost still has it");
        }
        this.#link = link;
      } catch (error) {
        if (Date.now() + AGAIN_MS >= until)
          throw new Unavailable(`The database ${this.#name} cannot be reached (${messageOf(error)}).`, error);
        await wait(AGAIN_MS);
      }
    }
    return this.#link;
  }

  /** Whether an error is the session's end; then the session is given up. */
  #isGone(error: unknown): boolean {
    const code = codeOf(error);
    const isTold = GONE.has(code) || code.startsWith("08") || messageOf(error) === "Query read timeout";
    if (isTold && !this.#link.isLost()) this.#link.drop();
    return this.#link.isLost();
  }

  /** Whether a commit whose answer was lost came about. Throws Unavailable where nobody can tell. */
  async #isKept(id: string | null, until: number): Promise<boolean> {
    // It wrote nothing, so it may be done again.
    if (id === null) return false;
    for (;;) {
      const { client } = await this.#connected(until);
      try {
        const { rows } = await client.query("SELECT txid_status($1::bigint) AS status", [id]);
        const status = rows[0]?.status;
        if (status === "committed" || status === "aborted") return status === "committed";
        if (Date.now() >= until)
          throw new Unavailable(`The database ${this.#name} does not say what it kept.`, undefined);
        await wait(AGAIN_MS);
      } catch (error) {
        if (!this.#isGone(error)) throw error;
      }
    }
  }
}

async function tryLock({ client }: Link, name: string): Promise<boolean> {
  const { rows } = await client.query("SELECT pg_try_advisory_lock(hashtextextended($1, 0))::text AS had", [name]);
  return rows[0]?.had === "true";
}

/** `?` → `$1`, `$2`, …: no text of ours has a question mark of its own. The name keeps its plan on the server. */
function numbered(sql: string, known: number): { readonly name: string; readonly text: string } {
  let number = 0;
  const text = sql.replace(/\?/g, () => {
    number += 1;
    return `$${number}`;
  });
  return { name: `q${known}`, text };
}

function codeOf(error: unknown): string {
  return String((error as { code?: unknown } | null)?.code ?? "");
}

/** Some errors of the network are several in one, and say nothing themselves. */
function messageOf(error: unknown): string {
  const [first] = error instanceof AggregateError ? error.errors : [error];
  return first instanceof Error ? first.message : String(first);
}
