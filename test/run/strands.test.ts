import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { plan } from "../../src/run/index.ts";
import { strandsOf } from "../../src/run/strands.ts";
import { command, lesson, step } from "./fakes.ts";

/** Lessons that may each build on some of those before it. */
const courses = fc
  .array(fc.tuple(fc.nat(4), fc.array(fc.nat(11), { maxLength: 2 })), { minLength: 1, maxLength: 12 })
  .map((rows) =>
    rows.map(([size, needs], index) => {
      const steps = Array.from({ length: size + 1 }, (_, at) => step(`s${at}`, [command("true", at + 1)]));
      const requires = needs.filter((one) => one < index).map((one) => `lesson-${one}`);
      return lesson(steps, { id: `lesson-${index}`, requires });
    }),
  );

const idsOf = (lessons: readonly { readonly lesson: { readonly id: string } }[]): string[] =>
  lessons.map(({ lesson: { id } }) => id);

describe("a plan cut into strands", () => {
  test("each lesson and its cleanup is reported once, runs after all that it needs, in the order of the plan", () => {
    fc.assert(
      fc.property(courses, fc.integer({ min: 1, max: 5 }), (lessons, jobs) => {
        const whole = plan(lessons, { target: "none" });
        const strands = strandsOf(whole, jobs);
        expect(strands.flatMap(({ reports }) => [...reports]).sort()).toEqual(idsOf(whole.lessons).sort());
        expect(strands.flatMap(({ reportsCleanup }) => [...reportsCleanup]).sort()).toEqual(
          idsOf(whole.lessons).sort(),
        );
        for (const { plan: part, positions, reports, reportsCleanup } of strands) {
          const ids = idsOf(part.lessons);
          expect(positions).toEqual(positions.toSorted((a, b) => a - b));
          expect(positions.map((at) => whole.lessons[at]?.lesson.id)).toEqual(ids);
          expect([...reports, ...reportsCleanup].every((id) => ids.includes(id))).toBe(true);
          expect(reports.has(ids.at(-1) ?? "")).toBe(true);
          for (const [index, { needs, cleanUpAfter }] of part.lessons.entries()) {
            for (const id of needs) expect(ids.slice(0, index)).toContain(id);
            expect(part.lessons.slice(cleanUpAfter + 1).some((one) => one.needs.includes(ids[index] ?? ""))).toBe(
              false,
            );
          }
        }
      }),
    );
  });

  test("with one job nothing runs twice", () => {
    fc.assert(
      fc.property(courses, (lessons) => {
        const whole = plan(lessons, { target: "none" });
        const ids = strandsOf(whole, 1).flatMap(({ plan: part }) => idsOf(part.lessons));
        expect(ids.sort()).toEqual(idsOf(whole.lessons).sort());
      }),
    );
  });

  const one = (id: string, ...requires: string[]) => lesson([step("a", [command("true", 1)])], { id, requires });
  const big = (id: string) =>
    lesson(
      Array.from({ length: 40 }, (_, at) => step(`s${at}`, [command("true", at + 1)])),
      { id },
    );

  test.each([
    ["lessons that need nothing stand alone", [one("a"), one("b"), one("c")], 2, ["a", "b", "c"]],
    ["a chain stays whole", [one("a"), one("b", "a"), one("c", "b")], 4, ["a b c"]],
    [
      "a fan is cut into as many parts as there are jobs",
      [one("a"), one("b", "a"), one("c", "a"), one("d", "a"), one("e", "a")],
      2,
      ["a b c", "a d e"],
    ],
    ["not where most of it would run twice", [big("a"), one("b", "a"), one("c", "a")], 2, ["a b c"]],
    ["two that meet in a third are one", [one("a"), one("b"), one("c", "a", "b")], 2, ["a b c"]],
  ])("%s", (_what, lessons, jobs, expected) => {
    const strands = strandsOf(plan(lessons, { target: "none" }), jobs);
    expect(strands.map(({ plan: part }) => idsOf(part.lessons).join(" "))).toEqual(expected);
  });
});
