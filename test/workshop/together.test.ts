import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { Queries } from "../../src/workshop/host/database.ts";
import { openSqlite } from "../../src/workshop/host/sqlite.ts";
import { Together } from "../../src/workshop/host/together.ts";
import { scratch } from "../support/classes.ts";

async function openTable() {
  const db = await openSqlite(path.join(scratch(), "t.db"));
  onTestFinished(() => db.close());
  await db.run("CREATE TABLE t (n INTEGER PRIMARY KEY)");
  const kept = async () => (await db.all("SELECT n FROM t ORDER BY n")).map(({ n }) => n);
  const insert = (n: number) => async (within: Queries) => {
    await within.run("INSERT INTO t (n) VALUES (?)", [n]);
    return n;
  };
  return { db, kept, insert };
}

test("what comes at the same moment is one commit; who fails undoes their own alone", async () => {
  const { db, kept, insert } = await openTable();
  let commits = 0;
  const together = new Together({
    transaction: (work) => {
      commits += 1;
      return db.transaction(work);
    },
  });
  const both = async (within: Queries) => {
    await insert(3)(within);
    await insert(1)(within);
  };
  const ends = await Promise.allSettled([together.do(insert(1)), together.do(both), together.do(insert(2))]);
  expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect([await kept(), commits]).toEqual([[1, 2], 1]);
  expect(await together.do(insert(4))).toBe(4);
  expect([await kept(), commits]).toEqual([[1, 2, 4], 2]);
});

test("what comes while a commit is under way is the next one, together", async () => {
  const { db, kept, insert } = await openTable();
  const commits: number[] = [];
  const later: Promise<number>[] = [];
  const together: Together = new Together({
    transaction: (work) => {
      commits.push(later.length);
      return db.transaction(work);
    },
  });
  await together.do(async (within) => {
    for (const n of [2, 3, 4]) later.push(together.do(insert(n)));
    return insert(1)(within);
  });
  expect(await Promise.all(later)).toEqual([2, 3, 4]);
  expect([await kept(), commits]).toEqual([
    [1, 2, 3, 4],
    [0, 3],
  ]);
});

test("nobody is told that it is kept when the commit failed", async () => {
  const { db, kept, insert } = await openTable();
  const together = new Together({
    transaction: (work) =>
      db.transaction(async (within) => {
        await work(within);
        throw new Error("the disk is full");
      }),
  });
  const ends = await Promise.allSettled([together.do(insert(1)), together.do(insert(2))]);
  expect(ends.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(await kept()).toEqual([]);
});
