import type { Queries } from "./database.ts";
import { eventPages } from "./keep-events.ts";
import { readNotices } from "./keep-notices.ts";

/**
 * All of a class as JSON lines, a page of them at a time: the class, its learners, their events, what was told. Times are
 * epoch milliseconds. Nothing that opens anything is in it (code, key, tokens), and handles only with `names`.
 */
export async function* exportClass(db: Queries, of: string, names: boolean): AsyncGenerator<string, void> {
  const [about] = await db.all("SELECT title, course, created, closed FROM class WHERE id = ?", [of]);
  if (about === undefined) throw new Error("no such class");
  const { title, course, created } = about;
  const head = { version: 1, type: "class", title: String(title), course: String(course) };
  yield lines([{ ...head, created: Number(created), ended: momentOf(about.closed) }]);
  const sql = "SELECT number, joined, left_at, handle FROM learner WHERE class = ? ORDER BY number";
  const learners = (await db.all(sql, [of])).map(({ number, joined, left_at: left, handle }) => {
    const learner = { type: "learner", number: Number(number), joined: Number(joined), left: momentOf(left) };
    return { ...learner, ...(names && { handle: String(handle) }) };
  });
  yield lines(learners);
  // Who joins a class that goes on meanwhile is not in its list of learners: neither are their events.
  const last = learners.at(-1)?.number ?? 0;
  for await (const page of eventPages(db, of))
    yield lines(page.filter(({ learner }) => learner <= last).map((one) => ({ type: "event", ...one })));
  yield lines((await readNotices(db, of)).map((one) => ({ type: "notice", ...one })));
}

function momentOf(value: unknown): number | null {
  return value === null ? null : Number(value);
}

/** What a terminal would obey or hide is escaped, as JSON can: the lines mean the same. */
function lines(values: readonly object[]): string {
  const asCode = (hidden: string): string =>
    hidden.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return values.map((value) => `${JSON.stringify(value).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, asCode)}\n`).join("");
}
