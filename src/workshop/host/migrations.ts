import { EnvironmentError } from "../../diagnostics/index.ts";
import type { Database } from "./database.ts";

/** What each version of the schema adds to the one before. A row that was released is never changed: another follows it. */
const MIGRATIONS: readonly (readonly string[])[] = [
  [
    `CREATE TABLE class (
      id TEXT PRIMARY KEY,
      course TEXT NOT NULL,
      title TEXT NOT NULL,
      code TEXT NOT NULL,
      board_key TEXT NOT NULL,
      host TEXT NOT NULL,
      keep_days BIGINT NOT NULL,
      created BIGINT NOT NULL,
      closed BIGINT
    )`,
    `CREATE TABLE learner (
      class TEXT NOT NULL REFERENCES class (id),
      id TEXT NOT NULL,
      number INTEGER NOT NULL,
      handle TEXT NOT NULL,
      handle_key TEXT NOT NULL,
      token_hash TEXT NOT NULL,
      joined BIGINT NOT NULL,
      left_at BIGINT,
      last_seq BIGINT NOT NULL,
      PRIMARY KEY (class, id),
      UNIQUE (class, number),
      UNIQUE (class, handle_key),
      UNIQUE (class, token_hash)
    )`,
    `CREATE TABLE event (
      class TEXT NOT NULL,
      learner TEXT NOT NULL,
      seq BIGINT NOT NULL,
      received BIGINT NOT NULL,
      at BIGINT NOT NULL,
      body TEXT NOT NULL,
      PRIMARY KEY (class, learner, seq),
      FOREIGN KEY (class, learner) REFERENCES learner (class, id)
    )`,
    "CREATE INDEX event_received ON event (class, received)",
    `CREATE TABLE notice (
      class TEXT NOT NULL REFERENCES class (id),
      number INTEGER NOT NULL,
      at BIGINT NOT NULL,
      learner INTEGER,
      body TEXT NOT NULL,
      PRIMARY KEY (class, number)
    )`,
  ],
];

/** Bring the schema to this version, whole or not at all. Throws an EnvironmentError for a newer one. */
export async function migrate(db: Database, now: number): Promise<void> {
  await db.alone(async (within) => {
    await within.run("CREATE TABLE IF NOT EXISTS migration (version INTEGER PRIMARY KEY, at BIGINT NOT NULL)");
    const [found] = await within.all("SELECT COALESCE(MAX(version), 0) AS version FROM migration");
    const version = Number(found?.version);
    if (version > MIGRATIONS.length) {
      throw new EnvironmentError(
        `The class was kept by a newer version of this program (schema ${version}, expected at most ${MIGRATIONS.length}).`,
        { hint: "Host it with that version, or begin another class with `--new`." },
      );
    }
    for (const [index, statements] of MIGRATIONS.entries()) {
      if (index < version) continue;
      for (const statement of statements) await within.run(statement);
      await within.run("INSERT INTO migration (version, at) VALUES (?, ?)", [index + 1, now]);
    }
  });
}
