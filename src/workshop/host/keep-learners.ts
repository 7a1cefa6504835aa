import type { Queries, Row } from "./database.ts";

/** A learner as the host knows them. `id` is the learner's secret; the board uses `number`. */
export interface KeptLearner {
  readonly id: string;
  readonly number: number;
  readonly handle: string;
  readonly joined: number;
  readonly lastSeq: number;
  readonly left: boolean;
}

/** A learner who asks to be let in. */
export interface Newcomer {
  readonly id: string;
  readonly tokenHash: string;
  /** Undefined: the class finds one. */
  readonly handle: string | undefined;
  readonly handleKey: string | undefined;
  readonly at: number;
}

/**
 * Let a learner in, or the same one once more (who left comes back). Undefined: the handle is somebody else's, or the id
 * or the token is and the other is not.
 */
export async function joinClass(
  db: Queries,
  of: string,
  { id, tokenHash, handle, handleKey, at }: Newcomer,
): Promise<KeptLearner | undefined> {
  const [known] = await db.all("SELECT * FROM learner WHERE class = ? AND (id = ? OR token_hash = ?)", [
    of,
    id,
    tokenHash,
  ]);
  if (known !== undefined) {
    if (known.token_hash !== tokenHash || known.id !== id) return undefined;
    await db.run("UPDATE learner SET left_at = NULL WHERE class = ? AND id = ?", [of, id]);
    return { ...learnerOf(known), left: false };
  }
  const number = (await count(db, "SELECT COALESCE(MAX(number), 0) AS n FROM learner WHERE class = ?", [of])) + 1;
  const name = handle ?? (await freeName(db, of, number));
  const key = handleKey ?? name;
  if (await isTaken(db, of, key)) return undefined;
  await db.run(
    "INSERT INTO learner (class, id, number, handle, handle_key, token_hash, joined, last_seq) VALUES (?, ?, ?, ?, ?, ?, ?, 0)",
    [of, id, number, name, key, tokenHash, at],
  );
  return { id, number, handle: name, joined: at, lastSeq: 0, left: false };
}

async function freeName(db: Queries, of: string, from: number): Promise<string> {
  let number = from;
  while (await isTaken(db, of, `learner-${number}`)) number += 1;
  return `learner-${number}`;
}

async function isTaken(db: Queries, of: string, handleKey: string): Promise<boolean> {
  const sql = "SELECT COUNT(*) AS n FROM learner WHERE class = ? AND handle_key = ?";
  return (await count(db, sql, [of, handleKey])) > 0;
}

/** The one number, called `n`, that a query gives. */
export async function count(db: Queries, sql: string, values: readonly string[]): Promise<number> {
  return Number((await db.all(sql, values))[0]?.n);
}

export function learnerOf({ id, number, handle, joined, last_seq: lastSeq, left_at: leftAt }: Row): KeptLearner {
  return {
    id: String(id),
    number: Number(number),
    handle: String(handle),
    joined: Number(joined),
    lastSeq: Number(lastSeq),
    left: leftAt !== null,
  };
}
