import { expect, test } from "vitest";
import { perform } from "../../../src/sandbox/mesh/real-time.ts";
import { LATE, park, spawn, type Task, wait, within } from "../../../src/sandbox/mesh/task.ts";
import { VirtualTime } from "../../../src/sandbox/mesh/virtual-time.ts";

/** What a task saw, in its own words. */
function* story(told: string[]): Task<string> {
  let wake = (): void => {};
  yield* spawn(
    (function* (): Task<void> {
      told.push("aside");
      yield* wait(5);
      told.push("wakes");
      wake();
    })(),
  );
  told.push("begins");
  yield* park((it) => {
    wake = it;
  });
  told.push("woken");
  const slow = (function* (): Task<string> {
    yield* wait(1000);
    return "slow";
  })();
  told.push(String(yield* within(10, slow)));
  told.push(String(yield* within(10, quick())));
  return "end";
}

function* quick(): Task<string> {
  yield* wait(0);
  return "quick";
}

const STORY = ["begins", "aside", "wakes", "woken", String(LATE), "quick"];

test("a task runs in virtual time", () => {
  const told: string[] = [];
  const time = new VirtualTime(() => {
    throw new Error("nobody is asked");
  });
  expect(time.run(story(told))).toBe("end");
  expect(told).toEqual(STORY);
  expect(time.now()).toBe(15);
});

test("a task that can never end is an error, not a hang", () => {
  const time = new VirtualTime(() => quick() as never);
  expect(() => time.run(park(() => {}))).toThrow("waits for what never comes");
});

test("the same task runs in a time of somebody else's", async () => {
  const told: string[] = [];
  const waiting: { readonly at: number; readonly done: () => void }[] = [];
  let now = 0;
  let isOver = false;
  const result = perform(story(told), {
    sleep: (ms) => new Promise((done) => waiting.push({ at: now + ms, done })),
    ask: () => Promise.reject(new Error("nobody is asked")),
    onError: (error) => told.push(String(error)),
  }).finally(() => {
    isOver = true;
  });
  while (!isOver) {
    await new Promise(setImmediate);
    waiting.sort((one, other) => one.at - other.at);
    const next = waiting.shift();
    if (next === undefined) continue;
    now = next.at;
    next.done();
  }
  expect(await result).toBe("end");
  expect([...told].sort()).toEqual([...STORY].sort());
  expect(told.slice(-2)).toEqual([String(LATE), "quick"]);
});

test("an error of the world reaches the task, which may go on", async () => {
  const task = (function* (): Task<string> {
    try {
      yield* wait(1);
    } catch (error) {
      return `caught ${error}`;
    }
    return "missed";
  })();
  const sleep = () => Promise.reject("over");
  expect(await perform(task, { sleep, ask: sleep, onError: () => {} })).toBe("caught over");
});

test("a limit that was not needed leaves nothing that waits", async () => {
  const waiting = new Set<number>();
  const sleep = (ms: number, signal?: AbortSignal): Promise<void> => {
    waiting.add(ms);
    signal?.addEventListener("abort", () => waiting.delete(ms));
    return ms > 100 ? new Promise(() => {}) : Promise.resolve();
  };
  const world = { sleep, ask: () => Promise.reject(new Error("nobody is asked")), onError: () => {} };
  expect(await perform(within(5000, quick()), world)).toBe("quick");
  expect([...waiting]).toEqual([]);
  // Each limit is of its own task.
  expect(await perform(within(7000, within(10, forever())), world)).toBe(LATE);
  expect([...waiting].sort()).toEqual([10, 9000]);
});

function* forever(): Task<string> {
  yield* wait(9000);
  return "never";
}
