import { rmSync } from "node:fs";
import type { Statement } from "node-sqlite3-wasm";
import { type Connection, type Database, type Row, SerialDatabase } from "./database.ts";

/**
 * Open the database in a file, or begin it. The caller holds a lock: nobody else has the file open, so that a lock of
 * SQLite's own that is there was left by a process that was killed.
 */
export async function openSqlite(file: string): Promise<Database> {
  const { Database: Opened } = await import("node-sqlite3-wasm");
  rmSync(`${file}.lock`, { recursive: true, force: true });
  const db = new Opened(file);
  // In WebAssembly there is no memory to share, so a write-ahead log needs the file for itself. With FULL a transaction
  // that was answered for survives the machine, not only the program; the log makes that one wait for the disk, not four.
  // What is deleted is not to be found in the file any more.
  for (const pragma of [
    "locking_mode = EXCLUSIVE",
    "journal_mode = WAL",
    "synchronous = FULL",
    "foreign_keys = ON",
    "secure_delete = ON",
  ])
    db.all(`PRAGMA ${pragma}`);
  const statements = new Map<string, Statement>();
  let inside = false;
  const connection: Connection = {
    query: async (sql, values) => {
      // A full disk undoes the whole transaction at once: what would come after it would be one of its own.
      if (inside && !db.inTransaction) throw new Error("the transaction was undone");
      const statement = statements.get(sql) ?? db.prepare(sql);
      statements.set(sql, statement);
      try {
        return statement.all([...values]) as Row[];
      } catch (error) {
        // It would report the same failure again at its next use.
        statements.delete(sql);
        statement.finalize();
        throw error;
      }
    },
    commit: async (work) => {
      db.exec("BEGIN IMMEDIATE");
      inside = true;
      try {
        const result = await work();
        db.exec("COMMIT");
        return result;
      } catch (error) {
        if (db.inTransaction) db.exec("ROLLBACK");
        throw error;
      } finally {
        inside = false;
      }
    },
    // Who has the file has all that is in it.
    lock: undefined,
    claim: async () => true,
    close: async () => {
      for (const statement of statements.values()) statement.finalize();
      db.close();
    },
  };
  return new SerialDatabase(connection);
}
