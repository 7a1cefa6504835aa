import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Lesson } from "../../src/lesson/index.ts";
import { executeStrands, type Kept, plan, type RunEvent, States, type Surroundings } from "../../src/run/index.ts";
import { command, FakeSession, fakeRun, lesson, step } from "./fakes.ts";

/** What was done in it, in order: the lessons' commands and cleanups. */
type World = readonly string[];

interface Told {
  readonly events: readonly RunEvent[];
  /** Every command that was run anywhere, with what stood there before it. */
  readonly ran: readonly { readonly what: string; readonly before: World }[];
  readonly alive: { kept: number; surroundings: number };
}

interface Options {
  readonly jobs: number;
  readonly canFork: boolean;
  readonly fails?: string;
  /** A lesson after which something runs on. */
  readonly busy?: string;
  readonly states?: States;
}

async function runAll(lessons: readonly Lesson[], { jobs, canFork, fails, busy, states }: Options): Promise<Told> {
  const ran: { what: string; before: World }[] = [];
  const alive = { kept: 0, surroundings: 0 };
  const worlds = new Map<Kept, World>();
  const surroundings = (from?: Kept): Surroundings => {
    let world = (from && worlds.get(from)) ?? [];
    alive.surroundings += 1;
    return {
      openSession: async ({ id }) => {
        const act = (what: string): number => {
          ran.push({ what, before: world });
          world = [...world, what];
          return what === fails ? 1 : 0;
        };
        const script = { [`do ${id}`]: () => act(`do ${id}`), [`undo ${id}`]: () => act(`undo ${id}`) };
        const session = new FakeSession(script);
        if (id === busy) session.leftRunning = () => 1;
        return session;
      },
      writeFile: async () => ({ kind: "written", replaced: false }),
      keep: async () => {
        alive.kept += 1;
        const release = async (): Promise<void> => {
          alive.kept -= 1;
        };
        const kept = { folder: "", release };
        worlds.set(kept, world);
        return kept;
      },
      release: async () => {
        alive.surroundings -= 1;
      },
    };
  };
  const events: RunEvent[] = [];
  const { ports } = fakeRun({}, { emit: (event) => void events.push(event) });
  const known = states && { states };
  await executeStrands(plan(lessons, { target: "sandbox" }), ports, { jobs, surroundings, canFork, ...known });
  return { events: events.map((event) => ({ ...event, at: 0, durationMs: 0 })), ran, alive };
}

const one = (id: string, ...requires: string[]): Lesson =>
  lesson([step("a", [command(`do ${id}`, 1)])], { id, requires, cleanups: [command(`undo ${id}`, 2)] });
const fan = [one("a"), one("b", "a"), one("c", "a"), one("d", "a"), one("e", "a")];
const done = ({ ran }: Told): string[] => ran.map(({ what }) => what).sort();

type Again = RunEvent & { readonly type: "prerequisites-again" };
const isAgain = (event: RunEvent): event is Again => event.type === "prerequisites-again";

/** Lessons that may each build on some of those before it, with and without a cleanup. */
const courses = fc
  .array(fc.tuple(fc.boolean(), fc.array(fc.nat(7), { maxLength: 2 })), { minLength: 1, maxLength: 8 })
  .map((rows) =>
    rows.map(([cleansUp, needs], index) => {
      const id = `lesson-${index}`;
      const requires = needs.filter((need) => need < index).map((need) => `lesson-${need}`);
      const cleanups = cleansUp ? [command(`undo ${id}`, 2)] : [];
      return lesson([step("a", [command(`do ${id}`, 1)])], { id, requires, cleanups });
    }),
  );

describe("strands that begin where another one stands", () => {
  test("what several build on runs once, and is cleaned up once", async () => {
    const told = await runAll(fan, { jobs: 4, canFork: true });
    expect(done(told)).toEqual(fan.flatMap(({ id }) => [`do ${id}`, `undo ${id}`]).sort());
  });

  test("none sees what another one does", async () => {
    const { ran } = await runAll(fan, { jobs: 4, canFork: true });
    for (const id of ["b", "c", "d", "e"])
      expect(ran.find(({ what }) => what === `do ${id}`)?.before).toEqual(["do a"]);
  });

  test("what is told is the same as one after the other, whatever the course, the jobs and what fails", async () => {
    await fc.assert(
      fc.asyncProperty(courses, fc.integer({ min: 2, max: 5 }), fc.nat(8), async (lessons, jobs, failing) => {
        const fails = `do lesson-${failing}`;
        const alone = await runAll(lessons, { jobs: 1, canFork: true, fails });
        const forked = await runAll(lessons, { jobs, canFork: true, fails });
        // That something ran again is told where it did, and of nothing else.
        const again = forked.events.filter(isAgain);
        expect(forked.events.filter((event) => !isAgain(event))).toEqual(alone.events);
        for (const { prerequisites } of again)
          expect(
            forked.ran.map(({ what }) => what).filter((what) => prerequisites.some((id) => what === `do ${id}`)).length,
          ).toBeGreaterThan(1);
        expect([alone.alive, forked.alive]).toEqual(Array(2).fill({ kept: 0, surroundings: 0 }));
      }),
      { numRuns: 60 },
    );
  });

  test("whatever the course, each lesson finds all that it builds on, and no more is run than without forks", async () => {
    await fc.assert(
      fc.asyncProperty(courses, fc.integer({ min: 2, max: 5 }), async (lessons, jobs) => {
        const forked = await runAll(lessons, { jobs, canFork: true });
        const whole = await runAll(lessons, { jobs, canFork: false });
        for (const { lesson: own, needs } of plan(lessons, { target: "sandbox" }).lessons)
          for (const { what, before } of forked.ran)
            if (what === `do ${own.id}`) expect(needs.every((need) => before.includes(`do ${need}`))).toBe(true);
        expect(forked.ran.length).toBeLessThanOrEqual(whole.ran.length);
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    ["it failed", { fails: "do a" }, "`a` did not pass"],
    ["its session left something running", { busy: "a" }, "processes of `a` go on running"],
  ])("what is not to be had elsewhere is run again, and that is told: %s", async (_, changes, reason) => {
    const told = await runAll(fan, { jobs: 2, canFork: true, ...changes });
    expect(done(told).filter((what) => what === "do a")).toHaveLength(2);
    expect(told.events.filter(isAgain)).toMatchObject([{ lesson: "d", prerequisites: ["a"], reason }]);
  });
});

describe("states that are kept", () => {
  const [a, b] = [one("a"), one("b", "a")];
  const kept = (): Kept => ({ folder: "", release: async () => {} });

  test("are wanted up to where somebody begins, each once", () => {
    const states = new States();
    states.want([a, b]);
    expect([states.wants([]), states.wants([a]), states.wants([a, b]), states.wants([b])]).toEqual([
      false,
      true,
      true,
      false,
    ]);
    states.add([a], kept());
    expect(states.wants([a])).toBe(false);
  });

  test("serve these very lessons alone: the one with most of them, never with all", () => {
    const states = new States();
    const [first, second] = [kept(), kept()];
    states.add([a], first);
    states.add([a, b], second);
    expect(states.longest([a, b, one("c")])).toEqual({ kept: second, count: 2 });
    expect(states.longest([a, b])).toEqual({ kept: first, count: 1 });
    expect(states.longest([a, { ...b }, one("c")])).toEqual({ kept: first, count: 1 });
    expect(states.longest([{ ...a }, b])).toBeUndefined();
    expect(states.longest([a])).toBeUndefined();
  });
});
