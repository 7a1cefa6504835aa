import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { migrate } from "../../src/workshop/host/migrations.ts";
import { openSqlite } from "../../src/workshop/host/sqlite.ts";
import { Store } from "../../src/workshop/host/store.ts";
import { scratch } from "../support/classes.ts";

const about = (id: string) => ({ id, course: "course", title: "A course", code: "AAAA-AAAA", boardKey: "key" });
const newcomer = (id: string, handle?: string) => ({ id, tokenHash: `hash-${id}`, handle, handleKey: handle, at: 1 });

async function openStore(): Promise<Store> {
  const db = await openSqlite(path.join(scratch(), "class.db"));
  await migrate(db, 1);
  const store = new Store(db);
  onTestFinished(() => store.close());
  await store.begin(about("one"), 1);
  return store;
}

test("a class goes on until it ended, or another took its place", async () => {
  const store = await openStore();
  expect(await store.open("course")).toEqual(about("one"));
  expect(await store.open("other")).toBeUndefined();
  await store.begin(about("two"), 2, "one");
  expect(await store.open("course")).toEqual(about("two"));
  await store.end("two", 3);
  expect(await store.open("course")).toBeUndefined();
});

test("notices are numbered in their class, for all or for one", async () => {
  const store = await openStore();
  await store.begin(about("two"), 2);
  const numbers = await Promise.all([
    store.addNotice("one", { at: 5, body: { type: "announce", text: "Hallo 👋" } }),
    store.addNotice("two", { at: 6, body: {} }),
    store.addNotice("one", { at: 7, learner: 3, body: { type: "helped" } }),
  ]);
  expect(numbers).toEqual([1, 1, 2]);
  expect(await store.notices("one")).toEqual([
    { number: 1, at: 5, learner: undefined, body: { type: "announce", text: "Hallo 👋" } },
    { number: 2, at: 7, learner: 3, body: { type: "helped" } },
  ]);
});

test("a learner is known by token, also in a store that was opened since, and only in their class", async () => {
  const store = await openStore();
  await store.begin(about("two"), 2);
  const ana = await store.join("one", newcomer("a", "ana"));
  expect(await store.learnerByToken("one", "hash-a")).toEqual(ana);
  expect(await store.learnerByToken("two", "hash-a")).toBeUndefined();
  await store.leave("one", "a", 9);
  expect(await store.learnerByToken("one", "hash-a")).toEqual({ ...ana, left: true });
  expect(await store.join("one", { ...newcomer("b", "bea"), tokenHash: "hash-a" })).toBeUndefined();
});
