import { rmSync } from "node:fs";
import type { Statement } from "node-sqlite3-wasm";

/** A value as the database keeps it. */
export type Value = string | number | null;
export type Row = Readonly<Record<string, unknown>>;

/** What the store asks of a database: plain SQL with `?` for each value, in the words that SQLite and PostgreSQL share. */
export interface Database {
  run(sql: string, values?: readonly Value[]): void;
  all(sql: string, values?: readonly Value[]): readonly Row[];
  /** All of the work or nothing of it; on the disk when the outermost one returns. */
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
  const db = new Opened(file);
  // In WebAssembly there is no memory to share, so a write-ahead log needs the file for itself. With FULL a transaction
  // that was answered for survives the machine, not only the program; the log makes that one wait for the disk, not four.
  for (const pragma of ["locking_mode = EXCLUSIVE", "journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON"])
    db.all(`PRAGMA ${pragma}`);
  const statements = new Map<string, Statement>();
  const prepared = <T>(sql: string, use: (statement: Statement) => T): T => {
    const statement = statements.get(sql) ?? db.prepare(sql);
    statements.set(sql, statement);
    try {
      return use(statement);
    } catch (error) {
      // It would report the same failure again at its next use.
      statements.delete(sql);
      statement.finalize();
      throw error;
    }
  };
  let depth = 0;
  const transaction = <T>(work: () => T): T => {
    const level = depth;
    const [begin, commit, rollback] =
      level === 0
        ? ["BEGIN IMMEDIATE", "COMMIT", "ROLLBACK"]
        : [`SAVEPOINT s${level}`, `RELEASE s${level}`, `ROLLBACK TO s${level}`];
    db.exec(begin);
    depth = level + 1;
    try {
      const result = work();
      db.exec(commit);
      return result;
    } catch (error) {
      if (db.inTransaction) db.exec(rollback);
      throw error;
    } finally {
      depth = level;
    }
  };
  return {
    run: (sql, values = []) => void prepared(sql, (statement) => statement.run([...values])),
    all: (sql, values = []) => prepared(sql, (statement) => statement.all([...values]) as Row[]),
    transaction,
    close: () => {
      for (const statement of statements.values()) statement.finalize();
      db.close();
    },
  };
}
