import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { classFiles } from "../../src/workshop/learner/membership.ts";
import { Queue, readQueue } from "../../src/workshop/learner/queue.ts";
import type { ClassEvent } from "../../src/workshop/wire.ts";
import { scratch } from "../support/classes.ts";

const NOW = 99;
const event = (tier: number): ClassEvent => ({ type: "hint", at: tier, lesson: "lesson-01", step: "one", tier });
const start = { seq: 0, offset: 0 };

test("events are numbered by their lines, whoever wrote them", () => {
  const folder = scratch();
  const [one, other] = [new Queue(folder), new Queue(folder)];
  for (const tier of [1, 3, 5]) {
    one.append(event(tier));
    other.append(event(tier + 1));
  }
  const batch = one.read(start, 4, NOW);
  expect(batch).toEqual({ from: 1, events: [1, 2, 3, 4].map(event), end: expect.any(Number) });
  const sent = { seq: 4, offset: batch?.end ?? 0 };
  expect(other.read(sent, 4, NOW)).toEqual({ from: 5, events: [event(5), event(6)], end: expect.any(Number) });
  expect(other.find(4)).toEqual(sent);
  other.confirm(sent);
  expect(one.sent).toEqual(sent);
  expect(readQueue(folder).map(({ sent }) => sent)).toEqual([true, true, true, true, false, false]);
  const end = one.find(6);
  expect(one.hasMore(sent)).toBe(true);
  expect(one.hasMore(end)).toBe(false);
  expect(one.read(end, 4, NOW)).toBeUndefined();
  one.close();
  other.close();
});

test("a line that a crash cut off uses up its number, and what follows stands on its own", () => {
  const folder = scratch();
  const first = new Queue(folder);
  first.append(event(1));
  first.close();
  appendFileSync(classFiles(folder).queue, '{"type":"hint","at":2,"les');
  const again = new Queue(folder);
  again.append(event(3));
  expect(again.read(start, 10, NOW)?.events).toEqual([event(1), { type: "gap", at: NOW }, event(3)]);
  again.close();
});

test("a line of the wrong kind, or longer than a message, is a gap too: nothing else of it leaves", () => {
  const folder = scratch();
  const queue = new Queue(folder);
  appendFileSync(classFiles(folder).queue, `{"type":"shell","text":"secret"}\n\n${"x".repeat(200_000)}\n`);
  queue.append(event(4));
  expect(queue.read(start, 10, NOW)?.events.map(({ type }) => type)).toEqual(["gap", "gap"]);
  const { end = 0 } = queue.read(start, 10, NOW) ?? {};
  expect(queue.read({ seq: 2, offset: end }, 10, NOW)?.events.map(({ type }) => type)).toEqual(["gap", "hint"]);
  queue.close();
});

test("without what was confirmed all is offered again", () => {
  const folder = scratch();
  const queue = new Queue(folder);
  queue.append(event(1));
  for (const text of ["", "{", '{"seq":"1","offset":{}}']) {
    writeFileSync(classFiles(folder).sent, text);
    expect(queue.sent).toEqual(start);
  }
  expect(readFileSync(classFiles(folder).queue, "utf8")).toBe(`${JSON.stringify(event(1))}\n`);
  queue.close();
});
