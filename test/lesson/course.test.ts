import { expect, test } from "vitest";
import { checkCourse, type Lesson, parseLesson } from "../../src/lesson/index.ts";

const BODY =
  "\n# L\n\n```bash {exit=1}\nfalse\n```\n\n## Checkpoint\n\n<details>\n<summary>Check: ok</summary>\n\n```bash\ntrue\n```\n\n</details>\n";

function lesson(path: string, requires: string): Lesson {
  const parsed = parseLesson(path, `---\nrequires: ${requires}\n---\n${BODY}`);
  if (parsed.lesson === undefined) throw new Error(JSON.stringify(parsed.diagnostics));
  return parsed.lesson;
}

function reportOf(...lessons: readonly Lesson[]): readonly string[] {
  return checkCourse(lessons).map(
    ({ code, place, message }) => `${place.file}:${place.line}:${place.column} ${code} ${message}`,
  );
}

test("lessons in order give no finding", () => {
  const lessons = [
    lesson("lesson-01-a.md", "[]"),
    lesson("lesson-02-b.md", "[lesson-01]"),
    lesson("lesson-03-c.md", "[lesson-01, lesson-02]"),
  ];
  expect(reportOf(...lessons)).toEqual([]);
});

test("an id used twice, a missing requirement and a circle are found at their places", () => {
  const lessons = [
    lesson("lesson-01-a.md", "[lesson-02]"),
    lesson("lesson-01-b.md", "[]"),
    lesson("lesson-02-c.md", "[lesson-01, lesson-9]"),
  ];
  expect(reportOf(...lessons)).toMatchInlineSnapshot(`
    [
      "lesson-01-b.md:1:1 LI030 The id \`lesson-01\` belongs to \`lesson-01-a.md\` already, expected an id of its own",
      "lesson-02-c.md:2:23 LI031 \`lesson-9\` is required and does not exist, expected the id of a lesson",
      "lesson-02-c.md:2:12 LI032 The lessons require each other: lesson-01 → lesson-02 → lesson-01, expected an order in which they can be done",
    ]
  `);
});

test("a lesson that requires itself is a circle", () => {
  expect(reportOf(lesson("lesson-01-a.md", "[lesson-01]"))).toMatchInlineSnapshot(`
    [
      "lesson-01-a.md:2:12 LI032 The lessons require each other: lesson-01 → lesson-01, expected an order in which they can be done",
    ]
  `);
});
