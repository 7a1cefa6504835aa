import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { openDatabase } from "../../src/workshop/host/database.ts";
import { Together } from "../../src/workshop/host/together.ts";
import { scratch } from "../support/classes.ts";

async function openTable() {
  const db = await openDatabase(path.join(scratch(), "t.db"));
  onTestFinished(() => db.close());
  db.run("CREATE TABLE t (n INTEGER PRIMARY KEY)");
  const kept = () => db.all("SELECT n FROM t ORDER BY n").map(({ n }) => n);
  const insert = (n: number) => () => {
    db.run("INSERT INTO t (n) VALUES (?)", [n]);
    return n;
  };
  return { db, kept, insert };
}

test("what comes at the same moment is one commit; who fails undoes their own alone", async () => {
  const { db, kept, insert } = await openTable();
  let commits = 0;
  let depth = 0;
  const together = new Together((work) => {
    if (depth === 0) commits += 1;
    depth += 1;
    try {
      db.transaction(work);
    } finally {
      depth -= 1;
    }
  });
  const both = () => {
    insert(3)();
    insert(1)();
  };
  const ends = await Promise.allSettled([together.do(insert(1)), together.do(both), together.do(insert(2))]);
  expect(ends.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect([kept(), commits]).toEqual([[1, 2], 1]);
  expect(await together.do(insert(4))).toBe(4);
  expect([kept(), commits]).toEqual([[1, 2, 4], 2]);
});

test("nobody is told that it is kept when the commit failed", async () => {
  const { db, kept, insert } = await openTable();
  let depth = 0;
  const together = new Together((work) => {
    depth += 1;
    try {
      db.transaction(() => {
        work();
        if (depth === 1) throw new Error("the disk is full");
      });
    } finally {
      depth -= 1;
    }
  });
  const ends = await Promise.allSettled([together.do(insert(1)), together.do(insert(2))]);
  expect(ends.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(kept()).toEqual([]);
});
