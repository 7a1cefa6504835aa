import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { Database } from "../../src/workshop/host/database.ts";
import { openPostgres } from "../../src/workshop/host/postgres.ts";
import { openSqlite } from "../../src/workshop/host/sqlite.ts";
import { NO_POSTGRES, openPostgresServer } from "./postgres.ts";

/** Databases of one kind, each of them new. */
export interface Databases {
  /** Opens a new one; `again` opens the same one once more, after the first was closed. */
  open(): Promise<{ readonly db: Database; again(): Promise<Database> }>;
  remove(): Promise<void>;
}

/** Every kind of database that a class can be kept in; `missing` says why one cannot be had on this machine. */
export const DATABASES: readonly {
  readonly name: string;
  readonly missing: string | undefined;
  begin(): Promise<Databases>;
}[] = [
  { name: "SQLite", missing: undefined, begin: async () => sqliteFiles() },
  { name: "PostgreSQL", missing: NO_POSTGRES, begin: postgresDatabases },
];

function sqliteFiles(): Databases {
  const folder = mkdtempSync(path.join(os.tmpdir(), "sqlite-"));
  let made = 0;
  return {
    open: async () => {
      made += 1;
      const file = path.join(folder, `${made}.db`);
      return { db: await openSqlite(file), again: () => openSqlite(file) };
    },
    remove: async () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 }),
  };
}

async function postgresDatabases(): Promise<Databases> {
  const server = await openPostgresServer();
  return {
    open: async () => {
      const url = await server.database();
      return { db: await openPostgres(url), again: () => openPostgres(url) };
    },
    remove: server.remove,
  };
}
