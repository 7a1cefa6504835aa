import { randomBytes, randomUUID } from "node:crypto";
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { EnvironmentError } from "../../diagnostics/index.ts";
import { makeJoinCode } from "../join-code.ts";
import type { Database } from "./database.ts";
import { migrate } from "./migrations.ts";
import { openPostgres } from "./postgres.ts";
import { deleteOld, KEEP_DAYS, keepFor } from "./retention.ts";
import { openSqlite } from "./sqlite.ts";
import { type KeptClass, Store } from "./store.ts";

/** Where the classes of a host are kept. */
export interface KeptIn {
  /** The host's own: which host it is, and, without a URL, the database. */
  readonly folder: string;
  /** `postgres://…`; undefined: a file of SQLite's in the folder. */
  readonly database: string | undefined;
  now(): number;
}

export interface KeptOptions extends KeptIn {
  readonly course: { readonly id: string; readonly title: string };
  /** Begin another class, although one goes on. */
  readonly anew: boolean;
  /** Undefined: as each class was told, 30 at first. */
  readonly keepDays: number | undefined;
}

/** The class of a host, open to be written to by this process alone. */
export interface Kept {
  readonly store: Store;
  readonly about: KeptClass;
  /** It was hosted before, and goes on. */
  readonly goesOn: boolean;
  /** How many classes were deleted, because their time was over. */
  readonly deleted: number;
}

/** The class that goes on, or a new one. Throws an EnvironmentError. The caller holds the folder's lock, and closes the store. */
export async function openKept(options: KeptOptions): Promise<Kept> {
  const { course, anew, keepDays, now } = options;
  const { db, host } = await openDatabase(options);
  try {
    const whose = { course: course.id, host };
    if (keepDays !== undefined) await keepFor(db, whose, keepDays);
    const deleted = await deleteOld(db, now());
    const store = new Store(db);
    const before = await store.open(whose);
    if (before !== undefined) await requireOurs(db, before);
    if (before !== undefined && !anew) return { store, about: before, goesOn: true, deleted };
    const about = newClass({ ...whose, title: course.title, keepDays: keepDays ?? KEEP_DAYS });
    await requireOurs(db, about);
    await store.begin(about, now(), before?.id);
    return { store, about, goesOn: false, deleted };
  } catch (error) {
    await db.close();
    throw error;
  }
}

/** The database of a host, its schema at this version, and which host it is. Throws an EnvironmentError. */
export async function openDatabase({
  folder,
  database,
  now,
}: KeptIn): Promise<{ readonly db: Database; readonly host: string }> {
  const db = database === undefined ? await openSqlite(path.join(folder, "class.db")) : await openPostgres(database);
  try {
    await migrate(db, now());
    return { db, host: hostOf(folder) };
  } catch (error) {
    await db.close();
    throw error;
  }
}

async function requireOurs(db: Database, { id, title }: KeptClass): Promise<void> {
  if (await db.claim(id)) return;
  throw new EnvironmentError(`The class \`${title}\` is hosted already, by another process with this database.`, {
    hint: "End that one first. If its machine is gone, the database lets go of it within half a minute.",
  });
}

function newClass(of: Omit<KeptClass, "id" | "code" | "boardKey">): KeptClass {
  const code = makeJoinCode(randomBytes(64));
  return { ...of, id: randomUUID(), code, boardKey: randomBytes(16).toString("hex") };
}

/** A name of this folder's own, made at the first use. */
function hostOf(folder: string): string {
  const file = path.join(folder, "host-id");
  try {
    const known = readFileSync(file, "utf8").trim();
    if (known !== "") return known;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  const made = randomUUID();
  writeFileSync(`${file}.new`, `${made}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
  return made;
}
