/** A value as the database keeps it. */
export type Value = string | number | null;
export type Row = Readonly<Record<string, unknown>>;

/** What is asked of a database: plain SQL with `?` for each value, in the words that SQLite and PostgreSQL share. */
export interface Queries {
  run(sql: string, values?: readonly Value[]): Promise<void>;
  all(sql: string, values?: readonly Value[]): Promise<readonly Row[]>;
  /**
   * All of the work or nothing of it, done through the `Queries` that it is given; nobody else's work comes in between.
   * The outermost one is on the disk when this resolves; one within another undoes itself alone.
   */
  transaction<T>(work: (within: Queries) => Promise<T>): Promise<T>;
}

/** The database cannot be reached: nothing was kept, or nobody knows. What is asked again later is answered. */
export class Unavailable extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.name = "Unavailable";
  }
}

export interface Database extends Queries {
  /** A transaction beside which no other process does one of these. */
  alone<T>(work: (within: Queries) => Promise<T>): Promise<T>;
  /** From here on nobody but this process has what is called so, until it closes the database or is gone; false: somebody else has it. */
  claim(name: string): Promise<boolean>;
  close(): Promise<void>;
}

/** One connection to a database, which does one thing after the other: who uses it sees to that. */
export interface Connection {
  query(sql: string, values: readonly Value[]): Promise<readonly Row[]>;
  /** The work as one transaction. It may be done again where the first try left nothing behind. */
  commit<T>(work: () => Promise<T>): Promise<T>;
  /** What an `alone` begins with; undefined where there is one process anyway. */
  readonly lock: string | undefined;
  claim(name: string): Promise<boolean>;
  close(): Promise<void>;
}

/** A database of one connection, for any number of askers: each transaction waits for the one before. */
export class SerialDatabase implements Database {
  readonly #connection: Connection;
  #last: Promise<unknown> = Promise.resolve();

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async run(sql: string, values: readonly Value[] = []): Promise<void> {
    await this.all(sql, values);
  }

  all(sql: string, values: readonly Value[] = []): Promise<readonly Row[]> {
    return this.transaction((within) => within.all(sql, values));
  }

  transaction<T>(work: (within: Queries) => Promise<T>): Promise<T> {
    return this.#next(() => this.#connection.commit(() => work(new Within(this.#connection, 1))));
  }

  alone<T>(work: (within: Queries) => Promise<T>): Promise<T> {
    const { lock } = this.#connection;
    return this.transaction(async (within) => {
      if (lock !== undefined) await within.all(lock);
      return work(within);
    });
  }

  claim(name: string): Promise<boolean> {
    return this.#next(() => this.#connection.claim(name));
  }

  close(): Promise<void> {
    return this.#next(() => this.#connection.close());
  }

  #next<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#last.then(work);
    this.#last = mine.catch(() => undefined);
    return mine;
  }
}

/** What the work of a transaction asks: at `depth` transactions deep. */
class Within implements Queries {
  readonly #connection: Connection;
  readonly #depth: number;

  constructor(connection: Connection, depth: number) {
    this.#connection = connection;
    this.#depth = depth;
  }

  async run(sql: string, values: readonly Value[] = []): Promise<void> {
    await this.#connection.query(sql, values);
  }

  all(sql: string, values: readonly Value[] = []): Promise<readonly Row[]> {
    return this.#connection.query(sql, values);
  }

  async transaction<T>(work: (within: Queries) => Promise<T>): Promise<T> {
    const name = `s${this.#depth}`;
    await this.run(`SAVEPOINT ${name}`);
    try {
      const result = await work(new Within(this.#connection, this.#depth + 1));
      await this.run(`RELEASE SAVEPOINT ${name}`);
      return result;
    } catch (error) {
      await this.run(`ROLLBACK TO SAVEPOINT ${name}`);
      throw error;
    }
  }
}
