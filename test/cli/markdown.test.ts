import { readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { renderMarkdown } from "../../src/cli/screen/markdown.ts";
import { createPalette } from "../../src/cli/screen/palette.ts";
import { referencesOf } from "../../src/cli/screen/references.ts";
import { parseLesson } from "../../src/lesson/index.ts";
import { columnsOf } from "../../src/text/index.ts";

const PAGE = readFileSync(path.join(import.meta.dirname, "prose/page.md"), "utf8");

test.each([
  ["80", 80, false],
  ["40", 40, false],
  ["80-colour", 80, true],
])("prose at %s columns", async (name, width, colour) => {
  const shown = render(PAGE, width, colour).replaceAll("\u001b", "␛");
  await expect(`${shown}\n`).toMatchFileSnapshot(`prose/page.${name}.txt`);
});

test("colour only adds: without it the text is the same, letter for letter", () => {
  expect(render(PAGE, 60, true).replaceAll(/\u001b\[[\d;]*m/g, "")).toBe(render(PAGE, 60));
});

test.each([40, 60, 80])("at %i columns no line of prose is wider, but for code and addresses", (width) => {
  const wide = render(PAGE, width)
    .split("\n")
    .filter((line) => columnsOf(line) > width && !/^ *(?:kubectl |\{ "weight")|https?:/.test(line));
  expect(wide).toEqual([]);
});

test("a span of code that the page breaks over two lines is wrapped anew, like the words around it", () => {
  expect(render("Set it (`kubectl label\nnamespace default`), then go on.", 80)).toBe(
    "Set it (`kubectl label namespace default`), then go on.",
  );
});

test.each([
  ["a sequence", "before \u001b[2J\u001b]0;title\u0007after", "before after"],
  ["the title by character references", "before &#27;]0;title&#7;after", "before \ufffd]0;title\ufffdafter"],
  ["a clipboard (OSC 52) in code", "```text\nx\u001b]52;c;aGk=\u0007y\n```", "    xy"],
  ["a link with an address that is a sequence", "[x](<https://a/\u001b[2J>)", "x (https://a/)"],
  ["colour where there is none", "a \u001b[31mred\u001b[0m word", "a red word"],
])("a lesson cannot act on the terminal: %s", (_what, markdown, shown) => {
  expect(render(markdown, 80)).toBe(shown);
});

test("a link or a footnote that is defined elsewhere in the lesson is shown with it, in each part that names it", () => {
  const page = "See [the guide][g] and a note[^1].\n\n```bash {#a}\necho a\n```\n\nAgain [the guide][g].\n";
  const { lesson } = parseLesson("page.md", `${page}\n## More\n\n[g]: https://example.com/guide\n[^1]: In full.\n`);
  if (lesson === undefined) throw new Error("the page is refused");
  const style = { width: 80, palette: createPalette(false), references: referencesOf(lesson) };
  const [step] = lesson.steps;
  expect(renderMarkdown(step?.lead ?? "", style)).toBe(
    "See the guide (https://example.com/guide) and a note[1].\n\n[1] In full.",
  );
  expect(renderMarkdown(lesson.closing, style)).toContain("Again the guide (https://example.com/guide).");
});

test("of two definitions of one name the first counts", () => {
  expect(render("[x]\n\n[x]: https://a.example\n[x]: https://b.example", 80)).toBe("x (https://a.example)");
});

function render(markdown: string, width: number, colour = false): string {
  return renderMarkdown(markdown, { width, palette: createPalette(colour) });
}
