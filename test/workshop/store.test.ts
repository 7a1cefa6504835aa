import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Database, Queries } from "../../src/workshop/host/database.ts";
import { migrate } from "../../src/workshop/host/migrations.ts";
import { deleteOld, keepFor } from "../../src/workshop/host/retention.ts";
import { Store } from "../../src/workshop/host/store.ts";
import type { ClassEvent } from "../../src/workshop/wire.ts";
import { DATABASES, type Databases } from "../support/databases.ts";

const ours = { course: "course", host: "here" };
const about = (id: string) => ({
  ...ours,
  id,
  title: "A course 🎓",
  code: "AAAA-AAAA",
  boardKey: "key",
  keepDays: 30,
});
const newcomer = (id: string, handle?: string) => ({ id, tokenHash: `hash-${id}`, handle, handleKey: handle, at: 1 });
const hint = (tier: number): ClassEvent => ({ type: "hint", at: 10 + tier, lesson: "lesson-01", step: "one", tier });
const hints = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => hint(from + index));

async function eventsOf(store: Store, of: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { learner, event } of store.events(of))
    found.push(`${learner}:${event.type === "hint" ? event.tier : event.type}`);
  return found;
}

describe.each(DATABASES)("$name", ({ name, missing, begin }) => {
  if (missing !== undefined) {
    test.skip(`cannot be tested: ${missing}`, () => {});
    return;
  }
  let databases: Databases;
  beforeAll(async () => {
    databases = await begin();
  }, 60_000);
  afterAll(() => databases.remove());

  async function openStore() {
    const { db, again } = await databases.open();
    const opened: Database[] = [db];
    onTestFinished(async () => {
      for (const one of opened) await one.close().catch(() => undefined);
    });
    await migrate(db, 1);
    const store = new Store(db);
    await store.begin(about("one"), 1);
    const reopen = async () => {
      await opened.at(-1)?.close();
      const next = await again();
      opened.push(next);
      await migrate(next, 2);
      return new Store(next);
    };
    return { db, store, reopen };
  }

  test("a class goes on until it ended, or another took its place", async () => {
    const { store, reopen } = await openStore();
    expect(await store.open(ours)).toEqual(about("one"));
    expect(await store.open({ ...ours, course: "other" })).toBeUndefined();
    expect(await store.open({ ...ours, host: "next door" })).toBeUndefined();
    await store.begin(about("two"), 2, "one");
    expect(await store.open(ours)).toEqual(about("two"));
    await store.end("two", 3);
    expect(await store.open(ours)).toBeUndefined();
    expect(await (await reopen()).open(ours)).toBeUndefined();
  });

  test("notices are numbered in their class, for all or for one", async () => {
    const { store, reopen } = await openStore();
    await store.begin(about("two"), 2);
    const numbers = await Promise.all([
      store.addNotice("one", { at: 5, body: { type: "announce", text: "Hallo 👋" } }),
      store.addNotice("two", { at: 6, body: {} }),
      store.addNotice("one", { at: 7, learner: 3, body: { type: "helped" } }),
    ]);
    expect(numbers).toEqual([1, 1, 2]);
    const kept = [
      { number: 1, at: 5, learner: undefined, body: { type: "announce", text: "Hallo 👋" } },
      { number: 2, at: 7, learner: 3, body: { type: "helped" } },
    ];
    expect(await store.notices("one")).toEqual(kept);
    const later = await reopen();
    expect(await later.addNotice("one", { at: 8, body: {} })).toBe(3);
    expect(await later.notices("one")).toEqual([...kept, { number: 3, at: 8, learner: undefined, body: {} }]);
  });

  test("a learner is known by token, also in a store that was opened since, and only in their class", async () => {
    const { store, reopen } = await openStore();
    await store.begin(about("two"), 2);
    const ana = await store.join("one", newcomer("a", "ana"));
    expect(ana).toEqual({ id: "a", number: 1, handle: "ana", joined: 1, lastSeq: 0, left: false });
    expect(await store.learnerByToken("one", "hash-a")).toEqual(ana);
    expect(await store.learnerByToken("two", "hash-a")).toBeUndefined();
    await store.leave("one", "a", 9);
    expect(await store.learnerByToken("one", "hash-a")).toEqual({ ...ana, left: true });
    const later = await reopen();
    expect(await later.learnerByToken("one", "hash-a")).toEqual({ ...ana, left: true });
    expect(await later.join("one", newcomer("a", "ana"))).toEqual(ana);
    expect(await later.learners("one")).toEqual([ana]);
  });

  test.each([
    ["another id with the same token", { ...newcomer("b", "bea"), tokenHash: "hash-a" }, undefined],
    ["the same id with another token", { ...newcomer("a", "ana"), tokenHash: "hash-b" }, undefined],
    ["a handle that is taken", newcomer("b", "ana"), undefined],
    ["no handle", newcomer("b"), { number: 3, handle: "learner-3" }],
    ["a name from right to left", newcomer("b", "أنا"), { number: 3, handle: "أنا" }],
  ])("%s joins after ana and learner-4", async (_, asked, expected) => {
    const { store } = await openStore();
    await store.join("one", newcomer("a", "ana"));
    await store.join("one", newcomer("x", "learner-4"));
    const found = await store.join("one", asked);
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(expected);
  });

  test("learners of 300 who join and send at the same moment are all there, in order, once", async () => {
    const { store, reopen } = await openStore();
    const ids = Array.from({ length: 300 }, (_, index) => `l${index}`);
    const joined = await Promise.all(ids.map((id) => store.join("one", newcomer(id))));
    expect(joined.map((one) => one?.number)).toEqual(ids.map((_, index) => index + 1));
    for (const from of [1, 4]) {
      const sent = () => ids.map((id) => store.take("one", id, from, hints(from, from + 2), 100, 0));
      const takes = await Promise.all([...sent(), ...sent()]);
      expect(new Set(takes.map(({ next }) => next))).toEqual(new Set([from + 3]));
      expect(takes.map(({ fresh }) => fresh.length)).toEqual([...ids.map(() => 3), ...ids.map(() => 0)]);
    }
    const wanted = ids.flatMap((_, index) => [1, 2, 3, 4, 5, 6].map((tier) => `${index + 1}:${tier}`));
    expect(await eventsOf(store, "one")).toEqual(wanted);
    expect(await eventsOf(await reopen(), "one")).toEqual(wanted);
  });

  test("events are kept each once, in order; a gap is asked for; times are set right", async () => {
    const { store } = await openStore();
    await store.join("one", newcomer("a", "ana"));
    const take = async (from: number, events: readonly ClassEvent[]) => {
      const { next, gap, fresh } = await store.take("one", "a", from, events, 5000, 4000);
      return [next, gap, fresh.map(({ event }) => (event.type === "hint" ? [event.tier, event.at] : event.type))];
    };
    expect(await take(2, hints(2, 2))).toEqual([1, true, []]);
    expect(await take(1, hints(1, 2))).toEqual([
      3,
      false,
      [
        [1, 4011],
        [2, 4012],
      ],
    ]);
    expect(await take(1, hints(1, 3))).toEqual([4, false, [[3, 4013]]]);
    expect(await take(1, hints(1, 1))).toEqual([4, false, []]);
    await expect(store.take("one", "nobody", 1, hints(1, 1), 1, 0)).rejects.toThrow("no such learner");
    expect(await take(4, hints(4, 103))).toMatchObject([104, false, { length: 100 }]);
    expect(await eventsOf(store, "one")).toEqual(
      hints(1, 103).map((event) => event.type === "hint" && `1:${event.tier}`),
    );
  });

  test("moments beyond 32 bits, and the last one that there is, come back as numbers", async () => {
    const { store } = await openStore();
    const last = 8.64e15;
    await store.join("one", { ...newcomer("a"), at: last });
    await store.addNotice("one", { at: last, body: {} });
    expect([(await store.learners("one"))[0]?.joined, (await store.notices("one"))[0]?.at]).toEqual([last, last]);
  });

  test("transactions come one after the other; who fails within one undoes their own alone", async () => {
    const { db } = await databases.open();
    onTestFinished(() => db.close());
    await db.run("CREATE TABLE t (n INTEGER PRIMARY KEY)");
    const order: string[] = [];
    const insert = (within: Queries, n: number) => within.run("INSERT INTO t (n) VALUES (?)", [n]);
    const first = db.transaction(async (within) => {
      order.push("first");
      await insert(within, 1);
      const inner = within.transaction(async (deeper) => {
        await insert(deeper, 2);
        await insert(deeper, 1);
      });
      await expect(inner).rejects.toThrow();
      await within.transaction((deeper) => insert(deeper, 3));
      order.push("first ends");
    });
    const second = db.transaction(async (within) => {
      order.push("second");
      await insert(within, 4);
      throw new Error("not this one");
    });
    await first;
    await expect(second).rejects.toThrow("not this one");
    expect(order).toEqual(["first", "first ends", "second"]);
    expect((await db.all("SELECT n FROM t ORDER BY n")).map(({ n }) => Number(n))).toEqual([1, 3]);
  });

  test("classes are deleted whole when their time is over, and no others", async () => {
    const { db, store } = await openStore();
    const day = 24 * 60 * 60 * 1000;
    const begin = async (id: string, change: object, ended?: number, heard?: number) => {
      await store.begin({ ...about(id), ...change }, day);
      await store.join(id, newcomer(id));
      await store.addNotice(id, { at: 1, body: {} });
      await store.take(id, id, 1, hints(1, 2), heard ?? day, 0);
      if (ended !== undefined) await store.end(id, ended);
    };
    await begin("ended long ago", {}, 70 * day);
    await begin("ended a day less ago", {}, 70 * day + 1);
    await begin("of another host, for a day", { host: "next door", keepDays: 1 }, 99 * day);
    await begin("kept for longer", { keepDays: 99 }, 70 * day);
    await begin("silent", { host: "gone" });
    await begin("heard of", { host: "gone" }, undefined, 10 * day + 1);
    const left = async (table: string, key: string) =>
      (await db.all(`SELECT DISTINCT ${key} AS k FROM ${table} ORDER BY k`)).map(({ k }) => k);
    const kept = ["ended a day less ago", "heard of", "kept for longer"];
    // With them the class that every store here begins with: nobody ever came to it.
    expect(await deleteOld(db, 100 * day)).toBe(4);
    expect(await left("class", "id")).toEqual(kept);
    for (const table of ["learner", "notice", "event"]) expect(await left(table, "class")).toEqual(kept);
    await keepFor(db, ours, 0);
    expect(await deleteOld(db, 100 * day)).toBe(2);
    expect(await left("class", "id")).toEqual(["heard of"]);
  });

  test("a schema of a newer version is refused, and left as it is", async () => {
    const { db } = await openStore();
    await db.run("INSERT INTO migration (version, at) VALUES (99, 1)");
    await expect(migrate(db, 3)).rejects.toThrow(/newer version of this program \(schema 99, expected at most/);
    expect(await new Store(db).open(ours)).toEqual(about("one"));
  });

  test.runIf(name === "PostgreSQL")("a class is claimed by one process, until that closes its database", async () => {
    const { db, again } = await databases.open();
    const other = await again();
    onTestFinished(() => other.close());
    expect([await db.claim("one"), await other.claim("one"), await other.claim("two")]).toEqual([true, false, true]);
    await db.close();
    await expect.poll(() => other.claim("one")).toBe(true);
  });

  test.runIf(name === "PostgreSQL")(
    "two that come to a new database at the same moment make its schema once",
    async () => {
      const { db, again } = await databases.open();
      const all = [db, ...(await Promise.all([again(), again(), again()]))];
      onTestFinished(async () => void (await Promise.all(all.map((one) => one.close()))));
      await Promise.all(all.map((one) => migrate(one, 1)));
      expect(await db.all("SELECT version FROM migration")).toEqual([{ version: 1 }]);
    },
  );
});
