import { tests } from "commonmark-spec";
import { describe, expect, test } from "vitest";
import { parseLesson } from "../../src/lesson/index.ts";
import { isTrue, placesIn } from "./places.ts";

/** The examples of the specification write a tab as an arrow. */
const examples = tests.map(({ markdown, number, section }) => ({
  number,
  section,
  text: markdown.replaceAll("→", "\t"),
}));

test("the whole specification is there", () => {
  expect(examples.length).toBeGreaterThanOrEqual(652);
});

/** As it stands, as a part of a lesson, with a language that runs, and with the line ends of other systems. */
const FORMS: readonly (readonly [name: string, form: (text: string) => string])[] = [
  ["a page", (text) => text],
  ["a lesson", (text) => `---\ntitle: x\n---\n\n${text}`],
  ["commands", (text) => text.replaceAll(/^([ >]*(?:`{3,}|~{3,}))(?:\n|.*ruby.*\n)/gm, "$1bash\n")],
  ["Windows", (text) => text.replaceAll("\n", "\r\n")],
  ["quoted", (text) => text.replaceAll(/^/gm, "> ")],
];

describe.each(FORMS)("every example of CommonMark parses: %s", (_, form) => {
  test.each([...new Set(examples.map(({ section }) => section))])("%s", (section) => {
    for (const { number, text } of examples.filter((example) => example.section === section)) {
      const written = form(text);
      const { lesson, diagnostics } = parseLesson("x.md", written);
      const wrong = placesIn([lesson, diagnostics]).filter((place) => !isTrue(place, written));
      const hasError = diagnostics.some((finding) => finding.severity === "error");
      expect({ number, wrong, isRefused: lesson === undefined }).toEqual({ number, wrong: [], isRefused: hasError });
    }
  });
});
