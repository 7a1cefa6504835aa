import { rmSync } from "node:fs";
import type { Database as Sqlite } from "node-sqlite3-wasm";

/** A value as the database keeps it. */
export type Value = string | number | null;
export type Row = Readonly<Record<string, unknown>>;

/** What the store asks of a database: plain SQL with `?` for each value, in the words that SQLite and PostgreSQL share. */
export interface Database {
  run(sql: string, values?: readonly Value[]): void;
  all(sql: string, values?: readonly Value[]): readonly Row[];
  /** All of the work or nothing of it; on the disk when it returns. */
  transaction<T>(work: () => T): T;
  close(): void;
}

/**
 * Open the database in a file, or begin it. The caller holds a lock: nobody else has the file open, so that a lock of
 * SQLite's own that is there was left by a process that was killed.
 */
export async function openDatabase(file: string): Promise<Database> {
  const { Database: Opened } = await import("node-sqlite3-wasm");
  rmSync(`${file}.lock`, { recursive: true, force: true });
  const db: Sqlite = new Opened(file);
  // FULL: a transaction that was answered for survives the machine, not only the program. One program, one connection.
  db.exec("PRAGMA synchronous = FULL; PRAGMA journal_mode = TRUNCATE; PRAGMA foreign_keys = ON;");
  return {
    run: (sql, values = []) => void db.run(sql, [...values]),
    all: (sql, values = []) => db.all(sql, [...values]) as Row[],
    transaction: (work) => {
      db.exec("BEGIN IMMEDIATE");
      try {
        const result = work();
        db.exec("COMMIT");
        return result;
      } catch (error) {
        if (db.inTransaction) db.exec("ROLLBACK");
        throw error;
      }
    },
    close: () => db.close(),
  };
}
